"""Checks: the card has a command for each result, which prints that the result is right."""

import math
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import ask, button, clipboard, copy, heading, lead, save, show_task
from tests.browser.stubs import result

#: The largest prime below 2^64, and a prime between 2^64 and 2^81 (found with PARI/GP, proven by its isprime).
WORD_PRIME = 2**64 - 59
TWO_WORD_PRIME = 2**80 - 65
FACTORS = {"complete": True, "factors": [{"number": 3, "exponent": 2}, {"number": 5, "exponent": 1}]}
STRONG_WITNESS = {"base": "3", "kind": "strong"}


def run(lines: str, folder: Path) -> str:
    """Run lines as a user who pastes them into a shell, and return what they print."""
    shell = subprocess.run(["sh", "-c", lines], cwd=folder, capture_output=True, text=True, check=True, timeout=120)
    return shell.stdout.strip()


#: The command that is copied to check a result.
COMMAND = """async found => {
    const { howToCheck } = await import(document.querySelector("script").src.replace("/app.", "/result/checks."));
    return new Promise(done => {
        navigator.clipboard.writeText = async text => done(text);
        howToCheck(found).querySelector("button").click();
    });
}"""


def command(modules: Page, found: dict[str, Any]) -> str:
    """Return the command that the page copies to check a result."""
    lines: str = modules.evaluate(COMMAND, {**found, "number": str(found["number"])})
    return lines


@pytest.mark.parametrize(
    ("part", "found"),
    [
        pytest.param("python3", result(91, "composite", "trial division", witness={"factor": "7"}), id="factor"),
        pytest.param("python3", result(2047, "composite", "strong test", witness=STRONG_WITNESS), id="base"),
        pytest.param("python3", result(97, "prime", "trial division"), id="small-prime"),
        pytest.param("python3", result(2, "prime", "trial division"), id="two"),
        pytest.param("python3", result(WORD_PRIME, "prime", "Baillie-PSW below 2^64"), id="baillie-psw"),
        pytest.param("python3", result(TWO_WORD_PRIME, "prime", "strong test to 13 prime bases"), id="strong-bases"),
        pytest.param("python3", result(2**2203 - 1, "prime", "Lucas-Lehmer"), id="lucas-lehmer"),
        pytest.param("python3", result(3 * 2**353 + 1, "prime", "Proth to base 5"), id="proth"),
        pytest.param("gp", result(3 * 2**391 - 1, "prime", "Lucas-Lehmer-Riesel"), id="riesel"),
        pytest.param("gp", result(math.factorial(324) - 1, "prime", "Morrison"), id="morrison"),
        pytest.param("isprime(n, 1)", result(math.factorial(320) + 1, "prime", "Pocklington"), id="pocklington"),
        pytest.param("gp", result(10**100 + 267, "prime", "APR-CL"), id="a-method-that-the-page-does-not-know"),
        pytest.param("gp", result(10**100 + 267, "probable_prime", "Baillie-PSW"), id="probable-prime"),
        pytest.param("factorback", result(45, "composite", "trial division", **FACTORS), id="factors"),
    ],
)
@pytest.mark.usefixtures("gp")
def test_the_command_confirms_the_result(modules: Page, tmp_path: Path, part: str, found: dict[str, Any]) -> None:
    lines = command(modules, found)
    assert part in lines
    assert run(lines, tmp_path) in {"True", "1"}


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(result(91, "prime", "trial division"), id="small"),
        pytest.param(result(46, "composite", "trial division", **FACTORS), id="factors"),
        pytest.param(result(WORD_PRIME - 2, "prime", "Baillie-PSW below 2^64"), id="strong-bases"),
        pytest.param(result(2**67 - 1, "prime", "Lucas-Lehmer"), id="lucas-lehmer"),
        pytest.param(result(3 * 2**354 + 1, "prime", "Proth to base 5"), id="proth"),
        pytest.param(result(3 * 2**392 - 1, "prime", "Lucas-Lehmer-Riesel"), id="riesel"),
    ],
)
@pytest.mark.usefixtures("gp")
def test_a_wrong_verdict_is_not_confirmed(modules: Page, tmp_path: Path, found: dict[str, Any]) -> None:
    assert run(command(modules, found), tmp_path) in {"False", "0"}


@pytest.mark.usefixtures("gp")
def test_the_certificate_is_drawn_and_pari_confirms_what_the_card_downloads(page: Page, tmp_path: Path) -> None:
    ask(page, "10^60+7")
    expect(heading(page)).to_have_text("Prime")
    expect(lead(page)).to_contain_text("Proven by elliptic curves (ECPP)")
    button(page, "Certificate").click()
    primes = page.get_by_role("group", name="The primes of the certificate").get_by_role("radio")
    expect(primes.first).to_be_checked()
    expect(page.locator(".numbers dd").first).to_have_text(str(10**60 + 7))
    primes.first.press("ArrowUp")
    expect(page.locator(".numbers")).to_contain_text("The last q, small enough to test directly")
    last = int(page.locator(".numbers dd").inner_text())
    assert last < 2**64
    for name, beginning in (
        ("Download for PARI", "[["),
        ("Download for Primo", "[PRIMO"),
        ("Download for Rocq", "(* "),
    ):
        assert save(page, name, tmp_path).read_text().startswith(beginning)
    assert run(copy(page, "Copy the command for PARI"), tmp_path) == "1"
    (tmp_path / "certificate.txt").write_text("[[35,10,2,15,[6,23]]]")
    assert run(clipboard(page), tmp_path) == "0"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("[18446744073709551629, [2, 3]]", "3 primes, from 65 bits to 2.", id="n-minus-1"),
        pytest.param("Lucas-Lehmer: 2^127-1", None, id="without-rows"),
    ],
)
def test_a_certificate_of_another_kind_is_drawn_as_far_as_it_has_rows(page: Page, text: str, shown: str | None) -> None:
    page.route("**/certificate", lambda route: route.fulfill(body=text))
    show_task(page, status="SUCCESS", result=result(2**127 - 1, "prime", "Proth to base 3", certificate="/"))
    with page.expect_response("**/certificate"):
        button(page, "Certificate").click()
    expect(page.locator(".formats")).to_contain_text("gp -q")
    expect(page.locator(".picture")).to_contain_text(shown or "", use_inner_text=True)
