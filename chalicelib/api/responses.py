"""Tasks, results and queues as JSON responses."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from chalice.app import Response

from chalicelib import clock
from chalicelib.api import limits
from chalicelib.api.headers import JSON, NO_STORE, NOSNIFF, Headers, retry_after
from chalicelib.certificates.implied import has_certificate
from chalicelib.factorization.factors import Factorization
from chalicelib.factorization.functions import functions_of
from chalicelib.primality.result import Result, Verdict, Witness
from chalicelib.queues import Queue
from chalicelib.service.monitor import QueueState
from chalicelib.service.outlook import Outlook, outlook
from chalicelib.store.history import STEP_SECONDS, History
from chalicelib.store.stored_results import StoredResult
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import FailedTask, ListResult, ListTask, NumberTask
from primes_core.notation.integers import to_decimal

if TYPE_CHECKING:  # few requests need the verifier
    from primes_core.verifier import Verification

#: The bits of an integer that every JSON parser reads exactly. Source: RFC 8259, section 6.
EXACT_BITS = 53


def accepted(task_id: str, prefix: str, expected_at: float | None) -> Response:
    """Return the response to a task that was queued.

    Args:
        task_id: the task.
        prefix: the path of the API's stage, such as /api.
        expected_at: when its result is expected, in seconds since 1970; None where it is there.
    """
    expected = None if expected_at is None else clock.rfc3339(expected_at)
    body = {"status": "success", "task_id": task_id, "expected_at": expected}
    again = retry_after(0.0 if expected_at is None else expected_at - clock.now())
    headers: Headers = {"Location": f"{prefix}/{task_id}", **again, **NO_STORE}
    return json_response(body, headers, 202)


def task_response(
    task: NumberTask | ListTask, prefix: str, waited: int | None = None, if_none_match: str | None = None
) -> Response:
    """Return a task.

    Args:
        task: the task.
        prefix: the path of the API's stage, such as /api.
        waited: the seconds of a `Prefer: wait` that was applied.
        if_none_match: the entity tags that the client has; 304 where the task's is among them.
    """
    seen = outlook(task)
    body = json.dumps(task_json(task, prefix, seen))
    headers: Headers = {} if waited is None else {"Preference-Applied": f"wait={waited}"}
    if seen is not None:
        return Response(
            body, {"Content-Type": JSON, **NO_STORE, **NOSNIFF, **retry_after(seen.seconds), **headers}, 200
        )
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    # A failed task can be retried: a client must ask each time whether it has changed.
    left = max(0, task.expires_at - int(clock.now()))
    age = "no-cache" if task.status is Status.FAILURE else f"max-age={min(limits.MAX_AGE_SECONDS, left)}"
    headers |= {"ETag": tag, "Cache-Control": f"private, {age}", **NOSNIFF}
    if is_known(tag, if_none_match):
        return Response("", headers, 304)
    return Response(body, {"Content-Type": JSON, **headers}, 200)


def stored_response(stored: StoredResult, expression: str | None, prefix: str) -> Response:
    """Return the stored result of a number that was read by its number, or by this expression."""
    # Not with a slash: some gateways decode %2F before they look for a route.
    short = expression if expression and "/" not in expression else to_decimal(stored.result.number)
    address = f"{prefix}/numbers/{quote(short, safe='')}"
    body = _result_json(stored.result, expression, address, stored.computed_at, stored.factorization)
    return json_response(body, {**NO_STORE, "Vary": "Accept"})


def certificate_response(text: str, format_name: str, name: str = "certificate") -> Response:
    """Return a certificate as a file with a name."""
    headers: Headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}.{format_name}.txt"',
        "Cache-Control": f"private, max-age={limits.MAX_AGE_SECONDS}",
        **NOSNIFF,
    }
    return Response(text, headers, 200)


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Return whether a client has the version of this entity tag: the response is then 304 without a body."""
    return if_none_match is not None and (if_none_match.strip() == "*" or tag in if_none_match)


def task_json(task: NumberTask | ListTask, prefix: str, seen: Outlook | None = None) -> dict[str, Any]:
    """Return a task as JSON has it."""
    address = f"{prefix}/{task.task_id}"
    if isinstance(task, ListTask):
        result, progress = _list_result(task, address), _list_progress(task)
    else:
        result = _number_result(task, address)
        progress = asdict(task.progress) if task.progress else None
    return {
        "task_id": task.task_id,
        "status": task.status,
        "result": result,
        "progress": progress,
        "error": task.error,
        "attempts": task.attempts,
        "submitted_at": task.submitted_at,
        "started_at": task.started_at,
        "expected_at": clock.rfc3339(seen.at) if seen else None,
        "late": seen is not None and seen.is_late,
        "finished_at": task.finished_at,
        "expires_at": clock.rfc3339(task.expires_at),
    }


def _number_result(task: NumberTask, address: str) -> dict[str, Any] | None:
    if task.result is None:
        return None
    common = _result_json(task.result, task.expression, address, task.computed_at, task.factorization)
    return common | _search_json(task, task.result.number)


def _result_json(
    result: Result, expression: str | None, address: str, computed_at: str | None, factorization: Factorization | None
) -> dict[str, Any]:
    digits = to_decimal(result.number)
    return {
        "number": result.number if -(2**63) <= result.number < 2**64 else digits,
        "number_text": digits,
        **_verdict_json(result),
        "method": result.method,
        "witness": _witness_json(result.witness),
        "certificate": f"{address}/certificate" if has_certificate(result) else None,
        "seconds": result.seconds,
        "expression": expression,
        **({"computed_at": computed_at} if computed_at else {}),
        **(_factors_json(factorization, f"{address}/certificate") if factorization else {}),
        **(_functions_json(factorization) if factorization else {}),
    }


def _search_json(task: NumberTask, prime: int) -> dict[str, Any]:
    """Return the search; the expression that was sent becomes an expression of the prime: 10^9 gives 10^9+7."""
    if task.find is None or task.of is None:
        return {}
    expression = task.expression and f"{task.expression}{prime - task.of:+d}"
    return {"expression": expression, "find": task.find, "of": _exact(task.of), "distance": abs(prime - task.of)}


def _factors_json(factorization: Factorization, certificate: str | None) -> dict[str, Any]:
    """Return factors as JSON has them; `certificate` is the address of the number's certificate, None in a list."""
    cofactor = factorization.cofactor
    return {
        "factors": [
            {
                "number": _exact(factor.number),
                "exponent": factor.exponent,
                "is_prime": factor.is_prime,
                "proven": factor.result.proven,
                "method": factor.method,
                "certificate": f"{certificate}?factor={place}"
                if certificate and has_certificate(factor.result)
                else None,
            }
            for place, factor in enumerate(factorization.factors, start=1)
        ],
        "complete": factorization.complete,
        "cofactor": None if cofactor is None else {"number": _exact(cofactor), "verdict": Verdict.COMPOSITE},
        **({"parts": list(map(asdict, factorization.parts))} if factorization.parts else {}),
    }


def _functions_json(factorization: Factorization) -> dict[str, Any]:
    """Return the functions of a number, where all of its prime factors are known."""
    found = functions_of(factorization)
    if found is None:
        return {}
    return {"functions": {name: _exact(value) for name, value in asdict(found).items() if value is not None}}


def _list_result(task: ListTask, address: str) -> dict[str, Any] | None:
    if task.remaining == task.chunks:
        return None
    return {
        "total": task.total,
        "primes": task.primes,
        "probable_primes": task.probable_primes,
        "composites": task.composites,
        "results": f"{address}/results",
    }


def _list_progress(task: ListTask) -> dict[str, Any] | None:
    if task.status not in {Status.STARTED, Status.RETRY}:
        return None
    return {"done": task.chunks - task.remaining, "total": task.chunks, "unit": "chunks"}


def list_result_json(found: ListResult) -> dict[str, Any]:
    """Return one result of a list as JSON has it."""
    return {
        "index": found.index,
        "number": _exact(found.result.number),
        **_verdict_json(found.result),
        "witness": _witness_json(found.result.witness),
        "expression": found.expression,
        **(_factors_json(found.factorization, None) if found.factorization else {}),
    }


def _verdict_json(result: Result) -> dict[str, Any]:
    return {"is_prime": result.is_prime, "verdict": result.verdict, "proven": result.proven}


def _witness_json(witness: Witness | None) -> dict[str, str] | None:
    if witness is None:
        return None
    if witness.factor is not None:
        return {"factor": to_decimal(witness.factor)}
    return {"base": str(witness.base), "kind": "strong"}


def _exact(number: int) -> int | str:
    """Return a number as JSON has it: an integer where every parser reads it exactly, else its decimal digits."""
    return number if number.bit_length() <= EXACT_BITS else to_decimal(number)


def verification_response(verification: Verification) -> Response:
    """Return what the check of a certificate found."""
    number = None if verification.number is None else _exact(verification.number)
    return json_response(asdict(verification) | {"number": number})


def queue_json(
    states: dict[Queue, QueueState],
    history: History,
    failed: list[FailedTask],
    next_cursor: str | None,
) -> dict[str, Any]:
    """Return the queues, their throughput, and the tasks that failed last as JSON has them."""
    return {
        "queues": {
            queue: {
                **asdict(state.counts),
                "slots": state.slots,
                "expected_seconds": _rounded(state.expected_seconds),
                "oldest_seconds": _rounded(state.oldest_seconds),
            }
            for queue, state in states.items()
        },
        "history": {
            "step_seconds": STEP_SECONDS,
            "until": clock.rfc3339(history.until),
            "numbers": history.numbers,
        },
        "failed": [asdict(task) for task in failed],
        "next": next_cursor,
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)


def json_response(body: Any, headers: Headers | None = None, status: int = 200) -> Response:  # noqa: ANN401 - JSON
    """Return a value as a JSON response."""
    return Response(json.dumps(body), {"Content-Type": JSON, **NOSNIFF, **(headers or NO_STORE)}, status)
