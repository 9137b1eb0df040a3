"""Lists: many numbers become one task, with a bar, a summary and files to take away."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser.words import SOME_TASK, answer, ask, button, fact, field, heading, lead, paste, told

FIRST_2500 = [str(number) for number in range(1, 2501)]
#: The number of primes below 2,500 (OEIS A000720).
PRIMES_TO_2500 = 367


def save(page: Page, name: str, folder: Path) -> Path:
    """Press a download button and return the file."""
    with page.expect_download() as download:
        button(page, name).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_pasted_list_is_one_task_with_a_summary_and_whole_downloads(page: Page, tmp_path: Path) -> None:
    paste(page, FIRST_2500)
    expect(heading(page)).to_have_text(f"{PRIMES_TO_2500} primes")
    expect(fact(page, "Not prime")).to_have_text("2,133")
    expect(page.get_by_role("row")).to_have_count(51)
    button(page, "Show more").click()
    expect(page.get_by_role("row")).to_have_count(101)
    with save(page, "Download CSV", tmp_path).open(newline="") as file:
        rows = list(csv.DictReader(file))
    lines = save(page, "Download NDJSON", tmp_path).read_text().splitlines()
    assert [row["number"] for row in rows] == FIRST_2500
    assert [str(json.loads(line)["number"]) for line in lines] == FIRST_2500
    assert sum(row["is_prime"] == "true" for row in rows) == PRIMES_TO_2500


def test_a_chosen_file_is_one_task(page: Page) -> None:
    numbers: FilePayload = {"name": "numbers.txt", "mimeType": "text/plain", "buffer": b"2\r\n3\r\n\r\n4\r\n"}
    page.get_by_label("Choose a file").set_input_files(numbers)
    expect(heading(page)).to_have_text("2 primes")
    expect(lead(page)).to_have_text("among 3 numbers.")


def test_a_dropped_file_is_one_task(page: Page) -> None:
    page.evaluate(
        """() => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File(["5\\n6\\n7\\n"], "numbers.txt", { type: "text/plain" }));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
        }"""
    )
    expect(heading(page)).to_have_text("2 primes")


def test_a_list_under_way_shows_a_bar_and_the_primes_so_far(page: Page) -> None:
    task = told(
        {
            "status": "STARTED",
            "progress": {"done": 3, "total": 8, "unit": "chunks"},
            "result": {"total": 8000, "primes": 1200, "composites": 1800, "results": f"/{SOME_TASK}/results"},
        }
    )
    page.route(f"**/{SOME_TASK}", lambda route: answer(route, task))
    page.goto(f"{page.url}#{SOME_TASK}")
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_js_property("value", 3)
    expect(bar).to_have_js_property("max", 8)
    expect(page.get_by_text("3 of 8 chunks · 1,200 primes so far")).to_be_visible()


def test_a_list_that_the_network_swallowed_is_sent_again_as_the_same_task(page: Page) -> None:
    keys: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(page.url, lose_the_first_answer)
    ask(page, "11\n12")
    expect(page.locator("#number-error")).to_contain_text("cannot be reached")
    field(page).press("Enter")
    expect(heading(page)).to_have_text("1 prime")
    ask(page, "11\n12")
    expect(page.locator("#recent-list li")).to_have_count(2)
    assert keys[0] == keys[1] != keys[2]


def test_a_bad_item_that_the_service_finds_is_named_by_its_place(page: Page) -> None:
    ask(page, "7\n" + "9" * 10_001)
    expect(page.locator("#number-error")).to_contain_text("Number 2 of the list")
