"""Checks of the fields of a response's JSON. A ValueError or TypeError says that it is not one of this service."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, field
from dataclasses import fields as fields_of
from functools import partial
from typing import Any, TypeVar

from isprime.text import printable

T = TypeVar("T")


def text(value: object) -> str:
    """Return a text, without control characters."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    return printable(value)


def task_id(value: object) -> str:
    """Return the id of a task."""
    return str(uuid.UUID(text(value)))


def boolean(value: object) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def count(value: object) -> int:
    """Return a count."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("not a count")
    return value


def seconds(value: object) -> float:
    """Return a duration, which is finite."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value < math.inf:
        raise ValueError("not a duration")
    return value


def mapping(value: object) -> Mapping[str, Any]:
    """Return an object."""
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def array(value: object) -> list[Any]:
    """Return an array."""
    if not isinstance(value, list):
        raise TypeError("not an array")
    return value


def one_of(value: T, known: Collection[T]) -> T:
    """Return one of the known values."""
    if value not in known:
        raise ValueError(f"not one of {known}")
    return value


def optional(read: Callable[[Any], T], value: object) -> T | None:
    """Return what `read` makes of a value, or None for null."""
    return None if value is None else read(value)


def value(read: Callable[[Any], object], **options: Any) -> Any:  # noqa: ANN401 - as of dataclasses.field
    """Return a field of a dataclass whose value `record` reads."""
    return field(metadata={"read": read}, **options)


def nullable(read: Callable[[Any], object], **options: Any) -> Any:  # noqa: ANN401 - as of dataclasses.field
    """Return a field of a dataclass whose value `record` reads unless it is null."""
    return value(partial(optional, read), **options)


def record(cls: type[T], data: Mapping[str, Any]) -> T:
    """Return an object of a dataclass from an object of JSON, which must have the fields without a default.

    Raises:
        ValueError, KeyError, TypeError: one is missing, or has a wrong value.
    """
    known: Any = fields_of(cls)  # type: ignore[arg-type]
    wanted = [each for each in known if each.default is MISSING or each.name in data]
    return cls(**{each.name: each.metadata["read"](data[each.name]) for each in wanted})
