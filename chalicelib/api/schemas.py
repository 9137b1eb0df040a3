"""The JSON Schemas (2020-12) of the HTTP contract: the components of the OpenAPI document."""

from __future__ import annotations

from typing import Any

from chalicelib.api import limits
from chalicelib.factorization.notation import METHODS
from chalicelib.primality.direction import Direction
from chalicelib.primality.result import Verdict
from chalicelib.queues import Queue
from chalicelib.store.history import COUNTED, STEP_SECONDS, STEPS
from chalicelib.tasks.status import Status

Schema = dict[str, Any]


def _object(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _nullable(schema: Schema) -> Schema:
    return {"oneOf": [schema, {"type": "null"}]}


def _optional(schema: Schema, **properties: Schema) -> Schema:
    """Return the schema of an object with properties that it may have."""
    return schema | {"properties": schema["properties"] | properties}


def ref(name: str) -> Schema:
    """Return a reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


# Without a format a generator takes 32 bits for an integer.
_COUNT = {"type": "integer", "format": "int64", "minimum": 0}
_POSITIVE = {"type": "integer", "format": "int64", "minimum": 1}
_TIME = {"type": "string", "format": "date-time"}
_ID = {"type": "string", "format": "uuid"}
_TEXT = {"type": "string"}
_OPTIONAL_TEXT = {"type": ["string", "null"]}
_ADDRESS = {"type": "string", "format": "uri-reference"}
_STEPS = {"type": "array", "items": _COUNT, "minItems": STEPS, "maxItems": STEPS}
_DIGITS = {"type": "string", "pattern": "^[0-9]+$"}


def _number(minimum: int, maximum: int) -> Schema:
    return {
        "description": f"A JSON integer from {minimum} to {maximum}, decimal digits beyond.",
        "type": ["integer", "string"],
        "minimum": minimum,
        "maximum": maximum,
        "pattern": "^-?[0-9]+$",
    }


#: What every JSON parser reads exactly. Source: RFC 8259, section 6.
_EXACT = {**_number(1 - 2**53, 2**53 - 1), "format": "int64"}
_VERDICT = {
    "is_prime": {"type": "boolean", "description": "True for prime and probable_prime."},
    "verdict": {"enum": list(Verdict)},
    "proven": {"type": "boolean", "description": "False for probable_prime only."},
}
_EXPECTED = _nullable(_TIME) | {"description": "When the next result is expected, null where there is none to come."}
_SECONDS = {"type": ["number", "null"], "minimum": 0}
_FACTORS: Schema = {
    "factors": {
        "type": "array",
        "items": ref("Factor"),
        "description": "Where factors are asked for of a number above 1: those that are known, the least first.",
    },
    "complete": {"type": "boolean", "description": "Whether all prime factors are known."},
    "cofactor": _nullable(ref("Cofactor")) | {"description": "What is left; null where all factors are known."},
}
_PLACES = {"type": "array", "items": _COUNT, "description": "Places in the result's `factors`; 0 is the cofactor."}
_SEARCH: Schema = {
    "find": {"enum": list(Direction), "description": "Where a prime was searched for: which one."},
    "of": _EXACT | {"description": "The number that was sent. `expression` is one of the prime then."},
    "distance": _POSITIVE | {"description": "How far the prime is from that number."},
}
_FIND = {
    "enum": list(Direction),
    "description": "Find the least prime above the number, or the greatest below it; not with `factors`.",
}
_ASKED = {"type": "boolean", "default": False, "description": "Whether to find all prime factors as well."}
_EXPRESSION = {
    **_OPTIONAL_TEXT,
    "description": "The expression that was sent, in ASCII: 2^61-1 for 2⁶¹−1. Null for an integer.",
}

SCHEMAS: Schema = {
    "NumberInput": {
        "description": "An integer of any size, or a string: decimal (1_000_003, 1e9), hexadecimal (0x1f, 00:c1:5f),"
        " binary (0b11), or an expression of the operators + - * / ^ ** ! # and parentheses, n!! and n!k"
        " (multifactorials), fib(n), lucas(n), binomial(n, k), M31 (2^31-1), F5 (2^(2^5)+1) and R19 (nineteen ones). It"
        " may have the signs × · ÷ − and raised digits.",
        "type": ["integer", "string"],
        "examples": [11, "2305843009213693951", "0x1f", "2^127-1", "25!+1", "13#-1", "(10^317-1)/9", "M31", "1e9+7"],
    },
    "NumberSubmission": _optional(_object({"number": ref("NumberInput")}), factors=_ASKED, find=_FIND),
    "ListSubmission": _optional(
        _object(
            {
                "numbers": {
                    "type": "array",
                    "description": "A string may also be a range with both ends, 10^12..10^12+1000: its numbers count.",
                    "items": ref("NumberInput"),
                    "minItems": 1,
                    "maxItems": limits.MAX_LIST_NUMBERS,
                }
            }
        ),
        factors=_ASKED,
    ),
    "Accepted": _object({"status": {"const": "success"}, "task_id": _ID, "expected_at": _EXPECTED}),
    "Witness": {
        "description": "Why a number is composite: a proper factor, or a base for which it fails the strong test.",
        "oneOf": [_object({"factor": _DIGITS}), _object({"base": _DIGITS, "kind": {"const": "strong"}})],
    },
    "Factor": _object(
        {
            "number": _EXACT,
            "exponent": _POSITIVE,
            "is_prime": {"type": "boolean", "description": "False for a part whose factors were not found."},
            "proven": {"type": "boolean", "description": "Whether that is certain."},
            "method": {"enum": list(METHODS.values()), "description": "How it was found."},
            "certificate": {"type": ["string", "null"], "format": "uri-reference"},
        }
    ),
    "Cofactor": _object({"number": _EXACT, "verdict": {"const": Verdict.COMPOSITE}}),
    "Part": _object({"notation": _TEXT, "factors": _PLACES}),
    "NumberResult": _optional(
        _object(
            {
                "number": _number(-(2**63), 2**64 - 1),
                "number_text": {
                    "type": "string",
                    "pattern": "^-?[0-9]+$",
                    "description": "The digits of `number`, for parsers that round an integer of more than 53 bits.",
                },
                **_VERDICT,
                "method": {"type": "string", "description": "The test or theorem that decided."},
                "witness": _nullable(ref("Witness")),
                "certificate": {"type": ["string", "null"], "format": "uri-reference"},
                "seconds": {"type": "number", "minimum": 0, "description": "The time of the computation."},
                "expression": _EXPRESSION,
            }
        ),
        computed_at={**_TIME, "description": "When a stored result was computed: a result of an earlier task."},
        **_FACTORS,
        parts={"type": "array", "items": ref("Part"), "description": "Divisors that the form of the expression shows."},
        **_SEARCH,
    ),
    "ListSummary": _object(
        {
            "total": _POSITIVE,
            "primes": {**_COUNT, "description": "How many are prime or probable_prime."},
            "probable_primes": {**_COUNT, "description": "How many of `primes` are probable_prime."},
            "composites": {**_COUNT, "description": "How many are composite or not_prime."},
            "results": _ADDRESS,
        }
    ),
    "Progress": {
        "oneOf": [
            _object({"done": _COUNT, "total": _POSITIVE, "unit": _TEXT}),
            _optional(
                _object({"phase": _TEXT, "seconds": {"type": "number", "minimum": 0}}),
                searched={**_COUNT, "description": "Of a search: the distance within which there is no prime."},
                chain={
                    "type": "array",
                    "items": _POSITIVE,
                    "description": "Of a proof by elliptic curves: the bits of the primes of its chain so far.",
                },
            ),
            _object(
                {
                    "phase": {**_TEXT, "description": "The method that looks for factors."},
                    "seconds": {"type": "number", "minimum": 0},
                    "done": _COUNT,
                    "total": _POSITIVE,
                    "unit": {**_TEXT, "description": "`curves` of ECM, or `percent` of the quadratic sieve."},
                }
            ),
        ]
    },
    "Task": _object(
        {
            "task_id": _ID,
            "status": {"enum": list(Status)},
            "result": {"oneOf": [ref("NumberResult"), ref("ListSummary"), {"type": "null"}]},
            "progress": _nullable(ref("Progress")),
            "error": {**_OPTIONAL_TEXT, "description": "Why the last attempt, or the task, failed."},
            "attempts": _COUNT,
            "submitted_at": _TIME,
            "started_at": _nullable(_TIME),
            "expected_at": _EXPECTED,
            "late": {"type": "boolean", "description": "Whether that is later than the first estimate."},
            "finished_at": _nullable(_TIME),
            "expires_at": _TIME,
        }
    ),
    "ListResult": _optional(
        _object(
            {
                "index": _COUNT,
                "number": _EXACT,
                **_VERDICT,
                "witness": _nullable(ref("Witness")),
                "expression": _EXPRESSION,
            }
        ),
        **_FACTORS,
    ),
    "Results": _object(
        {
            "results": {"type": "array", "items": ref("ListResult"), "maxItems": limits.MAX_PAGE_RESULTS},
            "next": {
                "type": ["string", "null"],
                "pattern": f"^{limits.CURSOR_PATTERN}$",
                "description": "The cursor of the next page, null after the last. An empty page may have one.",
            },
            "complete": {
                "type": "boolean",
                "description": "Whether all numbers of the list were finished when the page was read.",
            },
        }
    ),
    "Counts": _object(
        {
            "waiting": _COUNT,
            "in_flight": _COUNT,
            "delayed": _COUNT,
            "slots": {
                "type": ["integer", "null"],
                "minimum": 1,
                "description": "How many messages the queue's consumers can hold at once, null if that is not known.",
            },
            "expected_seconds": {
                **_SECONDS,
                "description": "How long a message that is sent now is expected to wait; null for the dead letters.",
            },
            "oldest_seconds": {
                **_SECONDS,
                "description": "About how long the oldest waiting message has waited, from the waits of those that the"
                " consumers took last; null if they took none for 15 minutes.",
            },
        }
    ),
    "History": _object(
        {
            "step_seconds": {"const": STEP_SECONDS},
            "until": {**_TIME, "description": "When the last step ends."},
            "numbers": {
                **_object({queue.value: _STEPS for queue in COUNTED}),
                "description": "How many numbers were finished in each step, the oldest first.",
            },
        }
    ),
    "FailedTask": _object(
        {
            "task_id": _ID,
            "subject": {**_OPTIONAL_TEXT, "description": "The number, shortened, or the chunk of the list."},
            "error": _OPTIONAL_TEXT,
            "attempts": _COUNT,
            "finished_at": _TIME,
        }
    ),
    "Queues": _object(
        {
            "queues": _object({queue.value: ref("Counts") for queue in Queue}),
            "history": ref("History"),
            "failed": {"type": "array", "items": ref("FailedTask")},
            "next": {
                "type": ["string", "null"],
                "pattern": f"^{limits.TIME_PATTERN}$",
                "description": "The cursor of the next page of failed tasks.",
            },
        }
    ),
    "Verification": _object(
        {
            "valid": {"type": "boolean", "description": "Whether the certificate proves the number prime."},
            "reason": {**_TEXT, "description": "Why it does, or does not."},
            "number": _nullable(_EXACT),
            "kind": {**_OPTIONAL_TEXT, "description": "The kind of certificate; null where it is none."},
        }
    ),
    "Health": _object({"status": {"const": "ok"}}),
    "Problem": _optional(
        _object({"type": _ADDRESS, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT}),
        digits={**_COUNT, "description": "Of a number without a stored result: how many decimal digits it has."},
    ),
}
