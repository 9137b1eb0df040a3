"""The browser and its pages as fixtures."""

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
    """Return the path of Debian's Chromium: if installed, the headless shell, which is faster."""
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
        contexts.append(new_context(browser, errors, **options))
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
def shared_page(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """Return a page whose cache has the service's files after the first test, and the list of its errors."""
    errors: list[str] = []
    context = new_context(browser, errors)
    yield context.new_page(), errors
    context.close()


@pytest.fixture
def page(shared_page: tuple[Page, list[str]], service_url: str) -> Iterator[Page]:
    """Return the page in a browser that has stored nothing. It may report no error."""
    page, errors = shared_page
    page.goto(service_url)
    yield page
    page.unroute_all()
    page.goto("about:blank")
    page.emulate_media(color_scheme="null", forced_colors="null", reduced_motion="null")
    storage = {"origin": service_url.rstrip("/"), "storageTypes": "local_storage"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", storage)
    for other in page.context.pages[1:]:
        other.close()
    found = errors.copy()
    errors.clear()
    assert not found


@pytest.fixture(scope="package")
def modules(browser: Browser, service_url: str) -> Iterator[Page]:
    """Return a page for tests that call a function of its modules."""
    context = new_context(browser, [])
    page = context.new_page()
    page.goto(service_url)
    yield page
    context.close()


@pytest.fixture(scope="session")
def firefox() -> str:
    """Return the path of Debian's Firefox."""
    return require("firefox-esr")


@pytest.fixture(scope="session")
def gp() -> str:
    """Return the path of PARI/GP, which checks proofs."""
    return require("gp")
