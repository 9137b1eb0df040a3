"""The results of a chunk are counted once, and only in a list that was not cancelled."""

from dataclasses import replace

import pytest

from chalicelib.primality.chunk_screening import join_results, screen_chunk
from chalicelib.primality.result import Result, Verdict, Witness
from chalicelib.queues import Queue
from chalicelib.store import list_results, transitions
from chalicelib.tasks import ids
from chalicelib.tasks.chunks import MAX_CHUNK_CHARACTERS, MAX_CHUNK_NUMBERS, split
from chalicelib.tasks.messages import ChunkMessage, decode
from chalicelib.tasks.task import ListTask
from tests.support.aws import receive
from tests.support.doubles import set_clock
from tests.support.tasks import set_chunk_size, submit_keyed, submit_list

pytestmark = pytest.mark.usefixtures("aws")

NUMBERS = [2, 3, 4, 5, 6, 7]
#: Bytes of an item. Source: Amazon DynamoDB Developer Guide, "Quotas".
MAX_ITEM_BYTES = 400 * 1024


@pytest.fixture
def chunks(monkeypatch: pytest.MonkeyPatch) -> list[ChunkMessage]:
    """Submit a list of three chunks of two numbers; return its messages in the order of the list."""
    set_chunk_size(monkeypatch, 2)
    submit_list(NUMBERS)
    messages = [decode(record["body"]) for record in receive(Queue.LISTS)]
    return sorted((message for message in messages if isinstance(message, ChunkMessage)), key=lambda each: each.chunk)


def write(message: ChunkMessage) -> bool:
    """Screen a chunk and write its results; return whether it was counted."""
    results = screen_chunk(message.numbers)
    return list_results.write_chunk(message, results.text, results.primes, results.probable_primes, 1) is not None


def list_of(message: ChunkMessage) -> ListTask:
    task = transitions.read(message.task_id)
    assert isinstance(task, ListTask)
    return task


def test_a_chunk_is_counted_once_and_the_last_one_ends_the_list(chunks: list[ChunkMessage]) -> None:
    counts = []
    for message in chunks:
        assert list_of(message).finished_at is None
        assert [write(message) for _ in range(2)] == [True, False]
        task = list_of(message)
        counts.append((task.status, task.remaining, task.primes, task.composites))
    assert counts == [("STARTED", 2, 2, 0), ("STARTED", 1, 3, 1), ("SUCCESS", 0, 4, 2)]
    assert list_of(chunks[0]).finished_at


def test_a_list_that_has_expired_is_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = submit_keyed(NUMBERS, "key", is_list=True)
    task = transitions.read(task_id)
    assert task is not None
    set_clock(monkeypatch, task.expires_at)
    assert not list_results.read_open(task_id)
    assert not list_results.read_open(ids.new_id())


def test_a_chunk_is_needed_until_it_is_counted_and_in_its_own_submission(chunks: list[ChunkMessage]) -> None:
    assert [list_results.is_needed(chunk) for chunk in chunks] == [True] * len(chunks)
    write(chunks[0])
    assert [list_results.is_needed(chunk) for chunk in chunks] == [False] + [True] * (len(chunks) - 1)
    assert not list_results.is_needed(replace(chunks[1], expires_at=chunks[1].expires_at - 86_400))


def test_the_results_of_the_largest_chunk_fit_an_item_without_deflating() -> None:
    bits = MAX_CHUNK_CHARACTERS * 4 // MAX_CHUNK_NUMBERS - 12
    numbers = [2**bits - 2] * MAX_CHUNK_NUMBERS
    results = [
        Result(int(number, 16), Verdict.COMPOSITE, witness=Witness(factor=int(number, 16) // 2))
        for number in split(ids.new_id(), numbers, expires_at=1)[0].numbers.split(" ")
    ]
    assert len(join_results(results).text) + MAX_CHUNK_CHARACTERS < MAX_ITEM_BYTES


def test_a_list_shows_the_attempts_of_its_first_chunk(chunks: list[ChunkMessage]) -> None:
    results = screen_chunk(chunks[0].numbers)
    for attempts, message in zip((2, 1, 3), chunks, strict=True):
        list_results.write_chunk(message, results.text, results.primes, results.probable_primes, attempts)
    assert list_of(chunks[0]).attempts == 2
