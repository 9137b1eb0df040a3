"""Asking: the user enters a number or an expression, and the page shows the verdict."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.pages import ask, button, error, field, heading, headline, lead
from tests.browser.stubs import refuse

#: No theorem about special forms proves it; ECPP takes minutes.
PROVEN_IN_MINUTES = "10^1000+453"


def test_a_number_that_is_final_within_the_wait_needs_one_request(page: Page) -> None:
    waits: list[str] = []

    def wait_longer(route: Route) -> None:
        """Send the request on with the longest wait, within which a busy machine finishes the number, too."""
        waits.append(route.request.headers["prefer"])
        route.continue_(headers={**route.request.headers, "prefer": "wait=25"})

    methods: list[str] = []

    def note(route: Route) -> None:
        methods.append(route.request.method)
        route.fallback()

    page.route("**/", wait_longer)
    page.route("**", note)
    ask(page, "97")
    expect(heading(page)).to_have_text("Prime")
    assert methods == ["POST"]
    assert waits == ["wait=1"]


def test_an_expression_is_shown_in_mathematical_notation_with_its_value(page: Page) -> None:
    ask(page, "2^127-1")
    expect(heading(page)).to_have_text("Prime")
    expect(page.get_by_role("article").get_by_role("math", name="2^127-1")).to_be_visible()
    expect(headline(page)).to_have_text(str(2**127 - 1))
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.get_by_role("article").get_by_role("math", name="2^127-1")).to_be_visible()


def test_a_proof_is_cancelled_and_submitted_again_by_keyboard_alone(page: Page) -> None:
    def tab_to(name: str) -> None:
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent.trim()") == name:
                return
        raise AssertionError(f"no Tab reaches {name}")

    expect(field(page)).to_be_focused()
    page.keyboard.type(PROVEN_IN_MINUTES)
    tab_to("Check")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Probably prime")
    expect(page.get_by_role("progressbar")).to_be_visible()
    first = page.url
    tab_to("Cancel")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Cancelled")
    expect(lead(page)).to_contain_text("is probably prime")
    expect(button(page, "Try again")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(first)
    button(page, "Cancel").click()
    expect(heading(page)).to_have_text("Cancelled")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param("", "Type a number first", id="nothing"),
        pytest.param("eleven", "is not a number", id="a-word"),
        pytest.param("3.14", "Only whole numbers", id="a-fraction"),
        pytest.param("2\nthree", "Line 2", id="a-line-of-a-list"),
        pytest.param("2^-1", "An exponent is negative", id="refused-by-the-service"),
        pytest.param("9^9^9^9", "10,000", id="too-large-for-the-service"),
    ],
)
def test_an_error_is_shown_at_the_field(page: Page, typed: str, words: str) -> None:
    ask(page, typed)
    expect(error(page)).to_contain_text(words)
    expect(field(page)).to_have_attribute("aria-invalid", "true")
    expect(field(page)).to_be_focused()
    field(page).fill("7")
    expect(field(page)).to_have_attribute("aria-invalid", "false")


@pytest.mark.parametrize("status", [0, 503])
def test_a_number_that_was_not_accepted_is_submitted_again_by_itself(page: Page, status: int) -> None:
    left = [1]

    def lose(route: Route) -> None:
        if route.request.method != "POST" or not left:
            route.continue_()
        elif left.pop() and status:
            refuse(route, status, "The queue does not respond. Nothing was accepted: send the request again.")
        else:
            route.abort()

    page.route(page.url, lose)
    ask(page, "97")
    expect(error(page)).to_contain_text("Nothing was accepted. The page tries again." if status else "tries again.")
    expect(heading(page)).to_have_text("Prime")
    expect(error(page)).to_be_empty()


def test_the_notation_is_explained_and_the_sign_that_is_refused_is_selected(page: Page) -> None:
    button(page, "Input formats").click()
    expect(page.locator("#notation")).to_contain_text("binomial(40,20)")
    page.keyboard.press("Escape")
    expect(page.locator("#notation")).to_be_hidden()
    ask(page, "2^12 + *3")
    expect(error(page)).to_contain_text("position 6")
    assert page.evaluate("getSelection().toString()") == "*"


def test_the_card_disappears_when_the_next_number_is_submitted_or_refused(page: Page) -> None:
    ask(page, "97")
    expect(heading(page)).to_have_text("Prime")
    held: list[Route] = []
    page.route(
        page.url.split("#")[0],
        lambda route: held.append(route) if route.request.method == "POST" else route.continue_(),
    )
    with page.expect_request(lambda request: request.method == "POST"):
        ask(page, "2^-1")
    expect(page.get_by_role("article")).to_have_count(0)
    held[0].continue_()
    expect(error(page)).not_to_be_empty()
    page.reload()
    expect(field(page)).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(0)


def test_the_slash_key_moves_the_focus_to_the_field_from_every_view(page: Page) -> None:
    page.get_by_role("link", name="Queues", exact=True).click()
    expect(page.get_by_role("heading", name="Queues")).to_be_visible()
    page.keyboard.press("/")
    expect(field(page)).to_be_focused()
    page.keyboard.type("25!/3")
    expect(field(page)).to_have_value("25!/3")
