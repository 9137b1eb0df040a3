"""The command for several numbers, for numbers from a pipe, and without output."""

from __future__ import annotations

import json

import pytest

from command import run
from fake import FakeService
from isprime.cli import display

pytestmark = pytest.mark.usefixtures("service_url")


def test_several_numbers_have_a_line_each_in_their_order() -> None:
    result = run("97", "-7", "91")
    assert [line.partition(" is ")[0] for line in result.stdout.splitlines()] == ["97", "-7", "91"]
    assert len([json.loads(line) for line in run("97", "91", "--json").stdout.splitlines()]) == 2
    assert len(set(run("97", "91", "--no-wait").stdout.splitlines())) == 2


@pytest.mark.parametrize(("numbers", "status"), [("97 101", 0), ("97 91", 1), ("91 97", 1), ("1 2 3", 1)])
def test_the_exit_status_of_several_numbers_is_0_only_where_all_are_prime(numbers: str, status: int) -> None:
    assert run(*numbers.split()).exit_code == status
    assert display.status_of_all([0, 3]) == 3
    assert display.status_of_all([3, 1, 0]) == 1
    assert display.status_of_all([1, 4]) == 4


def test_several_numbers_are_submitted_before_the_first_one_is_waited_for(service: FakeService) -> None:
    run("97", "101")
    assert [request.method for request in service.requests[:2]] == ["POST", "POST"]


def test_the_timeout_is_for_all_numbers_together(service: FakeService) -> None:
    service.unfinished_reads = 10**6
    result = run("97", "101", "--timeout", "0")
    assert (result.exit_code, result.stderr.count("Not finished after 0 s.")) == (4, 2)


def test_a_wrong_number_of_several_is_named() -> None:
    result = run("97", "7x")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: 7x: ")


@pytest.mark.parametrize("args", [[], ["check"], ["-"], ["--only", "primes"], ["factor"]], ids=" ".join)
def test_numbers_of_a_pipe_need_no_option(args: list[str]) -> None:
    assert run(*args, stdin="7\n").stdout == ("7: 7\n" if "factor" in args else "7\tprime\n")


@pytest.mark.parametrize(("number", "status"), [("97", 0), ("91", 1)])
def test_quiet_writes_nothing_and_tells_the_result_by_the_exit_status(number: str, status: int) -> None:
    result = run(number, "--quiet")
    assert (result.output, result.exit_code) == ("", status)
    assert run("-q", "7x").stderr.startswith("Error: ")
