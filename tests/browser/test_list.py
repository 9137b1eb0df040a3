"""Lists: many numbers become one task, with its progress, its primes first, and its results as files."""

import csv
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route, expect

from tests.browser.pages import ask, button, drop, error, field, heading, lead, preview, save, show_task
from tests.browser.stubs import TASK_ID, accept, id_of, list_result, respond, result, task

FIRST_2500 = [str(number) for number in range(1, 2501)]
#: The number of primes below 2,500 (OEIS A000720).
PRIMES_TO_2500 = 367


def row(index: int, number: int, verdict: str) -> dict[str, Any]:
    """Return one number's result as the service sends it."""
    witness = {"factor": "2"} if verdict == "composite" else None
    is_prime = verdict != "composite"
    return {"index": index, "number": number, "is_prime": is_prime, "verdict": verdict, "witness": witness}


ROWS = [row(n - 2, n, "prime" if n in {2, 3, 5, 7, 11} else "composite") for n in range(2, 13)]


def serve_list(page: Page) -> list[str]:
    """Serve a finished list of the numbers from 2 to 12 in pages of three; the first page of primes is empty.

    Return the filters of the requests.
    """
    filters: list[str] = []

    def serve(route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        only = query.get("only", ["all"])[0]
        filters.append(only)
        chosen = [entry for entry in ROWS if only == "all" or entry["is_prime"] == (only == "primes")]
        start = int(query.get("cursor", ["-3" if only == "primes" else "0"])[0])
        more = start + 3 < len(chosen)
        link = f'</{TASK_ID}/results?cursor={start + 3}&limit=50&only={only}>; rel="next"'
        found = chosen[start : start + 3] if start >= 0 else []
        respond(route, {"results": found, "complete": True}, headers={"Link": link} if more else {})

    page.route("**/results?*", serve)
    show_task(page, status="SUCCESS", result=list_result(11, 5, 6))
    return filters


def cells(page: Page, column: int) -> list[str]:
    """Return the texts of a column of the results."""
    return page.locator(f"tbody td:nth-child({column})").all_text_contents()


def test_a_list_is_one_task_with_a_summary_and_complete_downloads(page: Page, tmp_path: Path) -> None:
    # Chromium is slow to insert many lines as if they were typed.
    page.evaluate("text => navigator.clipboard.writeText(text)", "\n".join(FIRST_2500))
    field(page).press("Control+v")
    field(page).press("Enter")
    expect(heading(page)).to_have_text(f"{PRIMES_TO_2500} primes")
    expect(page.get_by_text("2,133 not prime")).to_be_visible()
    expect(page.get_by_text("367 primes · 14.7 %")).to_be_visible()
    with save(page, "Download CSV", tmp_path).open(newline="") as file:
        rows = list(csv.DictReader(file))
    lines = save(page, "Download NDJSON", tmp_path).read_text().splitlines()
    assert [row["number"] for row in rows] == FIRST_2500
    assert [str(json.loads(line)["number"]) for line in lines] == FIRST_2500
    assert sum(row["is_prime"] == "true" for row in rows) == PRIMES_TO_2500


def test_the_primes_come_first_with_the_index_that_the_csv_has(page: Page) -> None:
    filters = serve_list(page)
    expect(page.get_by_role("button", name="Primes 5")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("row")).to_have_count(4)
    button(page, "Show more").click()
    expect(page.get_by_role("row")).to_have_count(6)
    expect(button(page, "Show more")).to_be_hidden()
    assert cells(page, 1) == ["0", "1", "3", "5", "9"]
    assert cells(page, 2) == ["2", "3", "5", "7", "11"]
    assert set(filters) == {"primes"}
    page.get_by_role("button", name="Not prime 6").click()
    expect(page.locator("tbody tr").first).to_contain_text("24Compositefactor 2")
    page.get_by_role("button", name="All 11").click()
    expect(page.locator("tbody tr").first).to_contain_text("02Prime")
    assert cells(page, 2) == ["2", "3", "4"]


def test_a_long_list_scrolls_and_only_the_rows_near_the_window_are_in_the_page(page: Page) -> None:
    total = 2550

    def serve(route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        first, limit = int(query.get("cursor", ["0"])[0]), int(query["limit"][0])
        rows = [row(index, index, "composite") for index in range(first, min(first + limit, total))]
        link = f'</{TASK_ID}/results?cursor={first + limit}&limit={limit}>; rel="next"'
        respond(route, {"results": rows, "complete": True}, headers={"Link": link} if first + limit < total else {})

    page.route("**/results?*", serve)
    show_task(page, status="SUCCESS", result=list_result(total, 0, total))
    page.evaluate("timer = setInterval(() => scrollTo(0, document.documentElement.scrollHeight), 50)")
    rows = page.locator("article tbody tr:not([aria-hidden])")
    expect(rows).to_have_count(50)
    button(page, "Show more").click()
    last = page.get_by_role("link", name=str(total - 1), exact=True)
    expect(last).to_be_visible()
    assert rows.count() < total / 2
    page.evaluate("clearInterval(timer); scrollTo(0, 0)")
    expect(page.get_by_role("link", name="0", exact=True)).to_be_visible()
    expect(last).not_to_be_attached()


def test_a_probable_prime_of_a_list_is_counted_as_such_and_can_be_proven(page: Page) -> None:
    rows = [row(0, 97, "prime"), row(1, 10**9 + 7, "probable_prime")]
    page.route("**/results?*", lambda route: respond(route, {"results": rows, "next": None, "complete": True}))
    start = page.url
    show_task(page, status="SUCCESS", result=list_result(3, 2, 1, probable_primes=1))
    expect(heading(page)).to_have_text("1 prime, 1 probably prime")
    assert page.get_by_role("link", name="97").get_attribute("href") == "#n=97"
    page.route(start, lambda route: accept(route, id_of(2)))
    page.route(f"**/{id_of(2)}", lambda route: respond(route, task(result=result(10**9 + 7, "prime", "ECPP"))))
    with page.expect_request(lambda request: request.method == "POST") as sent:
        button(page, "Prove it").click()
    assert sent.value.post_data_json == {"number": str(10**9 + 7)}
    expect(page).to_have_url(re.compile(f"{start}#{id_of(2)}"))
    page.go_back()
    button(page, "Prove the probable prime").click()
    with page.expect_request(lambda request: request.method == "POST") as sent:
        button(page, "Submit 1 task").click()
    assert sent.value.post_data_json == {"number": str(10**9 + 7)}
    expect(page.get_by_text("1 of 1 task submitted.")).to_be_visible()


def test_files_that_are_dropped_together_are_one_task(page: Page) -> None:
    drop(page, {"a.csv": "id,n\n1,5\n2,6\n", "b.txt": "7\n"})
    expect(preview(page)).to_have_text("2 files: A list of 3 numbers: 5, 6, 7")
    button(page, "Check").click()
    expect(heading(page)).to_have_text("2 primes")
    expect(lead(page)).to_contain_text("Finished in")


def test_a_dropped_file_replaces_the_one_before_and_can_be_removed(page: Page) -> None:
    example = str(field(page).get_attribute("placeholder"))
    drop(page, {"a.txt": "5\n6\n"})
    drop(page, {"b.txt": "7"})
    expect(preview(page)).to_have_text("b.txt: One number with 1 digit")
    expect(field(page)).to_have_attribute("placeholder", "b.txt")
    button(page, "Remove file").click()
    expect(field(page)).to_have_attribute("placeholder", example)
    expect(field(page)).to_be_focused()
    expect(preview(page)).to_contain_text("or choose a text or CSV file.")
    expect(button(page, "Remove file")).to_be_hidden()


def test_a_running_list_shows_its_numbers_and_the_primes_so_far(page: Page) -> None:
    progress = {"done": 2, "total": 4, "unit": "chunks"}
    show_task(page, status="STARTED", progress=progress, result=list_result(8000, 1200, 1800))
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_js_property("value", 3000)
    expect(bar).to_have_js_property("max", 8000)
    expect(page.get_by_text("3,000 of 8,000 numbers · 1,200 primes so far")).to_be_visible()


def test_the_results_of_an_unfinished_list_are_not_saved_as_complete(page: Page) -> None:
    serve_list(page)
    page.route("**/results", lambda route: respond(route, {}, headers={"Results-Complete": "false"}))
    button(page, "Download CSV").click()
    expect(page.get_by_role("alert").filter(has_text="The list is not finished yet")).to_be_visible()


def test_a_list_whose_response_is_lost_is_sent_again_as_the_same_task(page: Page) -> None:
    keys: list[str] = []

    def lose_first_response(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(page.url, lose_first_response)
    ask(page, "11\n12")
    expect(error(page)).to_contain_text("cannot reach the service")
    field(page).press("Enter")
    expect(heading(page)).to_have_text("1 prime")
    ask(page, "11\n12")
    expect(page.locator("#recent-list li")).to_have_count(2)
    assert keys[0] == keys[1] != keys[2]
