"""Asking: a number or an expression goes in, a verdict that anybody can check comes out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import NewPage
from tests.browser.words import ask, button, clipboard, fact, field, heading, lead

#: Primes just above a power of ten: no theorem of special forms proves them, ECPP does in seconds or minutes.
PROVEN_IN_SECONDS = "10^400+69"
PROVEN_IN_MINUTES = "10^1000+453"


def calls(page: Page) -> list[Request]:
    """Return the list that fills with what the page asks the service about tasks."""
    seen: list[Request] = []
    page.on("request", lambda request: seen.append(request) if request.resource_type == "fetch" else None)
    return seen


def test_a_small_number_is_answered_by_one_call(page: Page) -> None:
    seen = calls(page)
    ask(page, "97")
    expect(heading(page)).to_have_text("Prime")
    assert [request.method for request in seen] == ["POST"]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        pytest.param("1,234,567", "1234567", id="commas"),
        pytest.param("1 234\u202f567", "1234567", id="spaces"),
        pytest.param("1_234_567", "1234567", id="underscores"),
        pytest.param("1'234'567", "1234567", id="apostrophes"),
        pytest.param("1.234.567", "1234567", id="points"),
        pytest.param("123\\\n4567", "1234567", id="continued-lines"),
        pytest.param(" 0x12D687 ", "0x12D687", id="hexadecimal"),
        pytest.param("2 ^ 61 \u2212 1", "2^61-1", id="minus-sign"),
        pytest.param("2\u2076\u00b9 - 1", "2^61-1", id="superscripts"),
        pytest.param("3\u00d75", "3*5", id="times-sign"),
    ],
)
def test_what_only_people_need_is_forgiven(used_page: Page, typed: str, number: str) -> None:
    expect(button(used_page, "Check")).not_to_have_attribute("aria-busy", "true")
    with used_page.expect_request(lambda request: request.method == "POST") as sent:
        ask(used_page, typed)
    assert sent.value.post_data_json == {"number": number}


def test_an_expression_is_set_as_mathematics_with_its_value(page: Page) -> None:
    ask(page, "25!+1")
    expect(heading(page)).to_have_text("Composite")
    expect(page.get_by_role("article").get_by_role("math", name="25!+1")).to_be_visible()
    expect(page.locator(".numeral")).to_have_text("15511210043330985984000001")


@pytest.mark.parametrize("expression", ["1234567", "(2^127-1)*(2^521-1)"], ids=["factor", "strong-base"])
def test_the_lines_that_check_a_composite_convince_python(page: Page, expression: str) -> None:
    ask(page, expression)
    expect(heading(page)).to_have_text("Composite")
    expect(fact(page, "Witness")).not_to_be_empty()
    page.get_by_text("How to check it").click()
    button(page, "Copy these lines").click()
    expect(button(page, "Copied")).to_be_visible()
    lines = clipboard(page)
    said = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.strip() == ("0" if " % " in lines.splitlines()[1] else "True")


def test_a_large_prime_is_probable_then_proven_with_a_certificate(page: Page, tmp_path: Path) -> None:
    ask(page, PROVEN_IN_SECONDS)
    expect(heading(page)).to_have_text("Probably prime")
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(heading(page)).to_have_text("Prime")
    expect(lead(page)).to_contain_text("Proven: ECPP")
    for name, beginning in (("Download certificate", "[["), ("Primo format", "[PRIMO")):
        with page.expect_download() as download:
            button(page, name).click()
        saved = tmp_path / download.value.suggested_filename
        download.value.save_as(saved)
        assert saved.read_text().startswith(beginning)


def test_a_running_proof_is_cancelled_and_asked_again(page: Page) -> None:
    ask(page, PROVEN_IN_MINUTES)
    expect(heading(page)).to_have_text("Probably prime")
    first = page.url
    button(page, "Cancel").click()
    expect(heading(page)).to_have_text("Cancelled")
    button(page, "Try again").click()
    expect(heading(page)).not_to_have_text("Cancelled")
    assert page.url != first
    button(page, "Cancel").click()
    expect(heading(page)).to_have_text("Cancelled")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param("", "Type a number first", id="nothing"),
        pytest.param("eleven", "is not a number", id="a-word"),
        pytest.param("3.14", "Only whole numbers", id="a-fraction"),
        pytest.param("2,3,5", "put one number on each line", id="commas-of-a-list"),
        pytest.param("2\nthree", "Line 2", id="a-line-of-a-list"),
        pytest.param("2^-1", "exponent is negative", id="refused-by-the-service"),
        pytest.param("9^9^9^9", "10,000", id="too-large-for-the-service"),
    ],
)
def test_an_error_stands_at_the_field_in_plain_words(used_page: Page, typed: str, words: str) -> None:
    ask(used_page, typed)
    expect(used_page.locator("#number-error")).to_contain_text(words)
    expect(field(used_page)).to_have_attribute("aria-invalid", "true")
    expect(field(used_page)).to_be_focused()
    field(used_page).fill("7")
    expect(field(used_page)).to_have_attribute("aria-invalid", "false")


def test_the_page_works_behind_the_gateways_stage_prefix(open_page: NewPage, gateway_url: str) -> None:
    statuses: dict[str, int] = {}

    def note_answers(page: Page) -> None:
        page.on("response", lambda response: statuses.update({response.url: response.status}))

    page = open_page(gateway_url, before=note_answers)
    assert set(statuses.values()) == {200}
    ask(page, "91")
    expect(fact(page, "Witness")).to_have_text("7 \u00d7 13")
    page.reload()
    expect(heading(page)).to_have_text("Composite")
