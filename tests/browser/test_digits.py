"""Digits: a number is never rounded, never cut, and never taken for markup."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.words import SOME_TASK, answer, ask, button, clipboard, fact, heading, lead, told

#: 10,000 digits, divisible by 7.
LONG = "1" + "0" * 9_998 + "1"


def test_a_long_number_is_folded_copied_whole_and_opened(page: Page) -> None:
    ask(page, LONG)
    expect(heading(page)).to_have_text("Composite")
    expect(fact(page, "Digits")).to_have_text("10,000")
    number = page.locator(".numeral")
    assert len(number.inner_text()) < 200
    button(page, "Copy number").click()
    expect(button(page, "Copied")).to_be_visible()
    assert clipboard(page) == LONG
    button(page, "Show all 10,000 digits").click()
    expect(button(page, "Fold")).to_have_attribute("aria-expanded", "true")
    assert number.text_content() == LONG


def test_a_folded_number_that_is_selected_is_copied_whole(page: Page) -> None:
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


def test_what_came_from_a_user_is_text(page: Page) -> None:
    markup = "<img src=x onerror=document.title='run'>"
    page.route(f"**/{SOME_TASK}", lambda route: answer(route, told({"status": "FAILURE", "error": markup})))
    page.goto(f"{page.url}#{SOME_TASK}")
    expect(lead(page)).to_have_text(markup)
    expect(page.locator("article img")).to_have_count(0)
    ask(page, markup)
    expect(page.locator("#number-error")).to_contain_text("<img")
