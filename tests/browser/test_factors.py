"""The factors of a composite: as they are found, each with its certificate, and as a tree."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.pages import ask, button, copy, error, factors, field, heading, lead, save, show_task, steps
from tests.browser.stubs import TASK_ID, accept, ago, id_of, respond, result, task

MERSENNE = 2**127 - 1


def factor(number: int, method: str, exponent: int = 1, **fields: Any) -> dict[str, Any]:
    """Return a factor of a result as the service sends it."""
    known = {"is_prime": True, "proven": True, "certificate": None}
    return {"number": str(number), "exponent": exponent, "method": method, **known, **fields}


def test_the_factors_of_a_composite_appear_as_they_are_found(page: Page, tmp_path: Path) -> None:
    sent: list[object] = []
    number = 8 * 5**2 * MERSENNE * 91
    small = [factor(2, "trial division", 3), factor(5, "trial division", 2)]
    proven = factor(MERSENNE, "algebraic", certificate=f"/{TASK_ID}/certificate?factor=3")
    found = result(number, "composite", "trial division", witness={"factor": "2"})
    show_task(page, id_of(2), status="SUCCESS", result=found)
    some = {"complete": False, "cofactor": {"number": str(91 * MERSENNE), "verdict": "composite"}}
    body = task(status="STARTED", result=found | some | {"factors": small}, progress={"phase": "ECM", "seconds": 4})
    page.route(f"**/{TASK_ID}", lambda route: respond(route, body))

    def submit(route: Route) -> None:
        sent.append(route.request.post_data_json)
        accept(route)

    page.route(lambda url: url.endswith("/"), lambda route: submit(route) if route.request.method == "POST" else None)
    button(page, "Find all factors").click()
    expect(factors(page, "Trial division")).to_have_text(["2" + "3prime", "5" + "2prime"])
    expect(factors(page, "Remaining part")).to_contain_text(["41 digits, composite"])
    expect(page.get_by_text("Looking for factors with elliptic curves (ECM)")).to_be_visible()
    expect(steps(page)).to_contain_text(["Queued", "Screened", "Factoring", "Stored"])
    doubtful = factor(10**40 + 121, "ECM", proven=False)
    body["result"] |= {"factors": [*small, proven, doubtful], "cofactor": {"number": "91", "verdict": "composite"}}
    body |= {"status": "SUCCESS", "progress": None, "finished_at": ago()}
    expect(factors(page, "Elliptic curves (ECM)")).to_contain_text(["41 digits, probably prime"])
    expect(lead(page)).to_contain_text("The search ended before it found all prime factors")
    assert copy(page, "Copy factors") == f"2^3*5^2*{MERSENNE}*{10**40 + 121}*91"
    page.route("**/certificate?factor=3", lambda route: route.fulfill(body="Lucas-Lehmer: 2^127-1"))
    assert save(page, f"Certificate of {MERSENNE}", tmp_path).read_text() == "Lucas-Lehmer: 2^127-1"
    with page.expect_response(lambda response: response.request.method == "POST"):
        button(page, "Factor further").click()
    assert sent == [{"number": str(number), "factors": True}, {"number": "91", "factors": True}]


def test_known_factors_help_and_one_that_does_not_divide_is_refused_at_their_field(page: Page) -> None:
    field(page).fill("2^211-1")
    page.get_by_role("checkbox", name="Find prime factors").check()
    known = page.get_by_role("textbox", name="Known factors")
    known.fill("17, 15193")
    known.press("Enter")
    expect(page.locator("#known-error")).to_have_text(re.compile("^17 .* leave it out.$"))
    expect(known).to_be_focused()
    expect(error(page)).to_be_empty()
    known.fill("15193; 60272956433838849161")
    known.press("Enter")
    expect(factors(page, "Known factors")).to_contain_text(["15193", "60272956433838849161", "40 digits, prime"])
    assert len(copy(page, "Copy Euler’s φ")) == 64
    field(page).fill("7, 11")
    known.fill("7")
    known.press("Enter")
    expect(page.locator("#known-error")).to_contain_text("Known factors apply to one number only.")


def test_algebraic_factors_are_a_tree_of_parts_each_with_its_factors(page: Page) -> None:
    parts = [
        {"notation": "2+1", "factors": [1, 1]},
        {"notation": "2^2+1", "factors": [2]},
        {"notation": "Φ_20(2)L", "factors": [1, 0]},
    ]
    known = {
        "expression": "2^96-1",
        "factors": [factor(3, "algebraic"), factor(5, "algebraic")],
        "cofactor": {"number": "91"},
        "complete": False,
        "parts": parts,
    }
    show_task(page, status="SUCCESS", result=result(3**3 * 5 * 91, "composite", "trial division", **known))
    tree = page.get_by_role("list", name="Algebraic parts").get_by_role("listitem")
    expect(tree).to_have_text(["2 + 1 = 32", "22 + 1 = 5", "Φ20(2)L = 3 × 91 (composite, 2 digits)"])
    expect(tree.get_by_role("link")).to_have_count(2)
    expect(tree.nth(1).get_by_role("link")).to_have_attribute("href", "#n=2%5E2%2B1&factors")
    expect(page.get_by_text("L and M are the Aurifeuillian factors.")).to_be_visible()


def test_the_factors_are_a_choice_and_each_is_a_link_to_its_own_result(page: Page) -> None:
    page.get_by_role("checkbox", name="Find prime factors").check()
    ask(page, "540*(2^31-1)")
    expect(factors(page, "Trial division")).to_have_text(["2" + "2prime", "3" + "3prime", "5prime"])
    expect(factors(page, "The form of the expression")).to_have_text(["2147483647prime"])
    expect(lead(page)).to_contain_text("Each of them is proven prime.")
    values = [48, 1680 * 2**31, 144 * (2**31 - 2), 2 * (2**31 - 2), 0, "no", 10]
    expect(page.locator(".functions dd")).to_have_text([str(value) for value in values])
    composite = page.url
    page.get_by_role("link", name="2147483647").click()
    expect(heading(page)).to_have_text("Prime")
    page.go_back()
    expect(page).to_have_url(composite)
    ask(page, "91\n360")
    page.get_by_role("button", name="All 2").click()
    expect(page.get_by_role("row")).to_have_text(
        ["IndexNumberVerdictFactors", "091Composite7 × 13", "1360Composite2^3 × 3^2 × 5"]
    )
