"""Access: if the service needs an API key, the page asks for it once and keeps it for the session only."""

from playwright.sync_api import Page, Route, expect

from tests.browser.pages import NewPage, ask, button, error, field, heading, lane, open_queues
from tests.browser.stubs import refuse

KEY = "0123456789abcdef0123"


def require_key(page: Page) -> None:
    """Refuse requests without the key, as API Gateway does. The page and its files need no key."""

    def check(route: Route) -> None:
        if route.request.resource_type != "fetch" or route.request.headers.get("x-api-key") == KEY:
            route.continue_()
        else:
            refuse(route, 403, "Send the API key in the header x-api-key.")

    page.route(lambda url: "/page/" not in url, check)


def enter_key(page: Page, key: str) -> None:
    page.get_by_label("API key").fill(key)
    page.get_by_label("API key").press("Enter")


def test_the_key_is_requested_until_it_is_right_and_kept_for_the_session_only(open_page: NewPage) -> None:
    page = open_page(before=require_key)
    ask(page, "97")
    expect(page.get_by_role("dialog", name="This service needs a key")).to_be_visible()
    enter_key(page, "wrong")
    expect(page.get_by_text("The service refused this key")).to_be_visible()
    enter_key(page, KEY)
    expect(heading(page)).to_have_text("Prime")
    page.reload()
    expect(heading(page)).to_have_text("Prime")
    open_queues(page)
    expect(lane(page, "Tasks")).to_be_visible()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert KEY not in page.evaluate("JSON.stringify(localStorage)")
    assert page.context.cookies() == []
    other = page.context.new_page()
    require_key(other)
    other.goto(page.url)
    expect(other.get_by_role("dialog")).to_be_visible()


def test_without_a_key_the_reason_is_shown_and_polling_opens_no_dialog(open_page: NewPage) -> None:
    def prepare(page: Page) -> None:
        page.clock.install()
        require_key(page)

    page = open_page(before=prepare)
    ask(page, "97")
    button(page, "Cancel").click()
    expect(error(page)).to_contain_text("x-api-key")
    expect(field(page)).to_be_focused()
    open_queues(page)
    button(page, "Cancel").click()
    expect(page.get_by_text("The page tries again")).to_be_visible()
    with page.expect_response("**/queue"):
        page.clock.run_for(5000)
    expect(page.get_by_role("dialog")).to_be_hidden()
