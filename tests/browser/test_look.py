"""Looks and access for all: no violation that axe-core finds, no sideways scrolling, everything by keyboard.

Every state is also photographed into test-output/, to be looked at.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.words import SOME_TASK, ago, answer, ask, button, field, heading, paste, refuse, told

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
OUTPUT = ROOT / "test-output"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (360, 1600)
QUEUES: dict[str, Any] = {
    "queues": {
        "tasks": {"waiting": 128, "in_flight": 20, "delayed": 0},
        "proofs": {"waiting": 4, "in_flight": 2, "delayed": 1},
        "dead_letters": {"waiting": 1, "in_flight": 0, "delayed": 0},
    },
    "failed": [
        {
            "task_id": SOME_TASK,
            "error": "The prover ended five times on this number: killed by signal 9.",
            "attempts": 5,
            "finished_at": ago(minutes=12),
        }
    ],
}


def proving(page: Page) -> None:
    number = str(10**120 + 79)
    result = {"number": number, "verdict": "probable_prime", "is_prime": True, "proven": False}
    result |= {"method": "Baillie-PSW", "witness": None, "certificate": None, "seconds": 0.01}
    progress = {"phase": "proving", "seconds": 12.3}
    task = told({"status": "STARTED", "result": result, "progress": progress, "started_at": ago(seconds=12)})
    page.route(f"**/{SOME_TASK}", lambda route: answer(route, task))
    page.goto(f"{page.url.split('#')[0]}#{SOME_TASK}")
    expect(heading(page)).to_have_text("Probably prime")


def failed(page: Page) -> None:
    task = told({"status": "FAILURE", "error": "The prover ended five times on this number.", "attempts": 5})
    page.route(f"**/{SOME_TASK}", lambda route: answer(route, task))
    page.goto(f"{page.url.split('#')[0]}#{SOME_TASK}")
    expect(heading(page)).to_have_text("Failed")


def asked(text: str, verdict: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        ask(page, text)
        expect(heading(page)).to_have_text(verdict)
        check = page.get_by_text("How to check it")
        if check.count():
            check.click()

    return go


def listed(page: Page) -> None:
    paste(page, [str(number) for number in range(1, 101)])
    expect(heading(page)).to_have_text("25 primes")
    expect(page.get_by_role("row")).to_have_count(51)


def refused(page: Page) -> None:
    ask(page, "eleven")
    expect(page.locator("#number-error")).to_contain_text("is not a number")


def watched(page: Page) -> None:
    waiting = iter([0, 30, 90, 160, 220, 180, 150, 170, 120, 60, 40, 20, 80, 140])

    def say(route: Route) -> None:
        tasks = {"waiting": next(waiting, 128), "in_flight": 20, "delayed": 0}
        answer(route, {**QUEUES, "queues": {**QUEUES["queues"], "tasks": tasks}})

    page.route("**/queue", say)
    page.clock.install()
    page.get_by_role("link", name="Queues").click()
    expect(page.get_by_text("The prover ended")).to_be_visible()
    for _ in range(24):
        page.clock.run_for(10_000)
    expect(page.get_by_role("region", name="Tasks")).to_contain_text("128")


def locked(page: Page) -> None:
    page.route("**/queue", lambda route: refuse(route, 403, "Send the API key in the header x-api-key."))
    page.get_by_role("link", name="Queues").click()
    expect(page.get_by_role("dialog")).to_be_visible()


STATES: dict[str, Callable[[Page], None]] = {
    "start": lambda page: expect(field(page)).to_be_focused(),
    "prime": asked("2^127-1", "Prime"),
    "composite": asked("1,234,567", "Composite"),
    "long": asked("10^9999+1", "Composite"),
    "proving": proving,
    "list": listed,
    "failed": failed,
    "error": refused,
    "queues": watched,
    "key": locked,
}


def violations(page: Page) -> list[str]:
    """Return what axe-core finds on the page, each with the element that it found it at."""
    found = page.evaluate("axe.run()")["violations"]
    return [f"{fault['id']}: {node['html']}" for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(open_page: NewPage, state: str) -> None:
    if not AXE.exists() and "CI" not in os.environ:
        pytest.skip("axe-core is not there: npm ci")
    OUTPUT.mkdir(exist_ok=True)
    page = open_page(bypass_csp=True)
    STATES[state](page)
    page.evaluate(AXE.read_text())
    for scheme, width in product(SCHEMES, WIDTHS):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 780 if width < 600 else 900})
        page.screenshot(path=OUTPUT / f"{state}-{width}-{scheme}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # Colours do not hang on the width, nor the structure on colours: two of the four are examined.
        if (scheme, width) in {("light", 360), ("dark", 1600)}:
            assert violations(page) == []


def test_a_number_is_asked_and_cancelled_by_keyboard_alone(page: Page) -> None:
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


def test_a_verdict_is_announced_and_stands_in_the_title(page: Page) -> None:
    ask(page, "97")
    expect(page.get_by_role("status")).to_contain_text("Prime. Proven")
    expect(page).to_have_title("Prime · Is it prime?")
