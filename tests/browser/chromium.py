"""Debian's Chromium, and its pages, whose errors fail the test that uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

#: No sandbox, because tests may run as root, and no requests of the browser itself.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: How long a test waits for something to appear. Tests poll, so that a large value costs no time.
TIMEOUT_MILLISECONDS = 30_000

NewPage = Callable[..., Page]


@contextmanager
def opening(browser: Browser, service_url: str) -> Iterator[NewPage]:
    """Yield a function that opens the page in a new browser context.

    Its keyword arguments are those of a Playwright context.

    Raises:
        AssertionError: on exit, if a page sent a request to a foreign host or reported an error. A violation of the
            Content-Security-Policy is such an error.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def watch_console(message: ConsoleMessage) -> None:
        # The browser reports every status of 400 and over; tests that cause one check the text on the page.
        if message.type == "error" and "Failed to load resource" not in message.text:
            errors.append(message.text)

    def new_page(url: str = service_url, before: Callable[[Page], Any] | None = None, **options: Any) -> Page:
        permissions = ["clipboard-read", "clipboard-write"]
        context = browser.new_context(**{"permissions": permissions, "reduced_motion": "reduce", **options})
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_MILLISECONDS)
        host = urlsplit(url).netloc

        def watch_request(address: str) -> None:
            if address.startswith("http") and urlsplit(address).netloc != host:
                errors.append(f"foreign host: {address}")

        context.on("request", lambda request: watch_request(request.url))
        context.on("console", watch_console)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        page = context.new_page()
        if before:
            before(page)
        page.goto(url)
        return page

    yield new_page
    for context in contexts:
        context.close()
    assert not errors
