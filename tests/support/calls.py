"""The calls to AWS that an action makes."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib import aws


def calls_of(act: Callable[[], object]) -> list[str]:
    """Return the names of the calls, in order."""
    seen: list[str] = []

    def record(model: object, **_: object) -> None:
        seen.append(getattr(model, "name", ""))

    clients = (aws.dynamodb(), aws.sqs())
    for client in clients:
        client.meta.events.register("before-call", record)
    try:
        act()
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", record)
    return seen
