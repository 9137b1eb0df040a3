"""The page as it is packaged for AWS: one request, and otherwise the page of the sources."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib import page as sources
from infra.packaging.page import bundle
from tests.browser.pages import NewPage, ask, heading, lane, open_queues, show_task
from tests.browser.stubs import result
from tests.support.programs import require_npm


@contextmanager
def packaged_page(folder: Path) -> Iterator[None]:
    """Let the service in this process have the page as it is packaged, in an empty folder."""
    require_npm("esbuild")
    shutil.copytree(sources.FOLDER, folder / "page")
    bundle(folder / "page")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "FOLDER", folder / "page")
        sources.source.cache_clear()
        yield
    sources.source.cache_clear()


@pytest.fixture
def packaged(tmp_path: Path) -> Callable[[Page], Any]:
    """Return the function that gives a page the packaged page in place of the service's."""
    with packaged_page(tmp_path):
        file = sources.index("")

    def serve(route: Route) -> None:
        is_page = route.request.resource_type == "document"
        route.fulfill(body=file.body, headers=file.headers) if is_page else route.fallback()

    return lambda page: page.route("**", serve)


def test_the_packaged_page_is_one_request_and_works(open_page: NewPage, packaged: Callable[[Page], Any]) -> None:
    requests: list[str] = []

    def before(page: Page) -> None:
        packaged(page)
        page.on("request", lambda request: requests.append(request.url))

    page = open_page(before=before)
    page.wait_for_load_state("networkidle")
    assert [url for url in requests if not url.startswith("data:")] == [page.url]
    ask(page, "97")
    expect(heading(page)).to_have_text("Prime")
    open_queues(page)
    expect(lane(page, "Tasks")).to_contain_text("waiting")


def test_the_packaged_page_looks_as_that_of_the_sources(open_page: NewPage, packaged: Callable[[Page], Any]) -> None:
    pictures: list[list[bytes]] = []
    for before in (packaged, None):
        page = open_page(before=before)
        taken = [page.screenshot()]
        show_task(page, status="SUCCESS", result=result(97, "prime", "trial division"))
        expect(heading(page)).to_have_text("Prime")
        pictures.append([*taken, page.screenshot(full_page=True)])
    assert pictures[0] == pictures[1]
