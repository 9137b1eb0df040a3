"""An update of the previous release's stack to this one: no task that was queued before it is lost."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import requests

from infra import ROOT
from infra.deploy.cloud import connect
from infra.deploy.deploy import deploy
from infra.emulator.ministack import Emulator
from infra.packaging import package as packaging
from infra.packaging.package import BUILD, MINISTACK, Package
from infra.packaging.template import for_target
from tests.support.polling import final_task, until
from tests.support.ports import free_port

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.skipif("AWS_ENDPOINT_URL" in os.environ, reason="it starts a MiniStack of its own"),
]

#: What `make package STAGE=local` wrote at the previous release: see tests/data/README.md.
PREVIOUS = ROOT / "tests" / "data" / "previous_release"
#: Screened by the worker and proven by the prover.
HARD_PRIME = 10**30 + 57
LIST = [11, 9, 1, HARD_PRIME]
VERDICTS = ["prime", "composite", "not_prime", "probable_prime"]
KEY = "key-1"

Body = dict[str, Any]
#: What the previous release finishes.
FINISHED: dict[str, Body] = {
    "a small prime": {"number": 97},
    "a composite": {"number": "9"},
    "a prime": {"number": str(HARD_PRIME)},
    "a list": {"numbers": LIST},
}
#: What the previous release accepts and does not finish. It screens the first number, whose message is then in the
#: queue of proofs.
SCREENED = "a prime without a proof"
QUEUED: dict[str, Body] = {
    SCREENED: {"number": str(HARD_PRIME)},
    "a number": {"number": 101},
    "a number with a key": {"number": 103},
    "a list": {"numbers": LIST},
}


@dataclass(frozen=True)
class Updated:
    """The service after the update, and the tasks that the previous release accepted."""

    url: str
    #: The tasks that were final before the update, as the previous release showed them.
    finished: dict[str, dict[str, Any]]
    #: The ids of those that were not.
    queued: dict[str, str]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run another MiniStack: other tests use the stack of the session's."""
    with Emulator(free_port(), tmp_path_factory.mktemp("emulator"), permissions=True) as url:
        yield url


@pytest.fixture(scope="module")
def updated(endpoint: str) -> Updated:
    """Deploy the previous release, queue tasks, and update it to this one."""
    functions = connect(endpoint).session.client("lambda", endpoint_url=endpoint)
    url = deploy_previous(endpoint)
    finished = {task: final_task(url, submit(url, body)) for task, body in FINISHED.items()}
    switch(functions, "Prover", on=False)
    queued = {SCREENED: submit(url, QUEUED[SCREENED])}
    until(lambda: read(url, queued[SCREENED])["status"] == "STARTED", "the number is screened")
    switch(functions, "Worker", on=False)
    for task, body in QUEUED.items():
        if task != SCREENED:
            queued[task] = submit(url, body, key=KEY if "key" in task else None)
    url = deploy("local", endpoint, report=lambda _: None)["EndpointURL"]
    assert {read(url, task_id)["status"] for task_id in queued.values()} == {"STARTED", "PENDING"}
    for function in ("Worker", "Prover"):
        switch(functions, function, on=True)
    return Updated(url, finished, queued)


def deploy_previous(endpoint: str) -> str:
    """Deploy the previous release with the libraries of this one, and return its address."""
    template = for_target(
        json.loads((PREVIOUS / "template.json").read_text()), MINISTACK.architecture, MINISTACK.python
    )
    layer = packaging.build_layer(MINISTACK.architecture, MINISTACK.python, BUILD / "layers")
    previous = Package(template, PREVIOUS / "code.zip", layer)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packaging, "package", lambda *_: previous)
        patch.setattr(
            "infra.deploy.deploy.with_slots", lambda template: template
        )  # it had other consumers, and no slots
        return deploy("local", endpoint, report=lambda _: None)["EndpointURL"]


def switch(functions: LambdaClient, function: str, *, on: bool) -> None:
    """Switch the event source mapping of a function on or off."""
    (mapping,) = [
        found
        for found in functions.list_event_source_mappings()["EventSourceMappings"]
        if f"-{function}-" in found["FunctionArn"]
    ]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=on)


def submit(url: str, body: Body, key: str | None = None) -> str:
    """Submit a number or a list and return its task's id."""
    headers = {"Idempotency-Key": key} if key else {}
    response = requests.post(url, json=body, headers=headers, timeout=30)
    assert response.status_code == 202, response.text
    return str(response.json()["task_id"])


def read(url: str, task_id: str) -> dict[str, Any]:
    """Return a task."""
    task: dict[str, Any] = requests.get(url + task_id, timeout=30).json()
    return task


def verdicts(url: str, task_id: str) -> list[str]:
    """Return the verdicts of a list's numbers."""
    return [row["verdict"] for row in requests.get(f"{url}{task_id}/results", timeout=30).json()["results"]]


@pytest.mark.parametrize("task", QUEUED)
def test_a_task_that_the_previous_release_queued_is_finished(updated: Updated, task: str) -> None:
    end = final_task(updated.url, updated.queued[task])
    assert (end["status"], end["error"]) == ("SUCCESS", None)
    if "numbers" in QUEUED[task]:
        assert end["result"]["primes"] == 2
        assert verdicts(updated.url, end["task_id"]) == VERDICTS
    else:
        assert end["result"]["verdict"] == "prime"
        assert end["result"]["proven"]


@pytest.mark.parametrize("task", FINISHED)
def test_a_task_that_the_previous_release_finished_keeps_its_result(updated: Updated, task: str) -> None:
    before = updated.finished[task]
    after = read(updated.url, before["task_id"])
    for field in set(before) - {"result"}:
        assert after[field] == before[field]
    for field in set(before["result"]) - {"results", "certificate"}:
        assert str(after["result"][field]) == str(before["result"][field])


def test_the_results_of_a_list_that_the_previous_release_wrote_are_read(updated: Updated) -> None:
    assert verdicts(updated.url, updated.finished["a list"]["task_id"]) == VERDICTS


@pytest.mark.parametrize(("name", "start"), [("pari", "[["), ("primo", "[PRIMO - Primality Certificate]")])
def test_a_certificate_that_the_previous_release_wrote_is_read(updated: Updated, name: str, start: str) -> None:
    task_id = updated.finished["a prime"]["task_id"]
    certificate = requests.get(f"{updated.url}{task_id}/certificate?format={name}", timeout=30)
    assert certificate.text.startswith(start)


def test_the_key_of_a_task_that_the_previous_release_queued_gives_that_task(updated: Updated) -> None:
    assert submit(updated.url, QUEUED["a number with a key"], key=KEY) == updated.queued["a number with a key"]


def test_this_release_finishes_what_it_accepts_after_the_update(updated: Updated) -> None:
    assert final_task(updated.url, submit(updated.url, {"number": "2^127-1"}))["result"]["verdict"] == "prime"
