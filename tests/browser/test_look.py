"""Appearance and accessibility: axe-core finds no violation, no page scrolls sideways, and the keyboard suffices.

The tests write a screenshot of every state into test-output/, with PICTURES=1 one for each window, and the two pictures
of the README.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import ask, button, field, heading, headline
from tests.browser.chromium import NewPage
from tests.browser.page_states import PAGE_STATES, busy

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
OUTPUT = ROOT / "test-output"
#: The widths and the colours of the windows, and whether axe examines the page and a screenshot is written.
WINDOWS: list[tuple[int, Literal["light", "dark"], bool]] = [
    (320, "light", True),
    (375, "dark", False),
    (768, "light", False),
    (1280, "light", False),
    (1280, "dark", True),
    (2560, "light", False),
]
MAX_PICTURE_BYTES = 150_000


def violations(page: Page) -> list[str]:
    """Return what axe-core finds on the page, each with the element at which it found it."""
    found = page.evaluate("axe.run()")["violations"]
    return [f"{fault['id']}: {node['html']}" for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize("page_state", PAGE_STATES)
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(open_page: NewPage, page_state: str) -> None:
    if not AXE.exists() and "CI" not in os.environ:
        pytest.skip("axe-core is missing: npm ci")
    OUTPUT.mkdir(exist_ok=True)
    page = open_page(bypass_csp=True)
    PAGE_STATES[page_state](page)
    page.evaluate(AXE.read_text())
    for width, scheme, examined in WINDOWS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 780 if width < 600 else 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if examined or "PICTURES" in os.environ:
            # Otherwise the screenshot may show the page before Chromium has drawn its text again.
            page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            page.screenshot(path=OUTPUT / f"{page_state}-{width}-{scheme}.png", full_page=True)
        if examined:
            assert violations(page) == []


def test_the_pictures_of_the_readme_are_made_and_small(open_page: NewPage) -> None:
    OUTPUT.mkdir(exist_ok=True)
    page = open_page(viewport={"width": 1200, "height": 1000})
    for text, verdict in (("7 11 13 91", "3 primes"), ("10^100+267", "Prime"), ("25!+1", "Composite")):
        ask(page, text)
        expect(heading(page)).to_have_text(verdict)
    ask(page, "2^127-1")
    expect(headline(page)).to_have_text(str(2**127 - 1))
    page.screenshot(path=OUTPUT / "result.png")
    busy(page)
    page.set_viewport_size({"width": 1200, "height": 1180})
    page.screenshot(path=OUTPUT / "queue.png")
    for name in ("result", "queue"):
        for folder in (OUTPUT, ROOT / "docs" / "images"):
            assert (folder / f"{name}.png").stat().st_size < MAX_PICTURE_BYTES


def test_a_number_is_submitted_and_cancelled_by_keyboard_alone(page: Page) -> None:
    def tab_to(name: str) -> None:
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent.trim()") == name:
                return
        raise AssertionError(f"no Tab reaches {name}")

    expect(field(page)).to_be_focused()
    page.keyboard.type("10^1000+453")
    tab_to("Check")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Probably prime")
    tab_to("Cancel")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Cancelled")
    expect(button(page, "Try again")).to_be_focused()


def test_a_verdict_is_announced_and_is_the_title_of_the_page(page: Page) -> None:
    ask(page, "97")
    expect(page.locator("#announcer")).to_contain_text("Prime. Proven")
    expect(page).to_have_title("Prime · Is it prime?")


def test_the_name_of_the_service_is_beside_its_logo(page: Page) -> None:
    expect(page.get_by_role("banner").get_by_role("link", name="Is it prime?")).to_be_visible()


def test_a_wide_window_shows_the_examples_beside_the_field(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    form = page.locator("#ask").bounding_box()
    examples = page.get_by_role("region", name="Examples").bounding_box()
    assert form
    assert examples
    assert examples["x"] > form["x"] + form["width"]
