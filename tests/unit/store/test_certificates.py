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
def digits(count: int) -> str:
    """Return random digits, which deflate to less than half."""
    return "".join(random.Random(1).choices("0123456789", k=count))


@pytest.mark.parametrize("size", [100, LARGE])
def test_a_certificate_is_read_as_it_was_written(size: int) -> None:
    task_id = ids.new_id()
    certificates.write(task_id, 2**32, digits(size))
    assert certificates.read(task_id) == digits(size)


def test_a_certificate_of_an_expired_task_is_not_that_of_a_later_one_with_its_key() -> None:
    task_id = ids.keyed_id("", "key")
    certificates.write(task_id, 1, "expired")
    assert certificates.read(task_id) is None
    certificates.write(task_id, 2**32, "later")
    with pytest.raises(table.ConditionFailed):
        certificates.write(task_id, 1, "expired")
    assert certificates.read(task_id) == "later"


def test_a_certificate_of_which_a_part_is_missing_is_not_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first part is written last: until then there is nothing to read."""
    task_id, written = ids.new_id(), list[int]()
    put = table.put_part

    def put_all_but_one(item: table.Item) -> None:
        written.append(item["part"])
        if item["part"] != -2:
            put(item)

    monkeypatch.setattr(table, "put_part", put_all_but_one)
    monkeypatch.setattr(certificates, "MAX_PART_BYTES", 40)
    certificates.write(task_id, 2**32, digits(100))
    assert written == [-2, -1]
    assert certificates.read(task_id) is None
