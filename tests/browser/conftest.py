"""A headless Chromium, and pages of it that watch themselves while a test uses them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

#: Quiet flags: no sandbox (tests may run as root), no call of the browser's own to anywhere.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Milliseconds for anything to show up: generous, since tests poll and a slow machine is no fault.
PATIENCE = 30_000

NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the browser."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium; skip where there is none, and fail where CI is set."""
    executable = shutil.which("chromium")
    if executable is None:
        reason = "there is no Chromium: apt-get install chromium"
        if "CI" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def opening(browser: Browser, service_url: str) -> Iterator[NewPage]:
    """Give a function that opens the page in a browser without a past.

    Its arguments are those of a Playwright context. At the end no page may have called a foreign host or
    reported an error, what the Content-Security-Policy blocked included.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def watch_console(message: ConsoleMessage) -> None:
        # The browser reports every status of 400 and over; tests that provoke one look at the page's words.
        if message.type == "error" and "Failed to load resource" not in message.text:
            faults.append(message.text)

    def new_page(url: str = service_url, before: Callable[[Page], Any] | None = None, **options: Any) -> Page:
        permissions = ["clipboard-read", "clipboard-write"]
        context = browser.new_context(permissions=permissions, reduced_motion="reduce", **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        here = urlsplit(url).netloc

        def watch_request(address: str) -> None:
            if address.startswith("http") and urlsplit(address).netloc != here:
                faults.append(f"foreign host: {address}")

        context.on("request", lambda request: watch_request(request.url))
        context.on("console", watch_console)
        context.on("weberror", lambda fault: faults.append(str(fault.error)))
        page = context.new_page()
        if before:
            before(page)
        page.goto(url)
        return page

    yield new_page
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture
def open_page(browser: Browser, service_url: str) -> Iterator[NewPage]:
    """Give the function that opens the page in a browser without a past."""
    with opening(browser, service_url) as new_page:
        yield new_page


@pytest.fixture
def page(open_page: NewPage) -> Page:
    """Give the page, opened in a browser without a past."""
    return open_page()


@pytest.fixture(scope="module")
def used_page(browser: Browser, service_url: str) -> Iterator[Page]:
    """Give the page as earlier tests of the module left it, for those that look at the field alone."""
    with opening(browser, service_url) as new_page:
        yield new_page()
