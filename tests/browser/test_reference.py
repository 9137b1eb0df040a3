"""The page at /docs in a browser: it is shown under its policy, and accessible in every window and colour scheme."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages import NewPage
from tests.support.programs import require_npm

EXAMINE = """() => axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)))"""


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1440, "dark")])
def test_axe_finds_no_violation_in_the_reference(open_page: NewPage, service_url: str, width: int, scheme: str) -> None:
    axe = require_npm("axe-core/axe.min.js").read_text()
    page = open_page(f"{service_url}docs", viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.get_by_role("link", name="Read the results of a list").click()
    expect(page.get_by_role("heading", name="Read the results of a list")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(axe)
    assert page.evaluate(EXAMINE) == []
