"""The events of a stack are followed until the deploy has ended."""

import io
from contextlib import redirect_stdout
from typing import Any, Self, cast

import pytest

from infra.deploy.stack import Stack
from infra.errors import InfraError

Event = dict[str, str]


def event(number: int, name: str, status: str, reason: str = "") -> Event:
    identity = {"EventId": str(number), "StackId": "the stack", "PhysicalResourceId": name, "LogicalResourceId": name}
    return identity | {"ResourceType": "kind", "ResourceStatus": status, "ResourceStatusReason": reason}


class CloudFormation:
    """Shows one more event at each request, the newest first, as AWS does."""

    def __init__(self, events: list[Event]) -> None:
        self.events, self.seen = events, 0

    def get_paginator(self, _: str) -> Self:
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        shown = list(reversed(self.events[: self.seen]))
        self.seen += 1
        return [{"StackEvents": shown[:2]}, {"StackEvents": shown[2:]}]


def follow(events: list[Event], wanted: str) -> list[str]:
    with redirect_stdout(io.StringIO()) as printed:
        Stack(cast("Any", CloudFormation(events)), "the stack", seconds=0).follow(wanted)
    return [" ".join(line.split()) for line in printed.getvalue().splitlines()]


def test_each_event_is_reported_once_oldest_first_until_the_clean_up_has_ended() -> None:
    events = [
        event(1, "the stack", "UPDATE_IN_PROGRESS"),
        event(2, "Table", "UPDATE_COMPLETE"),
        event(3, "the stack", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        event(4, "Old", "DELETE_COMPLETE"),
        event(5, "the stack", "UPDATE_COMPLETE"),
    ]
    reported = [f"{one['ResourceStatus']} kind {one['LogicalResourceId']}" for one in events]
    assert follow(events, "UPDATE_COMPLETE") == reported


def test_the_reason_of_a_rollback_by_an_alarm_is_that_of_the_stack() -> None:
    events = [
        event(1, "the stack", "UPDATE_IN_PROGRESS"),
        event(2, "the stack", "UPDATE_ROLLBACK_IN_PROGRESS", "An alarm went off"),
        event(3, "the stack", "UPDATE_ROLLBACK_COMPLETE"),
    ]
    with pytest.raises(InfraError, match=r"^The stack is UPDATE_ROLLBACK_COMPLETE because of the stack: An alarm went"):
        follow(events, "UPDATE_COMPLETE")
