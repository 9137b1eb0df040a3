"""Appearance and accessibility: axe-core finds no violation, and nothing but the page scrolls, and not sideways.

With PICTURES=1 a screenshot of every state and window is written into test-output/.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import NewPage, new_context, preview, show_task
from tests.browser.states import PAGE_STATES
from tests.browser.stubs import result
from tests.support.programs import require_npm

ROOT = Path(__file__).parents[2]
OUTPUT = ROOT / "test-output"
#: The widths and the colours of the windows, and whether axe examines the page there.
WINDOWS: list[tuple[int, Literal["light", "dark"], bool]] = [
    (320, "light", True),
    (375, "light", False),
    (375, "dark", False),
    (640, "light", False),  # 1,280 pixels at a zoom of 200 %
    (768, "light", False),
    (1440, "light", False),
    (1440, "dark", True),
    (2560, "light", False),
]
#: What axe-core finds on the page, each with the element at which it found it.
EXAMINE = """() => axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)))"""

#: The texts of which a part is outside of the window, or of what clips them. What is hidden from sight does not count.
CUT = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const cut = [];
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
        range.selectNodeContents(walker.currentNode);
        const { left, right } = range.getBoundingClientRect();
        let [from, to, isSeen] = [0, innerWidth, true];
        for (let outer = element; outer; outer = outer.parentElement) {
            const { clipPath, overflowX } = getComputedStyle(outer);
            if (clipPath !== "none") isSeen = false;
            if (overflowX === "visible") continue;
            const box = outer.getBoundingClientRect();
            [from, to] = [Math.max(from, box.left), Math.min(to, box.right)];
        }
        if (isSeen && (left < from - 1 || right > to + 1)) cut.push(walker.currentNode.data);
    }
    return cut;
}"""

#: How many parts of the card scroll for themselves.
SCROLLING = """() => [...document.querySelectorAll("article *")]
    .filter(element => ["auto", "scroll"].includes(getComputedStyle(element).overflowY)).length"""


@pytest.fixture(scope="module")
def axe_page(browser: Browser) -> Iterator[Page]:
    """Return a page that has axe-core, for all states one after the other."""
    errors: list[str] = []
    context = new_context(browser, errors, bypass_csp=True)
    context.add_init_script(path=require_npm("axe-core/axe.min.js"))
    yield context.new_page()
    context.close()
    assert not errors


@pytest.mark.parametrize("page_state", PAGE_STATES)
def test_axe_finds_no_violation_and_nothing_scrolls_sideways_or_is_cut(
    axe_page: Page, service_url: str, page_state: str
) -> None:
    page = axe_page
    page.goto(service_url)
    PAGE_STATES[page_state](page)
    assert page.evaluate(SCROLLING) == 0
    for width, scheme, examined in WINDOWS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 780 if width < 600 else 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CUT) == []
        if "PICTURES" in os.environ:
            # Otherwise the screenshot may show the page before Chromium has drawn its text again.
            page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            page.screenshot(path=OUTPUT / f"{page_state}-{width}-{scheme}.png", full_page=True)
        if examined:
            assert page.evaluate(EXAMINE) == []
    page.unroute_all()
    page.evaluate("localStorage.clear()")


def test_a_verdict_is_announced_and_is_the_title_of_the_page(page: Page) -> None:
    show_task(page, status="SUCCESS", result=result(97, "prime", "trial division"))
    expect(page.locator("#announcer")).to_contain_text("Prime. Proven")
    expect(page).to_have_title("Prime · Is it prime?")


def test_the_shortcut_is_named_where_there_is_a_keyboard(page: Page, open_page: NewPage) -> None:
    page.get_by_role("link", name="API reference").focus()
    expect(preview(page)).to_contain_text("CSV file. Press / to type here.", use_inner_text=True)
    phone = open_page(viewport={"width": 375, "height": 780}, has_touch=True, is_mobile=True)
    expect(preview(phone)).to_have_text("Enter up to 10,000 digits, or choose a text or CSV file.", use_inner_text=True)
