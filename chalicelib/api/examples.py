"""The examples of the OpenAPI document: bodies as the service sends them."""

from __future__ import annotations

from typing import Any

from chalicelib.api import problems
from chalicelib.errors import (
    Conflict,
    IdempotencyKeyReused,
    InvalidInput,
    LimitExceeded,
    NotFound,
    NotJSON,
    Unavailable,
)
from chalicelib.queues import Queue
from chalicelib.store.history import COUNTED, STEP_SECONDS, STEPS

Example = dict[str, Any]

_ID = "68832c0b-3346-8252-97ee-f14c600ed7c2"
_M127 = str(2**127 - 1)
_RESULT: Example = {
    "number": _M127,
    "number_text": _M127,
    "is_prime": True,
    "verdict": "prime",
    "proven": True,
    "method": "Lucas-Lehmer",
    "witness": None,
    "certificate": None,
    "seconds": 0.000118,
    "expression": "2^127-1",
}
_TASK: Example = {
    "task_id": _ID,
    "status": "SUCCESS",
    "result": _RESULT,
    "progress": None,
    "error": None,
    "attempts": 1,
    "submitted_at": "2026-11-24T08:33:22.125Z",
    "started_at": "2026-11-24T08:33:22.131Z",
    "expected_at": None,
    "late": False,
    "finished_at": "2026-11-24T08:33:22.133Z",
    "expires_at": "2026-12-01T08:33:23.000Z",
}
_PROVING = {
    "number": str(10**100 + 267),
    "number_text": str(10**100 + 267),
    "verdict": "probable_prime",
    "proven": False,
    "method": "Baillie-PSW",
    "seconds": 0.000412,
    "expression": "10^100+267",
}
_RUNNING = {
    "status": "STARTED",
    "result": _RESULT | _PROVING,
    "progress": {"phase": "proving", "seconds": 0.2},
    "expected_at": "2026-11-24T08:33:22.690Z",
    "finished_at": None,
}
_LIST = {
    "result": {"total": 1000, "primes": 168, "probable_primes": 0, "composites": 832, "results": f"/{_ID}/results"}
}
_ROWS = [
    {"index": 0, "number": 91, "is_prime": False, "verdict": "composite", "proven": True}
    | {"witness": {"factor": "7"}, "expression": None},
    {"index": 1, "number": _M127, "is_prime": True, "verdict": "prime", "proven": True}
    | {"witness": None, "expression": "2^127-1"},
]
_COUNTS = {"waiting": 7, "in_flight": 2, "delayed": 0, "slots": 40, "expected_seconds": 0.4, "oldest_seconds": 0.3}
_FAILED = {
    "task_id": _ID,
    "subject": "10^1000+453",
    "error": "the number: ChildDied: the computation ended without a result, exit code 1: try again",
    "attempts": 5,
    "finished_at": "2026-11-24T08:33:22.133Z",
}
_SUMMARY = {
    "task_id": _ID,
    "status": "STARTED",
    "kind": "number",
    "queue": "long_proofs",
    "subject": "10^1000+453",
    "total": None,
    "finished": None,
    "error": None,
    "attempts": 1,
    "submitted_at": "2026-11-24T08:33:22.125Z",
    "finished_at": None,
    "expires_at": "2026-12-01T08:33:23.000Z",
}


_NEXT = {
    "number": 10**9 + 7,
    "number_text": str(10**9 + 7),
    "method": "Baillie-PSW below 2^64",
    "seconds": 0.0000213,
    "expression": "10^9+7",
    "find": "next",
    "of": 10**9,
    "distance": 7,
}


def _task(summary: str, **fields: Any) -> Example:  # noqa: ANN401 - JSON
    return {"summary": summary, "value": _TASK | fields}


#: What a read of a task can return, by name.
TASKS: dict[str, Example] = {
    "number": _task("A number"),
    "proving": _task("A number whose proof runs", **_RUNNING),
    "list": _task("A list", **_LIST),
    "next": _task("The next prime of a number", result=_RESULT | _NEXT),
}
CANCELLED = _TASK | {"status": "REVOKED", "result": None, "started_at": None, "attempts": 0}
#: The examples of the other bodies, by the name of their schema.
BODIES: dict[str, Example] = {
    "Accepted": {"status": "success", "task_id": _ID, "expected_at": "2026-11-24T08:33:22.157Z"},
    "Results": {"results": _ROWS, "next": None, "complete": True},
    "Queues": {
        "queues": {queue.value: _COUNTS for queue in Queue},
        "history": {
            "step_seconds": STEP_SECONDS,
            "until": "2026-11-24T08:33:20.000Z",
            "numbers": {queue.value: [0] * (STEPS - 1) + [12] for queue in COUNTED},
        },
        "failed": [_FAILED],
        "next": None,
    },
    "TaskPage": {"tasks": [_SUMMARY], "next": f"2026-11-24T08:33:22.125Z_{_ID}"},
    "Verification": {
        "valid": True,
        "reason": "It proves the number prime (elliptic curves, PARI's format).",
        "number": "18446744073709551629",
        "kind": "elliptic curves, PARI's format",
    },
    "Health": {"status": "ok"},
    "NumberResult": _RESULT | {"computed_at": "2026-11-24T08:33:22.133Z"},
}
#: The beginning of the same page of results as lines.
NDJSON = (
    '{"index":0,"number":91,"is_prime":false,"verdict":"composite","proven":true,"witness":{"factor":"7"},'
    '"expression":null}\n'
)
CSV = "index,number,is_prime,verdict,proven,factor,base,expression\r\n0,91,false,composite,true,7,,\r\n"
CERTIFICATE = (
    "[[18446744073709551629, -2929381838, 868924, 12933343713794143276, [9467376588094320717, 7796268169446363853]]]"
)
_ERRORS = (
    InvalidInput('Send a JSON object with one field, {"number": 11} or {"numbers": [11, 12]}.'),
    NotFound("No task has this id, or it has expired: send the number again with POST / to get a new one."),
    Conflict("The task is SUCCESS: only a task that is not finished can be cancelled."),
    LimitExceeded("A list has at most 100,000 numbers: send several lists."),
    NotJSON("Send JSON with the header Content-Type: application/json."),
    IdempotencyKeyReused("This Idempotency-Key came with another body before: send that body, or use a new key."),
    Unavailable(
        "The tasks queue does not respond (ConnectTimeoutError). Nothing was accepted: send the request again."
    ),
)
_PROBLEMS = (
    problems.status_json(403, "Send the key of your usage plan in the header x-api-key."),
    problems.status_json(429, "Send fewer requests per second, and this one again in a second."),
    *map(problems.error_json, _ERRORS),
)
#: The problem of each status.
PROBLEMS: dict[int, Example] = {problem["status"]: problem for problem in _PROBLEMS}
