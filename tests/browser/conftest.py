"""The browser and its pages as fixtures."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import FLAGS, TIMEOUT_MILLISECONDS, NewPage, opening

expect.set_options(timeout=TIMEOUT_MILLISECONDS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a browser."""
    for item in items:
        if {"browser", "firefox"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")


def require(program: str, package: str) -> str:
    """Return the path of a program. If it is missing, skip the test, or fail it if CI is set."""
    path = shutil.which(program)
    if path is None:
        reason = f"{program} is missing: apt-get install {package}"
        if "CI" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of Debian's Chromium: that of its headless shell, which is faster, if it is installed."""
    return shutil.which("chromium-headless-shell") or require("chromium", "chromium-headless-shell")


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
    """Return the function that opens the page in a new browser context."""
    with opening(browser, service_url) as new_page:
        yield new_page


@pytest.fixture
def page(open_page: NewPage) -> Page:
    """Return the page in a new browser context."""
    return open_page()


@pytest.fixture(scope="module")
def used_page(browser: Browser, service_url: str) -> Iterator[Page]:
    """Return one page for a whole module, for tests that use only the field."""
    with opening(browser, service_url) as new_page:
        yield new_page()


@pytest.fixture(scope="session")
def firefox() -> str:
    """Return the path of Debian's Firefox."""
    require("node", "nodejs")
    return require("firefox-esr", "firefox-esr")


@pytest.fixture(scope="session")
def gp() -> str:
    """Return the path of PARI/GP, which checks proofs."""
    return require("gp", "pari-gp")
