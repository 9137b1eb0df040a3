from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import pytest

from chalicelib.api import limits
from chalicelib.factorization.notation import METHODS
from chalicelib.primality.direction import Direction
from chalicelib.primality.progress import Counted, Elapsed, Progress, Searching, Steps
from chalicelib.primality.result import Verdict
from chalicelib.queues import Queue
from chalicelib.store.history import COUNTED, STEPS
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import Kind
from tests.support.api import SCHEMAS, fits

#: The bodies of requests: a client may send fields that this release does not know.
REQUESTS = {"NumberSubmission", "ListSubmission"}


def within(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else []:
        yield from within(part)


#: What a result has where factors are asked for.
OF_FACTORS = {"factors", "complete", "cofactor"}
#: What a result, and the progress, has where a prime is searched for, or proven by elliptic curves.
OF_SEARCH = {"find", "of", "distance", "searched", "chain"}


@pytest.mark.parametrize("name", sorted(set(SCHEMAS) - REQUESTS))
def test_an_object_that_is_sent_has_every_field_and_no_other(name: str) -> None:
    for part in within(SCHEMAS[name]):
        if part.get("type") == "object":
            of_factors = OF_FACTORS if part["properties"].keys() >= OF_FACTORS else set()
            optional = {"computed_at", "digits", "functions", "parts", "least_primitive_root"} | OF_SEARCH | of_factors
            assert part["required"] == [field for field in part["properties"] if field not in optional]
            assert part["additionalProperties"] is False


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_a_request_has_no_fields_but_those_of_the_schema(name: str) -> None:
    body = {"number": 11} if name == "NumberSubmission" else {"numbers": [11]}
    assert fits(name, body | {"factors": True})
    assert not fits(name, body | {"factor": True})
    assert not fits(name, {"later": True})


@pytest.mark.parametrize(
    ("name", "field", "values"),
    [
        ("Task", "status", Status),
        ("TaskSummary", "status", Status),
        ("TaskSummary", "kind", Kind),
        ("TaskSummary", "queue", Queue),
        ("NumberResult", "verdict", Verdict),
        ("ListResult", "verdict", Verdict),
        ("NumberResult", "find", Direction),
        ("NumberSubmission", "find", Direction),
        ("Factor", "method", METHODS.values()),
    ],
)
def test_a_field_may_have_every_value_that_the_service_knows(name: str, field: str, values: Iterable[str]) -> None:
    assert SCHEMAS[name]["properties"][field]["enum"] == list(values)


def test_lists_and_queues_have_the_sizes_of_the_service() -> None:
    assert SCHEMAS["ListSubmission"]["properties"]["numbers"]["maxItems"] == limits.MAX_LIST_NUMBERS
    assert SCHEMAS["Results"]["properties"]["results"]["maxItems"] == limits.MAX_PAGE_RESULTS
    assert SCHEMAS["TaskPage"]["properties"]["tasks"]["maxItems"] == limits.MAX_PAGE_TASKS
    assert set(SCHEMAS["Queues"]["properties"]["queues"]["properties"]) == set(Queue)
    numbers = SCHEMAS["History"]["properties"]["numbers"]["properties"]
    assert {queue: steps["maxItems"] for queue, steps in numbers.items()} == dict.fromkeys(COUNTED, STEPS)


@pytest.mark.parametrize(
    "progress",
    [
        Steps(0, 10),
        Steps(10, 10, "chunks"),
        Elapsed("screening", 0.0),
        Searching("searching", 0.0, 42),
        Counted("ECM", 1.0, 0, 9, "curves"),
    ],
)
def test_the_progress_of_a_computation_fits_its_schema(progress: Progress) -> None:
    assert fits("Progress", asdict(progress))


@pytest.mark.parametrize("witness", [{}, {"factor": 7}, {"factor": "7", "base": "2"}, {"base": "2", "kind": "weak"}])
def test_a_witness_is_one_factor_or_one_base(witness: dict[str, object]) -> None:
    assert fits("Witness", {"factor": "7"})
    assert fits("Witness", {"base": "2", "kind": "strong"})
    assert not fits("Witness", witness)
