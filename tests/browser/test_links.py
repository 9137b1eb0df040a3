"""Links: to a number, to a task, to the page at the address of a task; and the recent tasks of this browser."""

import json
import re
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.page import index
from tests.browser.pages import (
    NewPage,
    ask,
    button,
    copy,
    details,
    error,
    field,
    heading,
    headline,
    lead,
    open_task,
    show_task,
)
from tests.browser.stubs import TASK_ID, accept, id_of, respond, result, task

PRIME = result(97, "prime", "trial division")


@pytest.mark.parametrize(
    ("link", "title"),
    [
        pytest.param("n=2^61-1", "Prime", id="as-typed"),
        pytest.param(f"n={quote('25!+1, 7')}", "1 prime", id="encoded"),
    ],
)
def test_a_link_with_a_number_submits_it_and_becomes_the_link_of_the_task(page: Page, link: str, title: str) -> None:
    start = page.url
    page.goto(f"{start}#{link}")
    expect(heading(page)).to_have_text(title)
    page.go_back()
    expect(page).to_have_url(start)
    page.goto(f"{start}#n=100%")
    expect(field(page)).to_have_value("100%")
    expect(error(page)).to_contain_text("is not a number")


def test_each_result_is_an_entry_of_the_history_with_its_number_in_the_field(page: Page) -> None:
    start = page.url
    results = [("2^89-1", "Prime"), ("91", "Composite"), ("97", "Prime")]
    for typed, title in results:
        ask(page, typed)
        expect(heading(page)).to_have_text(title)
        expect(page).to_have_url(re.compile(f"&n={re.escape(quote(typed))}$"))
    button(page, "Input formats").click()
    for typed, title in results[1::-1]:
        page.go_back()
        expect(field(page)).to_have_value(typed)
        expect(heading(page)).to_have_text(title)
        expect(page.get_by_role("dialog")).to_be_hidden()
    page.go_back()
    expect(page).to_have_url(start)
    expect(field(page)).to_have_value("")
    expect(page.get_by_role("article")).to_have_count(0)
    page.go_forward()
    expect(field(page)).to_have_value("2^89-1")
    expect(heading(page)).to_have_text("Prime")


def test_the_primes_beside_a_number_are_found_by_buttons_and_by_the_notation(page: Page) -> None:
    ask(page, "nextprime(10^12)")
    expect(headline(page)).to_have_text("1000000000039")
    expect(page.locator("article .asked")).to_have_text("The next prime after 1012")
    button(page, "Next prime").click()
    expect(headline(page)).to_have_text("1000000000061")
    button(page, "Previous prime").click()
    expect(field(page)).to_have_value("prevprime(10^12+61)")
    expect(headline(page)).to_have_text("1000000000039")


def test_a_link_to_a_number_shows_it_in_another_browser(page: Page, open_page: NewPage) -> None:
    ask(page, "(2^61-1)*3")
    expect(heading(page)).to_have_text("Composite")
    link = copy(page, "Copy link")
    assert link.endswith("/(2^61-1)*3")
    other = open_page(link)
    expect(headline(other)).to_contain_text("= 3 \u00d7 2305843009213693951")
    expect(other).to_have_url(re.compile("/#[-0-9a-f]{36}&n="))


def test_a_link_to_a_list_or_to_factors_is_that_of_the_task(page: Page, open_page: NewPage) -> None:
    ask(page, "4, 5, 6")
    expect(heading(page)).to_have_text("1 prime")
    other = open_page(copy(page, "Copy link"))
    expect(heading(other)).to_have_text("1 prime")
    expect(other.locator("#recent")).to_be_hidden()


def test_the_button_that_copies_the_link_says_so_for_a_moment(open_page: NewPage) -> None:
    page = open_page(before=lambda page: page.clock.install())
    show_task(page, status="SUCCESS", result=PRIME)
    expect(heading(page)).to_have_text("Prime")
    page.clock.pause_at("2100-01-01")
    button(page, "Copy link").click()
    expect(button(page, "Copied")).to_be_visible()
    page.clock.run_for(2000)
    expect(button(page, "Copy link")).to_be_visible()


def test_a_link_to_no_task_says_so_and_names_its_number(page: Page, open_page: NewPage) -> None:
    open_task(page, TASK_ID)
    expect(heading(page)).to_have_text("No such task")
    expect(lead(page)).to_contain_text("Submit the number again.")
    expect(page).to_have_title("No such task · Is it prime?")
    ask(page, "97")
    expect(heading(page)).to_have_text("Prime")
    other = open_page(re.sub("#[-0-9a-f]{36}&", f"#{id_of(3)}&", page.url))
    expect(heading(other)).to_have_text("No such task")
    expect(lead(other)).to_contain_text("Submit 97 again.")
    button(other, "Submit again").click()
    expect(heading(other)).to_have_text("Prime")


@pytest.mark.parametrize(
    ("prefix", "path"),
    [("/api", TASK_ID), ("", "2^61-1"), ("/api", "2%5E61-1"), ("/api", "numbers/2^61-1"), ("", "(2^61-1)/1")],
)
def test_the_page_at_the_address_of_a_task_or_a_number_shows_it(
    page: Page, service_url: str, prefix: str, path: str
) -> None:
    asked, depth = [], path.count("/") + 1

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(service_url.rstrip("/")).removeprefix(prefix)
        if route.request.resource_type == "document":
            file = index(prefix, depth)
            route.fulfill(body=file.body, headers=file.headers)
        elif path.startswith("/page/"):
            route.continue_(url=f"{service_url.rstrip('/')}{path}")
        elif path == f"/{TASK_ID}":
            respond(route, task(status="SUCCESS", result=PRIME))
        else:
            asked.append(json.loads(route.request.post_data or "")["number"])
            accept(route)

    page.route(f"{service_url}**", serve)
    page.goto(f"{service_url.rstrip('/')}{prefix}/{path}")
    expect(heading(page)).to_have_text("Prime")
    assert page.url.startswith(f"{service_url.rstrip('/')}{prefix}/#{TASK_ID}")
    assert asked == ([] if path == TASK_ID else [unquote(path.removeprefix("numbers/"))])


def test_the_last_tasks_can_be_opened_after_a_reload_and_in_another_tab(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    ask(page, "97")
    expect(other.locator("#recent-list li")).to_contain_text("Prime")
    ask(page, "2\n3\n4")
    expect(heading(page)).to_have_text("2 primes")
    start = page.url.split("#")[0]
    page.goto("about:blank")
    page.goto(start)
    rows = page.locator("#recent-list").get_by_role("link")
    expect(rows).to_contain_text(["3 numbers", "97"])
    rows.nth(1).click()
    expect(heading(page)).to_have_text("Prime")
    button(page, "Clear").click()
    page.reload()
    expect(page.locator("#recent")).to_be_hidden()


def test_at_most_six_recent_tasks_are_shown_at_first_and_no_number_twice(page: Page) -> None:
    stored = [{"id": id_of(n), "number": str(n), "title": "Prime", "final": True, "at": 0} for n in range(2, 10)]
    page.evaluate("tasks => localStorage.setItem('tasks', JSON.stringify(tasks))", stored)
    page.reload()
    rows = page.locator("#recent-list").get_by_role("link")
    expect(rows).to_have_count(6)
    button(page, "Show all").click()
    expect(rows).to_have_count(8)
    expect(rows.nth(6)).to_be_focused()
    ask(page, "9")
    expect(rows.first).to_contain_text("9Composite")
    expect(rows).to_have_count(8)


def test_an_unfinished_task_is_followed_again_after_a_reload(page: Page) -> None:
    body = task()
    start = page.url
    page.route(f"**/{TASK_ID}", lambda route: respond(route, body))
    page.route(start, lambda route: accept(route))  # noqa: PLW0108 - Playwright takes functions only
    ask(page, "97")
    expect(heading(page)).to_have_text("Queued")
    page.unroute(start)
    page.goto(start)
    page.reload()
    row = page.locator("#recent-list li")
    expect(row).to_contain_text("Queued")
    body.update(status="SUCCESS", result=result(97, "prime", "trial division"))
    expect(row).to_contain_text("Prime")


def test_a_stored_result_says_when_it_was_computed(page: Page) -> None:
    stored = result(10**9 + 7, "prime", "ECPP", computed_at="2026-11-24T12:00:00.000Z")
    show_task(page, status="SUCCESS", result=stored)
    expect(details(page)).to_have_text("10 digits · computed on November 24, 2026")
