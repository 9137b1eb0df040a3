from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.load import submit_request
from benchmarks.soak.calls import Finished, with_key
from benchmarks.soak.checking import fault_of, primes_among
from benchmarks.soak.clients import Tasks
from benchmarks.soak.copies import copy_of
from benchmarks.soak.report import BEGIN, DOCUMENT, END, Outcome, table, write
from benchmarks.soak.submissions import LONG_BITS, Kind, Submission, draw
from chalicelib.consumers import queue_choice
from chalicelib.primality.screening import needs_proof, screen
from chalicelib.queues import Queue
from chalicelib.tasks import ids
from chalicelib.tasks.messages import ChunkMessage, NumberMessage

NUMBER = Submission(Kind.NUMBER, (97,), None)
PROOF = Submission(Kind.PROOF, (2**89 - 1,), "key")
LIST = Submission(Kind.LIST, (97, 91, 1), None)


@pytest.fixture(scope="module")
def drawn() -> list[Submission]:
    return draw(400, random.Random(1))


def finished(number: int, *, is_prime: bool, certificate: str | None = None, attachment: object = None) -> Finished:
    result = {"number": number, "is_prime": is_prime, "verdict": "?", "proven": True, "certificate": certificate}
    return Finished({"status": "SUCCESS", "error": None, "result": result}, attachment)


def finished_list(*primality: bool) -> Finished:
    rows = [
        {"number": number, "is_prime": is_prime, "verdict": "?"}
        for number, is_prime in zip(LIST.numbers, primality, strict=False)
    ]
    return Finished({"status": "SUCCESS", "error": None, "result": {"primes": sum(primality)}}, rows)


def outcome(**changes: Any) -> Outcome:
    task = {"status": "SUCCESS", "attempts": 2}
    tasks = Tasks([NUMBER, PROOF], ids={0: "a", 1: "b"}, finished={0: Finished(task, None), 1: Finished(task, None)})
    values: dict[str, Any] = {
        "tasks": tasks,
        "kills": {"worker": 3},
        "starts": 3,
        "faults": {},
        "changed": [],
        "submitted_seconds": 61.0,
        "last_seconds": 119.9,
        "seconds": 120.0,
    }
    return Outcome(**values | changes)


def test_all_kinds_are_drawn_and_the_same_seed_draws_the_same(drawn: list[Submission]) -> None:
    assert set(Counter(submission.kind for submission in drawn)) == set(Kind)
    assert draw(400, random.Random(1)) == drawn


def test_every_second_submission_has_a_key_of_its_own(drawn: list[Submission]) -> None:
    assert len({submission.key for submission in drawn if submission.key}) == 200


def test_a_number_for_a_proof_is_a_prime_that_the_worker_leaves_to_a_prover(drawn: list[Submission]) -> None:
    proofs = [submission.numbers[0] for submission in drawn if submission.kind is Kind.PROOF]
    assert any(needs_proof(screen(number)) for number in proofs)
    assert all(screen(number).is_prime and number > 2**64 for number in proofs)


def test_a_number_for_a_long_proof_goes_to_the_queue_of_long_proofs(drawn: list[Submission]) -> None:
    (first, *_) = (submission.numbers[0] for submission in drawn if submission.kind is Kind.LONG_PROOF)
    assert first.bit_length() == LONG_BITS
    assert queue_choice.queue_of_proof(screen(first)) is Queue.LONG_PROOFS


def test_a_copy_is_a_message_of_the_same_task() -> None:
    task_id = ids.new_id()
    assert copy_of(task_id, NUMBER, random.Random(1)) == (Queue.TASKS, NumberMessage(task_id, 97))
    queue, message = copy_of(task_id, LIST, random.Random(1))
    assert queue == Queue.LISTS
    assert message == ChunkMessage(task_id, "61 5b 1", 1, 1, 0)


def test_a_key_is_a_header_of_the_request() -> None:
    request = submit_request({"number": "97"})
    assert with_key(request, None) == request
    head, _, body = with_key(request, "k-1").partition(b"\r\n\r\n")
    assert b"\r\nIdempotency-Key: k-1\r\n" in head
    assert body == b'{"number": "97"}'


def test_only_the_primes_are_found_among_numbers() -> None:
    assert primes_among([0, 1, 2, 91, 97, 2**89 - 1, (2**61 - 1) * (2**89 - 1)]) == {2, 97, 2**89 - 1}


@pytest.mark.parametrize(
    ("submission", "found", "fault"),
    [
        pytest.param(NUMBER, finished(97, is_prime=True), None, id="right"),
        pytest.param(NUMBER, finished(97, is_prime=False), "97 is ?", id="another verdict"),
        pytest.param(NUMBER, finished(91, is_prime=False), "the result is that of 91", id="another number"),
        pytest.param(NUMBER, Finished({"status": "FAILURE", "error": "e", "result": None}, None), "FAILURE: e", id="f"),
        pytest.param(PROOF, finished(2**89 - 1, is_prime=True, certificate="/c", attachment=b"c"), None, id="a proof"),
        pytest.param(
            PROOF, finished(2**89 - 1, is_prime=True, certificate="/c"), "the certificate is missing", id="no proof"
        ),
        pytest.param(LIST, finished_list(True, False, False), None, id="a list"),
        pytest.param(LIST, finished_list(True, True, False), "the list counts 2 primes", id="a wrong count"),
        pytest.param(LIST, finished_list(False, True, False), "97 is ?", id="a wrong number in a list"),
        pytest.param(LIST, finished_list(True, False), "2 results of 3 numbers", id="a short list"),
    ],
)
def test_a_result_is_right_or_has_a_fault(submission: Submission, found: Finished, fault: str | None) -> None:
    assert fault_of(submission, found, {97, 2**89 - 1}) == fault


def test_a_run_without_a_fault_has_no_failures() -> None:
    assert outcome().failures == []
    text = table(outcome(), "python -m benchmarks.soak")
    assert "| tasks accepted | 2: 1 single numbers, 0 lists, 1 proofs, 0 long proofs |" in text
    assert "| at which receive of their message | 2 at receive 2 |" in text
    assert "| **lost** | **0** |" in text


def test_each_fault_is_a_failure() -> None:
    tasks = Tasks([NUMBER, PROOF, LIST], ids={0: "a", 1: "b"}, finished={1: finished(0, is_prime=True)}, two_ids=1)
    assert outcome(tasks=tasks, faults={1: "why"}, changed=[1]).failures == [
        "lost: a, a single number",
        "wrong: b, a proof: why",
        "changed after it was final: b, a proof",
        "another task for the same Idempotency-Key: 1 times",
        "submissions without a task of their own: 1",
    ]


def test_the_table_replaces_the_former_one_and_nothing_else(tmp_path: Path) -> None:
    document = tmp_path / "reliability.md"
    document.write_text(f"before\n{BEGIN}\nformer\n{END}\nafter\n")
    write("new", document)
    assert document.read_text() == f"before\n{BEGIN}\nnew\n{END}\nafter\n"


def test_the_document_has_the_place_of_the_table() -> None:
    before, begin, rest = DOCUMENT.read_text().partition(BEGIN)
    assert before
    assert begin
    assert END in rest
