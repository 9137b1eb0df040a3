"""The results of costly numbers, found by the number: a number that was proven or factored is not computed again.

An item has the hash of its number as its key, and nothing of the tasks or the callers that asked. Its certificates have
a key of their own, which the tasks that use the result name, too. So every item lives as long as the last of these
tasks: see docs/decisions/stored-results.md.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass

from chalicelib import clock
from chalicelib.primality.result import Result, Verdict
from chalicelib.store import certificates, result_codec, table
from chalicelib.store.table import Condition, ConditionFailed
from chalicelib.tasks.task import Found

#: How long a result is kept after it was computed, or after the last task that its life did not suffice for, in
#: seconds. It is longer than the longest retention of a task.
KEEP_SECONDS = 30 * 86_400
#: A result of this age is computed anew, in seconds.
MAX_AGE_SECONDS = 365 * 86_400
#: A result that is known to as many bits replaces another one, or one that is known to more.
_IS_BETTER = "attribute_not_exists(task_id) OR expires_at <= :now OR unknown_bits >= :unknown_bits"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResult(Found):
    """A result that is found by its number."""

    result: Result
    computed_at: str
    certificate_key: str
    #: When it expires, in seconds since 1970.
    expires_at: int

    @property
    def unknown_bits(self) -> int:
        """The bits of the parts of the number that are not known to be prime; 0 where all is known."""
        number, verdict = self.result.number, self.result.verdict
        if verdict is Verdict.PRIME:
            return 0
        if self.factorization is None or verdict is not Verdict.COMPOSITE:
            return number.bit_length()
        open_factors = [each for each in self.factorization.factors if each.verdict is not Verdict.PRIME]
        cofactor = self.factorization.cofactor or 0
        return sum(each.number.bit_length() * each.exponent for each in open_factors) + cofactor.bit_length()

    def suffices(self, *, factors: bool) -> bool:
        """Return whether nothing is left to compute: a verdict that is certain, and all factors if asked for."""
        return self.result.proven and (not factors or not self.unknown_bits)


def new(task_id: str, expires_at: int) -> tuple[str, int]:
    """Return the key for the certificates of a result that a task computes, and when they expire.

    The key is the same in each attempt of the task, and another one in a later submission of its Idempotency-Key.
    """
    digest = hashlib.sha256(f"{task_id} {expires_at}".encode()).hexdigest()
    return f"certificates:{digest}", max(int(clock.now()) + KEEP_SECONDS, expires_at)


def keep(stored: StoredResult) -> None:
    """Write a result, unless more is known of its number."""
    item = {
        "task_id": key(stored.result.number),
        "part": table.TASK,
        **result_codec.to_item(stored),
        "unknown_bits": stored.unknown_bits,
        "expires_at": stored.expires_at,
    }
    values = {":now": int(clock.now()), ":unknown_bits": stored.unknown_bits}
    with suppress(ConditionFailed):
        table.put(item, Condition(_IS_BETTER, {}, values))


def find(number: int, until: int = 0) -> StoredResult | None:
    """Return the result of a number, or None.

    Args:
        number: the number.
        until: how long it has to be kept at least, in seconds since 1970; None is returned where that is too long.
    """
    item = table.get(key(number), table.TASK, is_consistent=False)
    if item is None or table.has_expired(item):
        return None
    stored = StoredResult(**result_codec.from_item(item), expires_at=int(item["expires_at"]))
    return stored if stored.expires_at >= until or _renew(stored, until) else None


def _renew(stored: StoredResult, until: int) -> bool:
    """Let a result and its certificates live on until a time at least; return whether they do.

    The certificates come first, so that none expires before what names it.
    """
    expires_at = int(min(clock.now() + KEEP_SECONDS, clock.seconds(stored.computed_at) + MAX_AGE_SECONDS))
    factors = stored.factorization.factors if stored.factorization else []
    primes = {stored.result.number} if stored.result.has_certificate else set[int]()
    primes |= {factor.number for factor in factors if factor.has_certificate}
    if expires_at < until or not all(certificates.renew(stored.certificate_key, expires_at, prime) for prime in primes):
        return False
    condition = Condition("certificate_key = :key", {}, {":key": stored.certificate_key})
    with suppress(ConditionFailed):  # another result has taken its place
        number = stored.result.number
        table.update(key(number), table.TASK, "SET expires_at = :until", {":until": expires_at}, condition=condition)
    return True


def key(number: int) -> str:
    """Return the key of a number, an integer from 2 on: the hash of its bytes, the most significant one first."""
    return f"number:{hashlib.sha256(number.to_bytes((number.bit_length() + 7) // 8, 'big')).hexdigest()}"
