"""Makes the pictures of the README in docs/images, of a running `make run`: `python -m infra.tools.pictures`.

A result, the factors of a number, the table of the tasks, and a short animation of the queues at work, in light and in
dark; the last frame of the animation as a picture is for readers who want no motion. Tasks are submitted to the
service: the pictures show real work. It needs Chromium. PORT names the service's port.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from infra import ROOT

IMAGES = ROOT / "docs" / "images"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
RESULT, FACTORS, TABLE, ANIMATION = (1200, 900), (1200, 1300), (1200, 860), (1000, 980)
#: What is recent in the browser of the picture, and then its subject: `10^100+267` has a proof and a certificate.
NUMBERS = ("25!+1", "2^127-1", "10^100+267")
#: A number with algebraic factors, of which each prime has a proof.
COMPOSITE = "2^256-1"
#: What is at the top of the table of the tasks, above the proofs of the animation.
TASKS: tuple[dict[str, object], ...] = (
    {"number": "10^300", "find": "next"},
    {"numbers": ["10^12..10^12+20000"]},
    {"number": "10^999+7"},
    {"numbers": ["10^15..10^15+90000"]},
    {"number": "2^521-3", "factors": True},
)
SUBMIT = """body => fetch("", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body)
}).then(({ ok, status }) => { if (!ok) throw Error(`status ${status}`); })"""
FRAMES, SECONDS_BETWEEN_FRAMES = 16, 0.5
TIMEOUT_MILLISECONDS = 60_000


@contextmanager
def opened(browser: Browser, address: str, scheme: Literal["light", "dark"], size: tuple[int, int]) -> Iterator[Page]:
    """Open the service's page in a browser that has stored nothing."""
    context = browser.new_context(color_scheme=scheme, viewport={"width": size[0], "height": size[1]})
    context.set_default_timeout(TIMEOUT_MILLISECONDS)
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def take_result(page: Page) -> bytes:
    """Check some numbers, and return the picture of the last one's card."""
    for number in NUMBERS:
        page.get_by_role("textbox", name="A number").fill(number)
        page.get_by_role("button", name="Check", exact=True).click()
        expect(page.locator("#card .steps")).to_contain_text("Stored", timeout=TIMEOUT_MILLISECONDS)
        expect(page.locator("#card .steps")).to_contain_text("in total", timeout=TIMEOUT_MILLISECONDS)
    page.evaluate("scrollTo(0, 0)")
    return page.screenshot()


def take_factors(page: Page) -> bytes:
    """Find the factors of a number, and return the picture of its card."""
    page.get_by_role("textbox", name="A number").fill(COMPOSITE)
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_role("button", name="Find all factors").click(timeout=TIMEOUT_MILLISECONDS)
    expect(page.get_by_role("button", name="Copy factors")).to_be_visible(timeout=TIMEOUT_MILLISECONDS)
    expect(page.locator("#card .steps")).to_contain_text("in total", timeout=TIMEOUT_MILLISECONDS)
    page.evaluate("scrollTo(0, 0)")
    return page.screenshot()


def take_tasks(page: Page) -> bytes:
    """Return the picture of the table of the tasks."""
    page.get_by_role("link", name="Tasks").click()
    for text in ("Finished", "Working"):
        state = page.get_by_role("table").get_by_text(text, exact=True).first
        expect(state).to_be_visible(timeout=TIMEOUT_MILLISECONDS)
    return page.screenshot()


def set_to_work(page: Page) -> None:
    """Send numbers and proofs by the buttons of the page."""
    page.get_by_role("link", name="Queues").click()
    for name in ("Send 10 proofs", "Send 1,000 numbers"):
        page.get_by_role("button", name=name).click()


def take_frames(page: Page) -> list[bytes]:
    """Return pictures of the queues at work, one after another."""
    frames = []
    for _ in range(FRAMES):
        frames.append(page.screenshot())
        time.sleep(SECONDS_BETWEEN_FRAMES)
    return frames


def save_animation(file: Path, frames: list[bytes]) -> None:
    """Write an animated WebP that repeats forever."""
    first, *others = [Image.open(io.BytesIO(frame)).convert("RGB") for frame in frames]
    milliseconds = round(1000 * SECONDS_BETWEEN_FRAMES)
    first.save(file, save_all=True, append_images=others, duration=milliseconds, loop=0, quality=80, method=6)


def main() -> None:
    """Write the pictures."""
    address = f"http://localhost:{os.environ.get('PORT') or '8000'}/"
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        try:
            for scheme in SCHEMES:  # before the queues are full
                with opened(browser, address, scheme, RESULT) as page:
                    (IMAGES / f"result-{scheme}.png").write_bytes(take_result(page))
                with opened(browser, address, scheme, FACTORS) as page:
                    (IMAGES / f"factors-{scheme}.png").write_bytes(take_factors(page))
            for scheme in SCHEMES:
                with opened(browser, address, scheme, ANIMATION) as page:
                    set_to_work(page)
                    frames = take_frames(page)
                save_animation(IMAGES / f"queue-{scheme}.webp", frames)
                (IMAGES / f"queue-{scheme}.png").write_bytes(frames[-1])
            for scheme in SCHEMES:
                with opened(browser, address, scheme, TABLE) as page:
                    for task in TASKS if scheme == SCHEMES[0] else ():
                        page.evaluate(SUBMIT, task)
                    (IMAGES / f"tasks-{scheme}.png").write_bytes(take_tasks(page))
        except Error as error:
            sys.exit(f"The pictures are not complete: {error.message.splitlines()[0]} Is `make run` at {address}?")
        browser.close()


if __name__ == "__main__":
    main()
