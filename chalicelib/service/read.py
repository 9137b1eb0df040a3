"""Reading a task and the results of a list, and waiting for them."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from chalicelib.certificates import formats, special_forms
from chalicelib.errors import NotFound, Unavailable
from chalicelib.factorization.factors import Factorization
from chalicelib.primality.result import Result, Verdict
from chalicelib.service import finished, latency, waiting
from chalicelib.service.outlook import outlook
from chalicelib.store import certificates, list_pages, transitions
from chalicelib.store.list_pages import PageRequest, Place
from chalicelib.tasks import ids
from chalicelib.tasks.task import ListResult, ListTask, NumberTask, task_without_item

_log = logging.getLogger(__name__)

NO_TASK = "No task has this id, or it has expired: send the number again with POST / to get a new one."

#: How long a waiting request sleeps between two reads, in seconds: first, and at most.
FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.01, 0.5
#: A longer sleep is at most this part of the time until the result is expected.
PART_OF_PAUSE = 0.125


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """A page of a list's results."""

    results: list[ListResult]
    #: Where the next page starts, or None.
    next_place: Place | None
    #: Whether all chunks of the list were finished when the page was read.
    is_complete: bool


def read_task(task_id: str, *, is_consistent: bool = True) -> NumberTask | ListTask:
    """Return a task; one that is not read consistently may be that of a moment ago.

    Raises:
        NotFound: no task has this id, or it has expired.
    """
    kept = finished.get(task_id)
    if kept is not None:
        return kept
    if ids.is_well_formed(task_id):
        task = transitions.read(task_id, is_consistent=is_consistent) or task_without_item(task_id)
        if task is not None:
            latency.note(task)
            finished.keep(task)
            return task
    raise NotFound(NO_TASK)


def wait_for_task(task_id: str, seconds: float) -> NumberTask | ListTask:
    """Return a task once it is final, or as it is after this time; at once where it is expected later.

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
        pause = min(pause * 1.5, max(MAX_PAUSE_SECONDS, PART_OF_PAUSE * seen.seconds))


def wait_for_new_task(task_id: str, seconds: float) -> NumberTask | ListTask | None:
    """Return a task that was just accepted once it is final; None where it is not, or cannot be read.

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
    results, next_place = list_pages.read_page(task_id, task.chunks, page)
    return ResultsPage(results, next_place, is_complete=task.remaining == 0)


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
    text = None
    if isinstance(task, NumberTask) and task.result is not None:
        text = certificate_of(task.certificate_key or task_id, task.result, task.factorization, place)
    return written_certificate(text, format_name)


def written_certificate(text: str | None, format_name: str) -> str:
    """Return a certificate in one of `formats.FORMATS`.

    Raises:
        NotFound: there is none, or not in this format.
    """
    if text is None:
        raise NotFound("It has no certificate: only a number or a factor that is proven prime has one.")
    try:
        return formats.write(text, format_name)
    except formats.NoSuchFormat as error:
        raise NotFound(str(error)) from error


def certificate_of(key: str, number: Result, factorization: Factorization | None, place: int) -> str | None:
    """Return the certificate of a number, or of the factor with this place, where it is proven prime."""
    factors = factorization.factors if factorization else []
    if place > len(factors):
        return None
    result = factors[place - 1].result if place else number
    if result.verdict is not Verdict.PRIME:
        return None
    return special_forms.certificate_of(result.number) or certificates.read(key, result.number)
