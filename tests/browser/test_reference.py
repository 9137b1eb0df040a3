"""The page at /docs in a browser: it is shown under its policy, and accessible in every window and colour scheme."""

from playwright.sync_api import expect

from tests.browser.pages import NewPage
from tests.support.programs import require_npm

EXAMINE = """() => axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)))"""


def test_axe_finds_no_violation_in_the_reference(open_page: NewPage, service_url: str) -> None:
    page = open_page(f"{service_url}docs", viewport={"width": 320, "height": 800})
    page.get_by_role("link", name="Read the results of a list").click()
    expect(page.get_by_role("heading", name="Read the results of a list")).to_be_in_viewport()
    page.evaluate(require_npm("axe-core/axe.min.js").read_text())
    for width, dark in ((320, False), (1440, True)):
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(EXAMINE) == []
