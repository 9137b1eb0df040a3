"""Digits: a number is never rounded, never cut, and never parsed as markup."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import ask, button, clipboard, copy, details, error, heading, headline, lead, open_task
from tests.browser.stubs import TASK_ID, serve_task, task

#: 10,000 digits, divisible by 7.
LONG = "1" + "0" * 9_998 + "1"


def test_a_long_number_shows_its_ends_is_copied_completely_and_can_be_expanded(page: Page) -> None:
    ask(page, LONG)
    expect(heading(page)).to_have_text("Composite")
    expect(details(page)).to_have_text("10,000 digits")
    number = page.locator(".numeral")
    assert len(number.inner_text()) < 200
    assert copy(page, "Copy number") == LONG
    button(page, "Show all 10,000 digits").click()
    expect(button(page, "Show fewer digits")).to_have_attribute("aria-expanded", "true")
    assert number.text_content() == LONG


def test_a_shortened_number_that_is_selected_is_copied_completely(page: Page) -> None:
    ask(page, LONG)
    expect(heading(page)).to_have_text("Composite")
    page.locator(".numeral").click(click_count=3)
    page.keyboard.press("Control+c")
    assert clipboard(page) == LONG


def test_an_integer_beyond_2_to_53_keeps_its_last_digits(page: Page) -> None:
    ask(page, "2305843009213693951")
    expect(heading(page)).to_have_text("Prime")
    page.goto(page.url)
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.locator(".numeral")).to_have_text("2305843009213693951")


def test_text_of_a_user_is_never_parsed_as_markup(page: Page) -> None:
    markup = "<img src=x onerror=document.title='run'>"
    serve_task(page, task(status="FAILURE", error=markup))
    open_task(page, TASK_ID)
    expect(lead(page)).to_have_text(markup)
    expect(page.locator("article img")).to_have_count(0)
    ask(page, markup)
    expect(error(page)).to_contain_text("<img")


@pytest.mark.parametrize(("typed", "size"), [("97", "size-1"), ("2^61-1", "size-2"), ("2^127-1", "size-3")])
def test_the_digits_of_a_prime_are_the_larger_the_fewer_they_are(page: Page, typed: str, size: str) -> None:
    ask(page, typed)
    expect(heading(page)).to_have_text("Prime")
    expect(headline(page)).to_have_class(re.compile(size))
