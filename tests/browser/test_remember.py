"""Remembering: this browser's tasks outlive a reload, and a task's link tells somebody else the same."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.words import SOME_TASK, answer, ask, button, clipboard, heading, told


def test_the_last_tasks_are_alive_after_a_reload(page: Page) -> None:
    ask(page, "97")
    expect(heading(page)).to_have_text("Prime")
    ask(page, "2\n3\n4")
    expect(heading(page)).to_have_text("2 primes")
    start = page.url.split("#")[0]
    page.goto("about:blank")
    page.goto(start)
    rows = page.locator("#recent-list").get_by_role("link")
    expect(rows).to_contain_text(["3 numbers", "97"])
    rows.nth(1).click()
    expect(heading(page)).to_have_text("Prime")


def test_an_unfinished_task_is_followed_again_after_a_reload(page: Page) -> None:
    status = "PENDING"

    def say(route: Route) -> None:
        result = {"number": 97, "verdict": "prime", "proven": True, "method": "trial division", "seconds": 1e-6}
        answer(route, told({"status": status, "result": result if status == "SUCCESS" else None}))

    page.route(f"**/{SOME_TASK}", say)
    page.route(page.url, lambda route: answer(route, {"status": "success", "task_id": SOME_TASK}, 202))
    ask(page, "97")
    expect(heading(page)).to_have_text("Waiting")
    page.unroute(page.url.split("#")[0])
    page.goto(page.url.split("#")[0])
    page.reload()
    row = page.locator("#recent-list li")
    expect(row).to_contain_text("Waiting")
    status = "SUCCESS"
    expect(row).to_contain_text("Prime")


def test_a_link_shows_the_task_to_somebody_else(page: Page, open_page: NewPage) -> None:
    ask(page, "1234567")
    expect(heading(page)).to_have_text("Composite")
    button(page, "Copy link").click()
    expect(button(page, "Copied")).to_be_visible()
    other = open_page(clipboard(page))
    expect(heading(other)).to_have_text("Composite")
    expect(other.locator(".numeral")).to_have_text("1234567")
    expect(other.locator("#recent")).to_be_hidden()


def test_a_link_to_no_task_says_so(page: Page) -> None:
    page.goto(f"{page.url}#{SOME_TASK}")
    expect(heading(page)).to_have_text("No such task")
    expect(page).to_have_title("No such task · Is it prime?")


def test_another_tab_of_the_browser_shows_the_same_tasks(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    ask(page, "97")
    expect(other.locator("#recent-list li")).to_contain_text("Prime")


def test_the_list_can_be_cleared(page: Page) -> None:
    ask(page, "97")
    expect(page.locator("#recent")).to_be_visible()
    button(page, "Clear").click()
    page.reload()
    expect(page.locator("#recent")).to_be_hidden()
