"""Checks: the card has a command for each result, which prints that the result is right."""

from __future__ import annotations

import math
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import button, command, heading, open_task
from tests.browser.stubs import TASK_ID, result, serve_task, task

#: The largest prime below 2^64, and a prime between 2^64 and 2^81 (found with PARI/GP, proven by its isprime).
WORD_PRIME = 2**64 - 59
TWO_WORD_PRIME = 2**80 - 65


def run(lines: str, folder: Path) -> str:
    """Run lines as a user who pastes them into a shell, and return what they print."""
    shell = subprocess.run(["sh", "-c", lines], cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    return shell.stdout.strip()


def copied(page: Page, found: dict[str, Any]) -> str:
    """Show a finished task with this result and return the command of its card."""
    serve_task(page, task(status="SUCCESS", result=found))
    open_task(page, TASK_ID)
    return command(page)


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(result(91, "composite", "trial division", witness={"factor": "7"}), id="factor"),
        pytest.param(
            result(2047, "composite", "strong test to base 3", witness={"base": "3", "kind": "strong"}), id="base"
        ),
        pytest.param(result(97, "prime", "trial division"), id="small-prime"),
        pytest.param(result(2, "prime", "trial division"), id="two"),
        pytest.param(result(WORD_PRIME, "prime", "Baillie-PSW below 2^64"), id="baillie-psw"),
        pytest.param(result(TWO_WORD_PRIME, "prime", "strong test to 13 prime bases"), id="strong-bases"),
        pytest.param(result(2**2203 - 1, "prime", "Lucas-Lehmer"), id="lucas-lehmer"),
        pytest.param(result(3 * 2**353 + 1, "prime", "Proth to base 5"), id="proth"),
    ],
)
def test_python_confirms(page: Page, tmp_path: Path, found: dict[str, Any]) -> None:
    lines = copied(page, found)
    assert lines.startswith("python3")
    assert run(lines, tmp_path) == "True"


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(result(3 * 2**391 - 1, "prime", "Lucas-Lehmer-Riesel"), id="riesel"),
        pytest.param(result(math.factorial(324) - 1, "prime", "Morrison"), id="morrison"),
        pytest.param(result(10**100 + 267, "prime", "APR-CL"), id="a-method-that-the-page-does-not-know"),
        pytest.param(result(10**100 + 267, "probable_prime", "Baillie-PSW"), id="probable-prime"),
    ],
)
@pytest.mark.usefixtures("gp")
def test_pari_confirms(page: Page, tmp_path: Path, found: dict[str, Any]) -> None:
    lines = copied(page, found)
    assert lines.startswith("gp")
    assert run(lines, tmp_path) == "1"


@pytest.mark.usefixtures("gp")
def test_pari_confirms_a_proof_by_the_factors_of_n_minus_1(page: Page, tmp_path: Path) -> None:
    lines = copied(page, result(math.factorial(320) + 1, "prime", "Pocklington"))
    assert "isprime(n, 1)" in lines
    assert run(lines, tmp_path) == "1"


@pytest.mark.usefixtures("gp")
def test_pari_confirms_the_certificate_that_the_card_downloads(page: Page, tmp_path: Path) -> None:
    page.get_by_role("textbox").fill("10^60+7")
    page.get_by_role("textbox").press("Enter")
    expect(heading(page)).to_have_text("Prime")
    with page.expect_download() as download:
        button(page, "Download certificate").click()
    download.value.save_as(tmp_path / download.value.suggested_filename)
    assert run(command(page), tmp_path) == "1"


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(result(91, "prime", "trial division"), id="small"),
        pytest.param(result(WORD_PRIME - 2, "prime", "Baillie-PSW below 2^64"), id="strong-bases"),
        pytest.param(result(2**67 - 1, "prime", "Lucas-Lehmer"), id="lucas-lehmer"),
        pytest.param(result(3 * 2**354 + 1, "prime", "Proth to base 5"), id="proth"),
        pytest.param(result(3 * 2**392 - 1, "prime", "Lucas-Lehmer-Riesel"), id="riesel"),
    ],
)
@pytest.mark.usefixtures("gp")
def test_a_wrong_verdict_is_not_confirmed(page: Page, tmp_path: Path, found: dict[str, Any]) -> None:
    assert run(copied(page, found), tmp_path) in {"False", "0"}
