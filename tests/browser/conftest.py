"""The browser and its pages as fixtures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.pages import FLAGS, TIMEOUT_MILLISECONDS, NewPage, new_context
from tests.support.programs import require

expect.set_options(timeout=TIMEOUT_MILLISECONDS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a browser."""
    for item in items:
        if {"browser", "firefox"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of Debian's Chromium: that of its headless shell, which is faster, if it is installed."""
    return require("chromium-headless-shell")


# Playwright's event loop runs in the thread of the tests while it is open, so that no other package may run then.
@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, service_url: str) -> Iterator[NewPage]:
    """Return the function that opens the page in a new browser context. No page may report an error."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(url: str = service_url, before: Callable[[Page], Any] | None = None, **options: Any) -> Page:
        contexts.append(new_context(browser, url, errors, **options))
        page = contexts[-1].new_page()
        if before:
            before(page)
        page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture(scope="package")
def shared_context(browser: Browser, service_url: str) -> Iterator[tuple[BrowserContext, list[str]]]:
    """Return a context whose cache has the page's files after the first test, and the errors of its pages.

    Its first page is never closed: the pages of the tests are opened in the process of that one.
    """
    errors: list[str] = []
    context = new_context(browser, service_url, errors)
    context.new_page().goto(f"{service_url}openapi.json")
    yield context, errors
    context.close()


@pytest.fixture
def page(shared_context: tuple[BrowserContext, list[str]], service_url: str) -> Iterator[Page]:
    """Return the page in a browser that has stored nothing. It may report no error."""
    context, errors = shared_context
    page = context.new_page()
    page.goto(service_url)
    yield page
    page.goto("about:blank")
    storage = {"origin": service_url.rstrip("/"), "storageTypes": "local_storage"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", storage)
    for opened in context.pages[1:]:
        opened.close()
    found = errors.copy()
    errors.clear()
    assert not found


@pytest.fixture(scope="session")
def firefox() -> str:
    """Return the path of Debian's Firefox."""
    return require("firefox-esr")


@pytest.fixture(scope="session")
def gp() -> str:
    """Return the path of PARI/GP, which checks proofs."""
    return require("gp")
