"""Asking: the user enters a number or an expression, and the page shows the verdict."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.actions import ask, button, error, field, heading, headline, lead, open_task
from tests.browser.chromium import NewPage
from tests.browser.stubs import refuse

#: Primes just above a power of ten: no theorem about special forms proves them; ECPP takes seconds or minutes.
PROVEN_IN_SECONDS = "10^400+69"
PROVEN_IN_MINUTES = "10^1000+453"


def requests_of(page: Page) -> list[Request]:
    """Return a list of the page's requests to the API, which grows with each of them."""
    seen: list[Request] = []
    page.on("request", lambda request: seen.append(request) if request.resource_type == "fetch" else None)
    return seen


def test_a_number_that_is_final_within_the_wait_needs_one_request(page: Page) -> None:
    waits: list[str] = []

    def wait_longer(route: Route) -> None:
        """Send the request on with the longest wait, within which a busy machine finishes the number, too."""
        waits.append(route.request.headers["prefer"])
        route.continue_(headers={**route.request.headers, "prefer": "wait=25"})

    seen = requests_of(page)
    page.route("**/", wait_longer)
    ask(page, "97")
    expect(heading(page)).to_have_text("Prime")
    assert [request.method for request in seen] == ["POST"]
    assert waits == ["wait=1"]


def test_an_expression_is_shown_in_mathematical_notation_with_its_value(page: Page) -> None:
    ask(page, "2^127-1")
    expect(heading(page)).to_have_text("Prime")
    expect(page.get_by_role("article").get_by_role("math", name="2^127-1")).to_be_visible()
    expect(headline(page)).to_have_text(str(2**127 - 1))


def test_a_large_prime_is_proven_with_a_certificate_in_two_formats(page: Page, tmp_path: Path) -> None:
    ask(page, PROVEN_IN_SECONDS)
    expect(heading(page)).to_have_text("Prime")
    expect(lead(page)).to_contain_text("Proven by elliptic curves (ECPP)")
    for name, beginning in (("Download certificate", "[["), ("Primo format", "[PRIMO")):
        with page.expect_download() as download:
            button(page, name).click()
        saved = tmp_path / download.value.suggested_filename
        download.value.save_as(saved)
        assert saved.read_text().startswith(beginning)


def test_a_running_proof_is_cancelled_with_its_interim_verdict_and_submitted_again(page: Page) -> None:
    ask(page, PROVEN_IN_MINUTES)
    expect(heading(page)).to_have_text("Probably prime")
    expect(page.get_by_role("progressbar")).to_be_visible()
    first = page.url
    button(page, "Cancel").click()
    expect(heading(page)).to_have_text("Cancelled")
    expect(lead(page)).to_contain_text("is probably prime")
    button(page, "Try again").click()
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
        pytest.param("2^-1", "exponent is negative", id="refused-by-the-service"),
        pytest.param("9^9^9^9", "10,000", id="too-large-for-the-service"),
    ],
)
def test_an_error_is_shown_at_the_field(used_page: Page, typed: str, words: str) -> None:
    ask(used_page, typed)
    expect(error(used_page)).to_contain_text(words)
    expect(field(used_page)).to_have_attribute("aria-invalid", "true")
    expect(field(used_page)).to_be_focused()
    field(used_page).fill("7")
    expect(field(used_page)).to_have_attribute("aria-invalid", "false")


def test_an_error_of_the_service_starts_with_a_capital_letter(page: Page) -> None:
    def refuse_post(route: Route) -> None:
        if route.request.method == "POST":
            refuse(route, 400, "the number is too long.")
        else:
            route.continue_()

    page.route(page.url, refuse_post)
    ask(page, "97")
    expect(error(page)).to_have_text("The number is too long.")


@pytest.mark.parametrize("refused", ["eleven", "2^-1"], ids=["by-the-page", "by-the-service"])
def test_the_card_disappears_when_the_next_number_is_refused(page: Page, refused: str) -> None:
    ask(page, "97")
    expect(heading(page)).to_have_text("Prime")
    ask(page, refused)
    expect(error(page)).not_to_be_empty()
    expect(page.get_by_role("article")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("article")).to_have_count(0)


def test_the_card_disappears_while_the_next_number_is_submitted(page: Page) -> None:
    ask(page, "97")
    expect(heading(page)).to_have_text("Prime")
    held: list[Route] = []
    page.route(page.url.split("#")[0], lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes functions only
    with page.expect_request(lambda request: request.method == "POST"):
        ask(page, "91")
    expect(page.get_by_role("article")).to_have_count(0)
    held[0].continue_()
    expect(heading(page)).to_have_text("Composite")


def test_the_slash_key_moves_the_focus_to_the_field_from_every_view(page: Page) -> None:
    page.get_by_role("link", name="Queues").click()
    expect(page.get_by_role("heading", name="Queues")).to_be_visible()
    page.keyboard.press("/")
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_value("")
    button(page, "Check").focus()
    page.keyboard.press("/")
    expect(field(page)).to_be_focused()
    page.keyboard.type("25!/3")
    expect(field(page)).to_have_value("25!/3")


def test_the_page_works_behind_the_stage_prefix_of_the_gateway(open_page: NewPage, gateway_url: str) -> None:
    statuses: dict[str, int] = {}

    def note_responses(page: Page) -> None:
        page.on("response", lambda response: statuses.update({response.url: response.status}))

    page = open_page(gateway_url, before=note_responses)
    assert set(statuses.values()) == {200}
    ask(page, "91")
    expect(headline(page)).to_have_text("91 = 7 \u00d7 13")
    page.reload()
    expect(heading(page)).to_have_text("Composite")
    open_task(page, page.url.split("#")[1])
    expect(heading(page)).to_have_text("Composite")
