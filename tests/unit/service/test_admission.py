"""A submission is estimated by its cost and its queues, and refused before anything is written if they are too long."""

import pytest

from chalicelib import queues, sending
from chalicelib.errors import Overloaded, Unavailable
from chalicelib.numbers.cost import screening_seconds
from chalicelib.primality.result import Result, Verdict
from chalicelib.queues import Queue
from chalicelib.service import admission, backlog, estimate, latency
from chalicelib.service.admission import Admission, admit_again, admit_list, admit_number, admit_search
from chalicelib.settings import settings
from chalicelib.store import stored_results
from chalicelib.store.stored_results import StoredResult
from tests.support.api import Api, assert_problem
from tests.support.doubles import calls_of, set_clock, unavailable
from tests.support.tasks import submit_keyed, submit_number

pytestmark = pytest.mark.usefixtures("aws")

SMALL = 10**18 + 9
COMPOSITE = (2**127 - 1) * (2**107 - 1)
#: Without small factors, too. Their screening takes milliseconds, 10 s and, with a larger MAX_DIGITS, minutes.
MIDDLE, LARGE, HUGE = 2**521 - 1, 10**9_999 + 33_603, 2**110_503 - 1


Numbers = int | list[int]


def sent(numbers: Numbers) -> str | list[str]:
    """Return numbers as a client may send them: JSON has no limit on their digits, Python does."""
    return hex(numbers) if isinstance(numbers, int) else [hex(number) for number in numbers]


def set_waits(monkeypatch: pytest.MonkeyPatch, **waits: float) -> None:
    """Let queues have these waits, in seconds."""
    monkeypatch.setattr(backlog, "wait_seconds", lambda queue: waits.get(queue, 0.0))


def test_a_number_without_work_waits_for_the_worker_only(monkeypatch: pytest.MonkeyPatch) -> None:
    set_waits(monkeypatch, tasks=7.0, proofs=100.0, long_proofs=1_000.0)
    for number in (-5, 0, SMALL, 3 * LARGE):
        found = admit_number(number)
        assert (found.seconds, found.forward_seconds) == (7.0 + latency.seconds(), None)


def test_a_number_of_middle_size_may_wait_for_its_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    set_waits(monkeypatch, tasks=7.0, proofs=0.5, long_proofs=1_000.0)
    found = admit_number(MIDDLE)
    assert 7.0 < found.seconds < 7.1
    assert found.forward_seconds is not None
    assert 7.6 < found.forward_seconds < 7.8


def test_a_prime_is_expected_with_its_proof_where_the_proofs_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    set_waits(monkeypatch, proofs=0.9)
    assert admit_number(MIDDLE).seconds < 0.1
    set_waits(monkeypatch, proofs=100.0)
    assert 100.1 < admit_number(MIDDLE).seconds < 100.3
    assert admit_number(COMPOSITE).seconds < 0.1


@pytest.mark.parametrize(("number", "queue"), [(LARGE, "proofs"), (HUGE, "long_proofs")], ids=["large", "huge"])
def test_a_large_number_waits_for_the_prover_that_screens_it(
    monkeypatch: pytest.MonkeyPatch, number: int, queue: str
) -> None:
    set_waits(monkeypatch, tasks=7.0, **{queue: 50.0})
    found = admit_number(number)
    own = estimate.COMPOSITE * screening_seconds(number.bit_length())
    assert found.forward_seconds == found.seconds == pytest.approx(57.0 + latency.seconds() + own)


def test_a_search_waits_for_its_prover_and_for_the_proof_of_its_prime(monkeypatch: pytest.MonkeyPatch) -> None:
    set_waits(monkeypatch, tasks=7.0, proofs=50.0, long_proofs=300.0)
    assert 7 < admit_search(SMALL).seconds < 7.1
    for number, seconds in ((10**100, 57.0), (10**300, 57.0), (10**1_000, 58.0), (10**9_999, 3_200.0)):
        assert admit_search(number).seconds == pytest.approx(seconds, rel=0.05)
    assert admit_search(10**100).forward_seconds == admit_search(10**100).seconds


def test_a_list_is_estimated_by_a_few_of_its_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    set_waits(monkeypatch, lists=3.0, long_lists=5.0)
    own = estimate.COMPOSITE * screening_seconds(LARGE.bit_length())
    work = 5 + 3_400 * own / queues.consumers(Queue.LONG_LISTS)
    assert admit_list([LARGE] * 3_400).seconds == pytest.approx(work, rel=0.1)
    assert admit_list([LARGE]).seconds == pytest.approx(5 + own, rel=0.1)
    assert admit_list(list(range(100_000))).seconds < 4


@pytest.mark.parametrize(
    ("queue", "refused", "accepted"),
    [
        ("tasks", [SMALL, MIDDLE, LARGE], [[SMALL]]),
        ("lists", [[SMALL]], [SMALL, MIDDLE, LARGE, [LARGE]]),
        ("long_lists", [[LARGE]], [SMALL, MIDDLE, LARGE, [SMALL]]),
        ("proofs", [MIDDLE, LARGE], [SMALL, COMPOSITE, 3 * MIDDLE, 2**2203 - 1, [SMALL]]),
        ("long_proofs", [2**2203 - 1], [SMALL, MIDDLE, [LARGE]]),
    ],
    ids=["tasks", "lists", "long lists", "proofs", "long proofs"],
)
def test_what_needs_a_queue_that_is_too_long_is_refused_and_the_rest_is_not(
    api: Api, monkeypatch: pytest.MonkeyPatch, queue: str, refused: list[Numbers], accepted: list[Numbers]
) -> None:
    set_waits(monkeypatch, **{queue: settings().max_wait_seconds + 1_800.0})
    for number in refused:
        for headers in ({}, {"idempotency_key": "key"}):
            response = api.submit(sent(number), **headers)
            assert_problem(response, 503)
            assert "Nothing was accepted" in response.json["detail"]
            assert response.headers["retry-after"] == "1800"
    assert not any(queues.counts(each).waiting for each in Queue)
    for number in accepted:
        assert api.submit(sent(number)).status == 202


@pytest.mark.parametrize(
    ("number", "waits", "factors"),
    [
        pytest.param(LARGE, {}, False, id="long screening"),
        pytest.param(COMPOSITE, {}, True, id="long factorization"),
        pytest.param(2**1279 - 1, {"proofs": 1e9}, False, id="refused"),
    ],
)
def test_a_number_whose_result_is_stored_is_expected_at_once(
    monkeypatch: pytest.MonkeyPatch, number: int, waits: dict[str, float], factors: bool
) -> None:
    set_waits(monkeypatch, **waits)
    result = Result(number, Verdict.PRIME)
    stored_results.keep(
        StoredResult(result=result, computed_at="2026-11-24T08:33:22.125Z", certificate_key="-", expires_at=2**32)
    )
    found: list[Admission] = []
    assert calls_of(lambda: found.append(admit_number(number, factors=factors))) == ["GetItem"]
    assert [each.seconds for each in found] == [latency.seconds()]
    monkeypatch.setattr(stored_results, "find", unavailable)
    if waits:
        with pytest.raises(Overloaded):
            admit_number(number, factors=factors)
    else:
        assert admit_number(number, factors=factors).seconds > 0.5


def test_a_submission_is_refused_before_any_write_unless_it_was_accepted_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task_id = submit_keyed([11], "key")
    set_waits(monkeypatch, tasks=1e9)

    def refuse() -> None:
        with pytest.raises(Overloaded):
            submit_keyed([11], "another key")

    assert calls_of(refuse) == ["GetItem"]
    assert submit_keyed([11], "key") == task_id


def test_a_retry_is_refused_by_a_queue_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    set_waits(monkeypatch, tasks=settings().max_wait_seconds + 1.0)
    with pytest.raises(Overloaded, match="Nothing was accepted") as refused:
        admit_again(Queue.TASKS)
    assert refused.value.retry_after == admission.MIN_RETRY_SECONDS


def test_a_wait_that_would_end_before_the_result_gets_its_response_at_once(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: pytest.fail("it waits"))
    set_clock(monkeypatch, 1_800_000_000.0)
    set_waits(monkeypatch, tasks=100.0, lists=100.0)
    for number in (11, [11, 13]):
        response = api.submit(number, prefer="wait=25")
        assert response.status == 202
        assert int(response.headers["retry-after"]) >= 60
        task = api.get(f"/{response.json['task_id']}", prefer="wait=25").json
        assert task["status"] == "PENDING"
        assert task["expected_at"] == response.json["expected_at"]
        assert task["late"] is False


def test_factors_take_the_time_of_their_search_and_those_of_a_word_none() -> None:
    composite, word = 2**255 - 1, 2**63 - 2
    assert admit_number(composite, factors=True).seconds > admit_number(composite).seconds + 1
    assert admit_number(word, factors=True).seconds == pytest.approx(admit_number(word).seconds, abs=0.1)


def test_factors_that_the_form_of_an_expression_shows_take_no_time() -> None:
    assert admit_number(2**512 - 1, factors=True).seconds > 600
    assert admit_number(2**512 - 1, "2^512-1", factors=True).seconds < 10


def test_what_was_not_sent_or_was_refused_adds_nothing_to_a_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sending, "send", unavailable)
        with pytest.raises(Unavailable):
            submit_number(SMALL)
    with monkeypatch.context() as patch:
        set_waits(patch, proofs=1e9)
        with pytest.raises(Overloaded):
            submit_number(MIDDLE)
    assert backlog._backlogs[Queue.TASKS].sent == 0
    submit_number(SMALL)
    assert backlog._backlogs[Queue.TASKS].sent > 0
