"""A certificate of any size is read as it was written."""

import random
from functools import cache

import pytest

from chalicelib.store import certificates, table
from chalicelib.tasks import ids

pytestmark = pytest.mark.usefixtures("aws")

#: Characters of the certificate of a 5,000-bit prime, about: one of 4,096 bits has 600,000, of digits mostly.
LARGE = 1_300_000


@cache
def digits(count: int, seed: int = 1) -> str:
    """Return random digits, which deflate to less than half."""
    return "".join(random.Random(seed).choices("0123456789", k=count))


@pytest.mark.parametrize("size", [100, LARGE])
def test_a_certificate_is_read_as_it_was_written(size: int) -> None:
    task_id = ids.new_id()
    certificates.write(task_id, 2**32, 97, digits(size))
    assert certificates.read(task_id, 97) == digits(size)


def test_a_certificate_of_an_expired_task_is_not_that_of_a_later_one_with_its_key() -> None:
    task_id = ids.keyed_id("", "key")
    certificates.write(task_id, 1, 97, "expired")
    assert certificates.read(task_id, 97) is None
    certificates.write(task_id, 2**32, 97, "later")
    with pytest.raises(table.ConditionFailed):
        certificates.write(task_id, 1, 97, "expired")
    assert certificates.read(task_id, 97) == "later"


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have 300 digits in several parts."""
    monkeypatch.setattr(certificates, "MAX_PART_BYTES", 100)


@pytest.mark.usefixtures("small_parts")
def test_two_attempts_that_write_at_once_leave_one_whole_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    task_id, put, others = ids.new_id(), table.put_part, [digits(300, seed=2)]

    def put_amid_another(item: table.Item) -> None:
        put(item)
        if others:
            certificates.write(task_id, 2**32, 97, others.pop())

    monkeypatch.setattr(table, "put_part", put_amid_another)
    certificates.write(task_id, 2**32, 97, digits(300))
    assert certificates.read(task_id, 97) == digits(300)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("lost", range(2))
def test_a_certificate_of_which_a_part_is_missing_is_not_given_out(monkeypatch: pytest.MonkeyPatch, lost: int) -> None:
    task_id, put, written = ids.new_id(), table.put_part, list[table.Item]()
    monkeypatch.setattr(table, "put_part", written.append)
    certificates.write(task_id, 2**32, 97, digits(300))
    for index, item in enumerate(written):
        if index != lost:
            put(item)
    assert certificates.read(task_id, 97) is None


@pytest.mark.usefixtures("small_parts")
def test_a_certificate_that_is_not_what_was_written_is_not_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    task_id, put = ids.new_id(), table.put_part
    monkeypatch.setattr(table, "put_part", lambda item: put(item | {"certificate": b"another"}))
    certificates.write(task_id, 2**32, 97, digits(300))
    assert certificates.read(task_id, 97) is None
