"""Reading a task, the results of a list and stored results, and waiting for them."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from chalicelib.certificates import formats, implied
from chalicelib.errors import NotFound, Unavailable
from chalicelib.factorization.factors import Factorization
from chalicelib.primality.result import Result, Verdict
from chalicelib.service import final_tasks, latency, waiting
from chalicelib.service.outlook import outlook
from chalicelib.store import certificates, list_pages, stored_results, transitions
from chalicelib.store.list_pages import ListCursor, PageRequest
from chalicelib.store.stored_results import StoredResult
from chalicelib.tasks import ids
from chalicelib.tasks.task import ListResult, ListTask, NumberTask, task_without_item
from primes_core.notation.integers import shortened, to_decimal

_log = logging.getLogger(__name__)

NO_TASK = "No task has this id, or it has expired: send the number again with POST / to get a new one."
NO_CERTIFICATE = "It has no certificate: only a number or a factor that is proven prime has one."
#: A longer number or expression is not repeated in an error.
MAX_SHOWN_CHARACTERS = 100

#: How long a waiting request sleeps between two reads, in seconds: first, and at most.
FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.002, 0.5
#: A longer sleep is at most this part of the time until the result is expected.
PART_OF_PAUSE = 0.125


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """A page of a list's results."""

    results: list[ListResult]
    #: Where the next page starts, or None.
    next_cursor: ListCursor | None
    #: Whether all chunks of the list were finished when the page was read.
    is_complete: bool


def read_task(task_id: str, *, is_consistent: bool = True) -> NumberTask | ListTask:
    """Return a task. If the read is not consistent, it may be a moment old.

    Raises:
        NotFound: no task has this id, or it has expired.
    """
    kept = final_tasks.get(task_id)
    if kept is not None:
        return kept
    if ids.is_well_formed(task_id):
        task = transitions.read(task_id, is_consistent=is_consistent) or task_without_item(task_id)
        if task is not None:
            latency.note(task)
            final_tasks.keep(task)
            return task
    raise NotFound(NO_TASK)


def wait_for_task(task_id: str, seconds: float) -> NumberTask | ListTask:
    """Return a task when it is final or this time is over; at once if it is expected later.

    Raises:
        NotFound: no task has this id, or it has expired.
    """
    deadline = time.monotonic() + seconds
    pause, has_begun, is_counted = FIRST_PAUSE_SECONDS, False, False
    while True:
        # Consistent at first: a task that a client saw as final stays final. Later reads cost half without.
        task = read_task(task_id, is_consistent=not has_begun)
        seconds_left = deadline - time.monotonic()
        seen = outlook(task)
        if seen is None or seconds_left <= 0:
            return task
        # What is late may come at any time: that does not end a wait that has begun.
        if seen.seconds > seconds_left and not (has_begun and seen.is_late):
            return task
        if not is_counted and seconds - seconds_left >= waiting.FREE_SECONDS:
            if not waiting.may_go_on(seconds_left if seen.is_late else seen.seconds):
                return task
            is_counted = True
        has_begun = True
        time.sleep(min(pause, seconds_left))
        pause = min(pause * 2, max(MAX_PAUSE_SECONDS, PART_OF_PAUSE * seen.seconds))


def wait_for_new_task(task_id: str, seconds: float) -> NumberTask | ListTask | None:
    """Return a task that was just accepted when it is final; None if it is not, or cannot be read.

    No fault is raised: the response must say that the task was accepted. One that does not pass by itself is logged.
    """
    try:
        task = wait_for_task(task_id, seconds)
    except Unavailable:
        return None
    except Exception:  # noqa: BLE001 - the task was accepted, whatever went wrong after that
        _log.exception("The wait for a task that was accepted failed.")
        return None
    return task if task.status.is_final else None


def read_results(task_id: str, page: PageRequest, wait: float = 0) -> ResultsPage:
    """Return a page of a list's results.

    Args:
        task_id: the list.
        page: which results.
        wait: how long to wait for the list to be final first, in seconds.

    Raises:
        NotFound: no list has this id, or it has expired.
    """
    # Read before the wait: a single number's task never becomes a list.
    task = read_task(task_id)
    if wait > 0 and isinstance(task, ListTask):
        task = wait_for_task(task_id, wait)
    if not isinstance(task, ListTask):
        raise NotFound("The task is a single number: its result is in the task itself, GET /{task_id}.")
    results, next_cursor = list_pages.read_page(task_id, task.chunks, page)
    return ResultsPage(results, next_cursor, is_complete=task.remaining == 0)


def read_certificate(task_id: str, format_name: str, place: int = 0) -> str:
    """Return the certificate of a proven prime in one of `formats.FORMATS`.

    Args:
        task_id: the task of a number.
        format_name: the format.
        place: 0 for the number, or the place of one of its factors, from 1.

    Raises:
        NotFound: no task has this id, it has expired, or it has no certificate in this format.
    """
    task = read_task(task_id)
    if not isinstance(task, NumberTask) or task.result is None:
        raise NotFound(NO_CERTIFICATE)
    return _certificate(task.certificate_key or task_id, task.result, task.factorization, place, format_name)


def read_stored(number: int, expression: str | None = None) -> StoredResult:
    """Return the stored result of a number; reading it does not renew it.

    Args:
        number: the number.
        expression: the expression that it was sent as, None for plain digits.

    Raises:
        NotFound: there is none; the detail says which number was understood, and how to ask for it.
    """
    stored = stored_results.find(number) if number > 1 else None
    if stored is None:
        digits = to_decimal(number)
        text = expression or digits
        how = f'{{"number": "{text}"}}' if len(text) <= MAX_SHOWN_CHARACTERS else "the number"
        raise NotFound(
            f"No result of {shortened(number)} is stored: only results of costly numbers are. Send {how} with POST /"
            " to ask for it.",
            len(digits.removeprefix("-")),
        )
    return stored


def read_certificate_of_number(number: int, format_name: str, place: int = 0) -> str:
    """Return the certificate of a stored result: see `read_certificate`.

    Raises:
        NotFound: the result is not stored, or has no certificate in this format.
    """
    stored = read_stored(number)
    return _certificate(stored.certificate_key, stored.result, stored.factorization, place, format_name)


def _certificate(key: str, number: Result, factorization: Factorization | None, place: int, format_name: str) -> str:
    """Return the certificate of a number, or of the factor with this place, in a format."""
    factors = factorization.factors if factorization else []
    result = number if place == 0 else factors[place - 1].result if place <= len(factors) else None
    if result is None or result.verdict is not Verdict.PRIME:
        raise NotFound(NO_CERTIFICATE)
    text = implied.certificate_of(result.number) or certificates.read(key, result.number)
    if text is None:
        raise NotFound(NO_CERTIFICATE)
    try:
        return formats.write(text, format_name)
    except formats.NoSuchFormat as error:
        raise NotFound(str(error)) from error
