"""The prime next to a number: the commands `next` and `previous`, and the client."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from command import run
from fake import FakeService
from isprime import Client
from isprime.cli import display
from isprime.errors import UnexpectedResponse
from isprime.models import Task

pytestmark = pytest.mark.usefixtures("service_url")


def test_a_line_has_the_prime_next_to_each_number() -> None:
    found = run("next", "90", "97", "-7")
    assert (found.stdout, found.exit_code) == ("97\n101\n2\n", 0)
    assert run("previous", "90", "97").stdout == "89\n89\n"


@pytest.mark.parametrize("args", [["next"], ["next", "-"]], ids=" ".join)
def test_the_numbers_of_a_search_may_come_by_a_pipe(args: list[str]) -> None:
    assert run(*args, stdin="90\n\n97\n").stdout == "97\n101\n"


def test_a_search_is_written_as_its_task() -> None:
    task = json.loads(run("previous", "90", "--json").stdout)
    assert [task["result"][name] for name in ("find", "of", "distance")] == ["previous", 90, 1]


def test_a_search_that_runs_says_how_far_it_is() -> None:
    task = Task.from_json(
        {"task_id": str(UUID(int=1)), "status": "STARTED", "result": None, "error": None, "attempts": 1}
        | {"progress": {"phase": "searching", "seconds": 12.3, "searched": 4210}}
        | dict.fromkeys(("submitted_at", "started_at", "finished_at", "expires_at"))
    )
    assert display.progress_of(task) == "searching, no prime within 4,210, 12 s"


def test_the_client_returns_the_prime_with_the_number_that_was_sent() -> None:
    with Client() as client:
        result = client.next_prime(90)
        assert (result.number, result.of, result.distance) == (97, 90, 7)
        assert client.previous_prime("90").number == 89


def test_a_service_that_does_not_search_is_an_error(service: FakeService) -> None:
    service.searches = False
    with Client() as client, pytest.raises(UnexpectedResponse, match="does not search for primes"):
        client.next_prime(89)
    assert run("next", "89").exit_code == 2
