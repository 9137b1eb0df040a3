"""Every environment variable of the service, read and checked once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

#: A number, its result and the rest of its record must fit an item of 400 KB (Amazon DynamoDB Developer
#: Guide, "Quotas").
MOST_DIGITS = 100_000


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the service's parts are and how far a request may go.

    `max_digits` is in decimal digits, `retention_days` in days; an empty `metrics_namespace` means that
    no CloudWatch metrics are written.
    """

    table_name: str
    tasks_queue_url: str
    proofs_queue_url: str
    dead_letters_queue_url: str
    max_digits: int
    retention_days: int
    metrics_namespace: str


def read(environment: Mapping[str, str]) -> Settings:
    """Return the settings that an environment holds.

    Raises RuntimeError naming the variable that is missing or is out of its range.
    """

    def text(name: str) -> str:
        value = environment.get(name, "")
        if not value:
            raise RuntimeError(f"The environment variable {name} is not set: deploy with `make run` or `make deploy`.")
        return value

    def whole(name: str, default: int, most: int) -> int:
        value = environment.get(name) or str(default)
        if not (value.isascii() and value.isdigit() and len(value) < 10 and 0 < int(value) <= most):
            raise RuntimeError(
                f"The environment variable {name} is {value!r}: set it to a whole number from 1 to {most}."
            )
        return int(value)

    return Settings(
        table_name=text("TABLE_NAME"),
        tasks_queue_url=text("TASKS_QUEUE_URL"),
        proofs_queue_url=text("PROOFS_QUEUE_URL"),
        dead_letters_queue_url=text("DEAD_LETTERS_QUEUE_URL"),
        max_digits=whole("MAX_DIGITS", default=10_000, most=MOST_DIGITS),
        retention_days=whole("RETENTION_DAYS", default=7, most=14),
        metrics_namespace=environment.get("METRICS_NAMESPACE", ""),
    )


@cache
def settings() -> Settings:
    """Return the settings of this process, read on the first call."""
    return read(os.environ)
