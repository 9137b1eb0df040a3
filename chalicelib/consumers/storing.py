"""Stored results: what a consumer looks up before a costly computation, and keeps after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from chalicelib import clock
from chalicelib.consumers.outcomes import Finished, Outcome, Record
from chalicelib.consumers.routing import is_costly
from chalicelib.consumers.settle import Batch
from chalicelib.factorization.factors import Factorization
from chalicelib.primality.result import Result
from chalicelib.store import certificates, stored_results
from chalicelib.store.number_results import TaskUpdate
from chalicelib.store.stored_results import StoredResult
from chalicelib.tasks.messages import NumberMessage


def look_up(batch: Batch, message: NumberMessage, screened: Result | None) -> StoredResult | None:
    """Return the stored result of a number whose next computation is costly, or None.

    Args:
        batch: the batch, which counts the results that were found.
        message: the number.
        screened: the result of the screening or of the search, None for what is not screened or found.
    """
    if not is_costly(message, screened):
        return None
    stored = stored_results.find(screened.number if screened else message.number, message.expires_at)
    if stored is not None:
        batch.invocation.metrics["stored_results"] += 1
    return stored


@dataclass(frozen=True, slots=True)
class Place:
    """The place in the table of a computation's certificates."""

    #: The task, or the key of a stored result's certificates.
    key: str
    #: When they expire, in seconds since 1970.
    expires_at: int
    #: Whether the result is stored by its number.
    is_stored: bool


def place_for(message: NumberMessage, screened: Result) -> Place:
    """Return where the certificates of a number go, for which a computation begins."""
    if is_costly(message, screened):
        return Place(*stored_results.new(message.task_id, message.expires_at), is_stored=True)
    return Place(message.task_id, message.expires_at, is_stored=False)


def write_certificates(place: Place, factorization: Factorization) -> None:
    """Write the certificates of factors, before the result that names them."""
    for factor in factorization.factors:
        if factor.certificate is not None:
            certificates.write(place.key, place.expires_at, factor.number, factor.certificate)
            factor.has_certificate = True


def finished(record: Record, update: TaskUpdate, stored: StoredResult) -> Finished:
    """Return the outcome of a number whose stored result suffices."""
    return Finished(
        record,
        replace(
            update,
            result=stored.result,
            is_final=True,
            expected_at=None,
            factorization=stored.factorization if update.message.factors else None,
            certificate_key=stored.certificate_key,
            computed_at=stored.computed_at,
        ),
    )


def finish(batch: Batch, record: Record, update: TaskUpdate, place: Place) -> Iterator[Outcome]:
    """Finish a number whose certificates are written, then keep its result if it was costly.

    A result that cannot be kept is computed again some time: it is no reason to fail the task.
    """
    if not place.is_stored or update.result is None:
        yield Finished(record, update)
        return
    yield Finished(record, replace(update, certificate_key=place.key))
    batch.succeeds(_keep, update.result, place, update.factorization)


def keep_factors(batch: Batch, message: NumberMessage, screened: Result, known: Factorization) -> None:
    """Keep the factors that a cancelled search has found: the next one of its number starts from them."""
    place = place_for(message, screened)
    if place.is_stored and known.factors and batch.succeeds(write_certificates, place, known):
        batch.succeeds(_keep, screened, place, known)


def _keep(result: Result, place: Place, factorization: Factorization | None) -> None:
    stored_results.keep(
        StoredResult(
            result=result,
            factorization=factorization,
            computed_at=clock.timestamp(),
            certificate_key=place.key,
            expires_at=place.expires_at,
        )
    )
