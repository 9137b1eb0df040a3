"""The environment variables of the service, read and checked once per process."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from chalicelib.errors import ServiceFault

#: The largest value of MAX_DIGITS: a number and its result must fit an item of 400 KB. Source: Amazon DynamoDB
#: Developer Guide, "Quotas".
MAX_DIGITS_LIMIT = 100_000
#: The largest value of RETENTION_DAYS: SQS keeps a message no longer. Source: Amazon SQS Developer Guide, "Quotas".
MAX_RETENTION_DAYS = 14


@dataclass(frozen=True, slots=True)
class Settings:
    """The names of the service's resources, and its limits."""

    #: The DynamoDB table.
    table_name: str
    #: The queues' URLs by their variables, such as TASKS_QUEUE_URL.
    queue_urls: dict[str, str]
    #: The longest number that is accepted, in decimal digits.
    max_digits: int
    #: How long a task is kept that is submitted now, in days.
    retention_days: int
    #: A submission is refused while a queue that it needs is expected to take longer, in seconds.
    max_wait_seconds: int
    #: How many requests may wait for a result at once, all processes together; 0 where something else bounds them.
    max_waits: int
    #: The CloudWatch namespace of the metrics; empty to write no metrics.
    metrics_namespace: str
    #: The event bus of final tasks; empty where there is none.
    event_bus: str
    #: The address of the API, with which the links of events begin.
    api_url: str
    #: How many messages the consumers of a queue can hold at once, by the queue's name; empty if that is not known.
    slots: dict[str, int]


def read(environment: Mapping[str, str]) -> Settings:
    """Return the settings that an environment holds.

    Raises:
        ServiceFault: a variable is missing or out of its range; the text names it.
    """

    def text(name: str) -> str:
        value = environment.get(name, "")
        if not value:
            raise ServiceFault(f"The environment variable {name} is not set: deploy with `make run` or `make deploy`.")
        return value

    def integer(name: str, default: int, maximum: int, minimum: int = 1) -> int:
        value = environment.get(name) or str(default)
        if not (value.isascii() and value.isdigit() and len(value) < 10 and minimum <= int(value) <= maximum):
            raise ServiceFault(
                f"The environment variable {name} is {value!r}: set it to an integer from {minimum} to {maximum}."
            )
        return int(value)

    return Settings(
        table_name=text("TABLE_NAME"),
        queue_urls={name: text(name) for name in environment if name.endswith("_QUEUE_URL")},
        max_digits=integer("MAX_DIGITS", default=10_000, maximum=MAX_DIGITS_LIMIT),
        retention_days=integer("RETENTION_DAYS", default=7, maximum=MAX_RETENTION_DAYS),
        max_wait_seconds=integer("MAX_WAIT_HOURS", default=8, maximum=MAX_RETENTION_DAYS * 24) * 3_600,
        max_waits=integer("MAX_WAITS", default=0, maximum=100_000, minimum=0),
        metrics_namespace=environment.get("METRICS_NAMESPACE", ""),
        event_bus=environment.get("EVENT_BUS", ""),
        api_url=environment.get("API_URL", ""),
        slots=_slots(environment.get("SLOTS", "")),
    )


def _slots(value: str) -> dict[str, int]:
    try:
        return {queue: int(number) for queue, number in (pair.split("=") for pair in value.split(",") if pair)}
    except ValueError:
        raise ServiceFault(f"The environment variable SLOTS is {value!r}: set it as in tasks=40,lists=20.") from None


@cache
def settings() -> Settings:
    """Return the settings of this process, read on the first call."""
    return read(os.environ)
