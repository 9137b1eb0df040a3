"""The page as it is packaged for AWS: one request, and otherwise the page of the sources."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib import page as sources
from infra.packaging.page import bundle
from tests.browser.pages import NewPage, ask, heading, lane, open_queues, show_task
from tests.browser.stubs import result
from tests.support.programs import require_npm


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Page], Any]:
    """Return the function that gives a page the packaged page in place of the service's."""
    require_npm("esbuild")
    shutil.copytree(sources.FOLDER, tmp_path / "page")
    bundle(tmp_path / "page")
    with monkeypatch.context() as patch:
        patch.setattr(sources, "FOLDER", tmp_path / "page")
        sources._published.cache_clear()
        file = sources.asset("index.html", "")
        sources._published.cache_clear()
    assert file is not None
    headers = {"Content-Type": file.content_type, **file.headers}

    def serve(route: Route) -> None:
        is_page = route.request.resource_type == "document"
        route.fulfill(body=file.body, headers=headers) if is_page else route.fallback()

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
