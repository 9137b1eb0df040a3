"""Parses and validates the parameters of a query. What these functions return is valid."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from chalicelib.api import limits
from chalicelib.api.requests import read_notation
from chalicelib.errors import InvalidInput, LimitExceeded
from chalicelib.queues import Queue
from chalicelib.service.monitor import TaskQuery
from chalicelib.store.list_pages import PageRequest
from chalicelib.store.task_pages import TaskCursor
from chalicelib.tasks import ids
from chalicelib.tasks.status import Status
from primes_core.notation.integers import shortened

_INVALID_CURSOR = '"cursor" is not valid: send the "next" of the page before, or none for the first page.'
#: The seconds of the units of `since`.
_UNITS = {"m": 60, "h": 3_600, "d": 86_400}


def read_results_query(query: Mapping[str, str]) -> PageRequest:
    """Return which page of a list's results a query asks for.

    Raises:
        InvalidInput: a parameter is not valid.
    """
    cursor = re.fullmatch(limits.CURSOR_PATTERN, query.get("cursor", "1.0"), re.ASCII)
    if not cursor:
        raise InvalidInput(_INVALID_CURSOR)
    limit = _limit(query, limits.PAGE_RESULTS, limits.MAX_PAGE_RESULTS)
    primes = None if "only" not in query else read_choice(query, "only", ("primes", "composites")) == "primes"
    start = int(cursor[1]), int(cursor[2])
    return PageRequest(start, limit, limits.MAX_PAGE_BYTES, limits.PAGE_SECONDS, primes)


def read_choice(query: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """Return a query parameter that has one of a few values, by default the first of them.

    Raises:
        InvalidInput: it has another value.
    """
    value = query.get(name, choices[0])
    if value not in choices:
        raise InvalidInput(f'"{name}" is one of: {", ".join(choices)}.')
    return value


def read_place(query: Mapping[str, str]) -> int:
    """Return the query parameter `factor`: the position of a factor, from 1; 0 if it is missing.

    Raises:
        InvalidInput: it is no such place.
    """
    value = query.get("factor", "0")
    if not re.fullmatch("[0-9]{1,5}", value, re.ASCII) or ("factor" in query and int(value) == 0):
        raise InvalidInput('"factor" is the place of a factor in "factors", from 1.')
    return int(value)


def read_time(query: Mapping[str, str]) -> str | None:
    """Return the cursor of a page of failed tasks, or None for the first page.

    Raises:
        InvalidInput: the cursor is not one that a page gave.
    """
    cursor = query.get("cursor")
    if cursor is not None and not re.fullmatch(limits.TIME_PATTERN, cursor, re.ASCII):
        raise InvalidInput(_INVALID_CURSOR)
    return cursor


def read_tasks_query(query: Mapping[str, str], max_digits: int) -> TaskQuery:
    """Return which tasks a query asks for.

    Raises:
        InvalidInput: a parameter is not valid.
    """
    cursor = re.fullmatch(limits.TASK_CURSOR_PATTERN, query["cursor"], re.ASCII) if "cursor" in query else None
    if "cursor" in query and cursor is None:
        raise InvalidInput(_INVALID_CURSOR)
    asked = TaskQuery(
        _limit(query, limits.PAGE_TASKS, limits.MAX_PAGE_TASKS),
        TaskCursor(cursor[1], cursor[2]) if cursor else None,
        Status(read_choice(query, "status", tuple(Status))) if "status" in query else None,
        Queue(read_choice(query, "queue", tuple(Queue))) if "queue" in query else None,
        _within(query["since"]) if "since" in query else None,
    )
    text = query.get("q", "").strip().lower()
    if len(text) > limits.MAX_SEARCH_CHARACTERS:
        raise InvalidInput(f'"q" has at most {limits.MAX_SEARCH_CHARACTERS:,} characters: send an id or a number.')
    if not text:
        return asked
    if ids.is_shaped(text):
        return replace(asked, task_id=text)
    return replace(asked, text=text, digits=_digits(text, max_digits))


def _digits(text: str, max_digits: int) -> str | None:
    """Return the number that a text names, in decimal and shortened; None if it names none."""
    try:
        return shortened(read_notation(text, max_digits).number)
    except (InvalidInput, LimitExceeded):
        return None


def _within(since: str) -> int:
    found = re.fullmatch(limits.SINCE_PATTERN, since, re.ASCII)
    if found is None:
        raise InvalidInput('"since" is a number of minutes, hours or days, such as 15m, 24h or 7d.')
    return int(found[1]) * _UNITS[found[2]]


def _limit(query: Mapping[str, str], default: int, most: int) -> int:
    limit = query.get("limit", str(default))
    if not re.fullmatch("[0-9]{1,5}", limit, re.ASCII) or not 1 <= int(limit) <= most:
        raise InvalidInput(f'"limit" is an integer from 1 to {most}.')
    return int(limit)
