"""A part of a batch that was not done is tried again, for a bounded time."""

from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.aws import dynamodb
from chalicelib.errors import Unavailable
from chalicelib.store import batches
from chalicelib.tasks import ids

pytestmark = pytest.mark.usefixtures("aws", "pauses")


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the pauses that a test would make."""
    made: list[float] = []
    monkeypatch.setattr(batches, "time", SimpleNamespace(sleep=made.append))
    return made


def test_a_statement_that_is_throttled_alone_is_tried_again_without_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = "ThrottlingError"
    codes: list[list[str | None]] = [[busy, None, busy], [None, busy], [None]]
    codes += [[busy] for _ in range(batches.TRIES)]
    tried: list[int] = []

    def execute(statements: list[dict[str, Any]]) -> list[str | None]:
        tried.append(len(statements))
        return codes.pop(0)

    monkeypatch.setattr(batches, "_execute", execute)
    items = [{"task_id": ids.new_id(), "part": 0} for _ in range(3)]
    assert batches.insert_all(items) == [None, None, None]
    assert tried == [3, 2, 1]
    assert batches.insert_all(items[:1]) == [busy]
    assert codes == [], "it is tried so often"


class Throttled:
    """A table that processes one key of each call, and none after a number of calls."""

    def __init__(self, calls: int) -> None:
        self.calls = calls

    def read(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - boto3's parameter
        """Respond to BatchGetItem."""
        ((name, asked),) = RequestItems.items()
        assert self.calls > -10, "it asks for ever"
        done = asked["Keys"][: self.calls > 0]
        self.calls -= 1
        rest = asked["Keys"][len(done) :]
        return {"Responses": {name: done}, "UnprocessedKeys": {name: asked | {"Keys": rest}} if rest else {}}


@pytest.mark.parametrize(("calls", "pauses_made"), [(3, 2), (1, 3)], ids=["for a while", "for long"])
def test_keys_that_are_not_processed_are_asked_for_again_after_pauses(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float], calls: int, pauses_made: int
) -> None:
    monkeypatch.setattr(dynamodb(), "batch_get_item", Throttled(calls).read)
    asked = [ids.new_id() for _ in range(3)]
    if calls == 3:
        assert set(batches.get_all(asked, ["task_id"])) == set(asked)
    else:
        with pytest.raises(Unavailable):
            batches.get_all(asked, ["task_id"])
    assert len(pauses) >= pauses_made
