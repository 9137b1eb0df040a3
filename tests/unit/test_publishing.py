"""Events are put on the bus by one call, and what the bus says of each is known."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from chalicelib import publishing
from chalicelib.errors import ServiceFault, Unavailable
from tests.support.stream import Bus, model_of_the_bus, unpublished


@pytest.fixture
def bus(aws: None, monkeypatch: pytest.MonkeyPatch) -> Bus:
    return model_of_the_bus(monkeypatch)


def details(count: int) -> list[dict[str, Any]]:
    return [{"id": str(place)} for place in range(count)]


def test_the_first_event_that_the_bus_refuses_is_named(bus: Bus) -> None:
    bus.refused = {2, 4}
    assert publishing.put(details(5)) == (2, "ThrottlingException")
    assert bus.ids == ["0", "1", "3"]
    assert publishing.put(details(1)) is None


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (ConnectTimeoutError(endpoint_url="bus"), Unavailable),
        (ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "PutEvents"), Unavailable),
        (ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "PutEvents"), ServiceFault),
    ],
)
def test_a_bus_that_does_not_respond_is_unavailable(bus: Bus, error: Exception, raised: type[Exception]) -> None:
    bus.error = error
    with pytest.raises(raised):
        publishing.put(details(1))


def test_an_unreadable_record_is_kept_by_the_key_of_its_item(bus: Bus) -> None:
    publishing.keep_unreadable({"task_id": {"S": "a"}}, "KeyError('status')")
    assert (unpublished(), bus.calls) == ([{"keys": {"task_id": {"S": "a"}}, "error": "KeyError('status')"}], [])
