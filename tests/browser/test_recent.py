"""Recent tasks: the page keeps the last tasks of this browser after a reload."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.pages import ask, button, heading
from tests.browser.stubs import TASK_ID, accept, respond, result, task


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
