"""Digits: a number is never rounded, never cut, and never parsed as markup."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.pages import ask, button, clipboard, copy, details, error, heading, headline, lead, show_task
from tests.browser.stubs import id_of, result

#: 10,000 digits, divisible by 7.
LONG = "1" + "0" * 9_998 + "1"


def test_a_long_number_shows_its_ends_is_copied_whole_and_can_be_expanded(page: Page) -> None:
    ask(page, LONG)
    expect(heading(page)).to_have_text("Composite")
    expect(details(page)).to_have_text("10,000 digits")
    number = page.locator(".numeral")
    assert len(number.inner_text()) < 200
    number.click(click_count=3)
    page.keyboard.press("Control+c")
    assert clipboard(page) == LONG
    assert copy(page, "Copy number") == LONG
    button(page, "Show all 10,000 digits").click()
    expect(button(page, "Show fewer digits")).to_have_attribute("aria-expanded", "true")
    assert number.text_content() == LONG


def test_an_integer_beyond_2_to_53_keeps_its_last_digits(page: Page) -> None:
    ask(page, "2305843009213693951")
    expect(heading(page)).to_have_text("Prime")
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.locator(".numeral")).to_have_text("2305843009213693951")


def test_text_of_a_user_is_never_parsed_as_markup(page: Page) -> None:
    markup = "<img src=x onerror=document.title='run'>"
    show_task(page, status="FAILURE", error=markup)
    expect(lead(page)).to_have_text(markup)
    expect(page.locator("article img")).to_have_count(0)
    ask(page, markup)
    expect(error(page)).to_contain_text("<img")


def test_the_digits_of_a_prime_are_the_larger_the_fewer_they_are(page: Page) -> None:
    for index, number in enumerate([97, 2**61 - 1, 2**127 - 1], start=1):
        show_task(page, id_of(index), status="SUCCESS", result=result(number, "prime", "ECPP"))
        expect(headline(page)).to_have_text(str(number))
        expect(headline(page)).to_have_class(re.compile(f"size-{index}"))
