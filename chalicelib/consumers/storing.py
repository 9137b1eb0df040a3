"""Stored results: what a consumer looks up before a costly computation, and what is kept after it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chalicelib import clock
from chalicelib.consumers.outcomes import Finished, Record
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


def reuse(record: Record, update: TaskUpdate, stored: StoredResult) -> Finished:
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


@dataclass(frozen=True, slots=True)
class Destination:
    """The place in the table for the certificates of a computation."""

    #: The task, or the key of a stored result's certificates.
    key: str
    #: When they expire, in seconds since 1970.
    expires_at: int
    #: Whether the result is stored by its number.
    is_stored: bool

    @classmethod
    def of(cls, message: NumberMessage, screened: Result) -> Destination:
        """Return the place for a number's certificates, before its computation begins."""
        if is_costly(message, screened):
            return cls(*stored_results.new(message.task_id, message.expires_at), is_stored=True)
        return cls(message.task_id, message.expires_at, is_stored=False)

    def write_certificates(self, factorization: Factorization) -> None:
        """Write the certificates of factors, before the result that names them."""
        for factor in factorization.factors:
            if factor.certificate is not None:
                certificates.write(self.key, self.expires_at, factor.number, factor.certificate)
                factor.has_certificate = True

    def stored(self, result: Result, factorization: Factorization | None) -> StoredResult | None:
        """Return the result that is stored by the number; None if the number is not costly."""
        if not self.is_stored:
            return None
        return StoredResult(
            result=result,
            factorization=factorization,
            computed_at=clock.timestamp(),
            certificate_key=self.key,
            expires_at=self.expires_at,
        )

    def finish(self, record: Record, update: TaskUpdate, result: Result) -> Finished:
        """Return the outcome of a number whose certificates are written."""
        update = replace(update, result=result, is_final=True, certificate_key=self.key if self.is_stored else None)
        return Finished(record, update, self.stored(result, update.factorization))
