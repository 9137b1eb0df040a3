"""Access: where the API wants a key, people are asked for it once and for this session only."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.words import ask, button, field, heading, refuse

KEY = "0123456789abcdef0123"


def want_a_key(page: Page) -> None:
    """Refuse what carries no key, as API Gateway does; the page and its files need none."""

    def gate(route: Route) -> None:
        if route.request.headers.get("x-api-key") == KEY:
            route.continue_()
        else:
            refuse(route, 403, "Send the API key in the header x-api-key.")

    page.route(
        lambda url: "/console/" not in url,
        lambda route: gate(route) if route.request.resource_type == "fetch" else route.continue_(),
    )


def want_a_key_by_the_clock(page: Page) -> None:
    """Refuse what carries no key, with the page's clock in the test's hand."""
    page.clock.install()
    want_a_key(page)


def give(page: Page, key: str) -> None:
    """Type a key into the dialog."""
    page.get_by_label("API key").fill(key)
    page.get_by_label("API key").press("Enter")


def test_the_key_is_asked_for_once_and_kept_over_a_reload(open_page: NewPage) -> None:
    page = open_page(before=want_a_key)
    ask(page, "97")
    expect(page.get_by_role("dialog", name="This service asks for a key")).to_be_visible()
    give(page, KEY)
    expect(heading(page)).to_have_text("Prime")
    page.reload()
    expect(heading(page)).to_have_text("Prime")
    page.get_by_role("link", name="Queues").click()
    expect(page.get_by_role("region", name="Tasks")).to_be_visible()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_key_is_kept_for_the_session_only(open_page: NewPage) -> None:
    page = open_page(before=want_a_key)
    ask(page, "97")
    give(page, KEY)
    expect(heading(page)).to_have_text("Prime")
    assert page.evaluate("JSON.stringify(localStorage)").find(KEY) == -1
    assert page.context.cookies() == []
    other = page.context.new_page()
    want_a_key(other)
    other.goto(page.url)
    expect(other.get_by_role("dialog")).to_be_visible()


def test_a_wrong_key_is_said_to_be_wrong(open_page: NewPage) -> None:
    page = open_page(before=want_a_key)
    ask(page, "97")
    give(page, "wrong")
    expect(page.get_by_text("That key was refused")).to_be_visible()
    give(page, KEY)
    expect(heading(page)).to_have_text("Prime")


def test_who_gives_no_key_is_told_at_the_field_and_not_asked_by_a_poll(open_page: NewPage) -> None:
    page = open_page(before=want_a_key_by_the_clock)
    ask(page, "97")
    button(page, "Not now").click()
    expect(page.locator("#number-error")).to_contain_text("x-api-key")
    expect(field(page)).to_be_focused()
    page.get_by_role("link", name="Queues").click()
    button(page, "Not now").click()
    expect(page.get_by_text("This page keeps trying")).to_be_visible()
    with page.expect_response("**/queue"):
        page.clock.run_for(5000)
    expect(page.get_by_role("dialog")).to_be_hidden()
