"""The first view in each width, and the colours: the chosen ones, and those that the system forces."""

from playwright.sync_api import Page, expect

from tests.browser.pages import NewPage, heading, show_task
from tests.browser.stubs import result


def test_nothing_of_the_first_view_moves_while_it_loads_in_any_width(open_page: NewPage) -> None:
    shifts = """() => new Promise(done => {
        new PerformanceObserver(list => done(list.getEntries().map(({ value, sources }) =>
            [value, ...sources.map(({ node }) => node?.outerHTML)]))).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => done([]), 300);
    })"""
    for width in (375, 768, 1440):
        page = open_page(viewport={"width": width, "height": 900})
        expect(page.get_by_role("link", name="Composite 2^256-1")).to_contain_text("3 × 5 × 17")
        page.wait_for_load_state("networkidle")
        assert page.evaluate(shifts) == []
    examples = page.get_by_role("region", name="Examples").bounding_box()
    form = page.locator("#ask").bounding_box()
    assert examples
    assert form
    assert examples["x"] > form["x"] + form["width"]


def test_the_chosen_colours_are_kept_over_a_reload(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.get_by_role("radio", name="Dark").check()
    page.reload()
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    expect(page.locator("body")).to_have_css("background-color", "rgb(19, 20, 18)")


def test_forced_colours_keep_what_filled_areas_tell(page: Page) -> None:
    page.emulate_media(forced_colors="active", color_scheme="light")
    show_task(page, status="SUCCESS", result=result(97, "prime", "trial division"))
    expect(heading(page)).to_have_text("Prime")
    for part in (".card h2 .dot", ".steps .done"):
        color = page.locator(part).first.evaluate(
            "(element, of) => getComputedStyle(element, of).backgroundColor", "::before" if "steps" in part else None
        )
        assert color == "rgb(11, 107, 83)"
