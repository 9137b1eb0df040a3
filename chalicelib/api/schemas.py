"""The JSON Schemas (2020-12) of the HTTP contract: the components of the OpenAPI document."""

from __future__ import annotations

from chalicelib.api import limits
from chalicelib.api.queue_schemas import QUEUE_SCHEMAS
from chalicelib.api.schema_parts import (
    ADDRESS,
    COUNT,
    DIGITS,
    ID,
    NEXT_PAGE,
    OPTIONAL_TEXT,
    POSITIVE,
    TEXT,
    TIME,
    Schema,
    cursor,
    nullable,
    number,
    object_of,
    optional,
    ref,
)
from chalicelib.factorization.notation import METHODS
from chalicelib.primality.direction import Direction
from chalicelib.primality.result import Verdict
from chalicelib.tasks.status import Status

#: What every JSON parser reads exactly. Source: RFC 8259, section 6.
_EXACT = {**number(1 - 2**53, 2**53 - 1), "format": "int64"}
_VERDICT = {
    "is_prime": {"type": "boolean", "description": "True for prime and probable_prime."},
    "verdict": {"enum": list(Verdict)},
    "proven": {"type": "boolean", "description": "False for probable_prime only."},
}
_EXPECTED = nullable(TIME) | {"description": "When the next result is expected, null where there is none to come."}
_FACTORS: Schema = {
    "factors": {
        "type": "array",
        "items": ref("Factor"),
        "description": "Where factors are asked for of a number above 1: those that are known, the least first.",
    },
    "complete": {"type": "boolean", "description": "Whether all prime factors are known."},
    "cofactor": nullable(ref("Cofactor")) | {"description": "What is left; null where all factors are known."},
}
_PLACES = {"type": "array", "items": COUNT, "description": "Places in the result's `factors`; 0 is the cofactor."}
_SEARCH: Schema = {
    "find": {"enum": list(Direction), "description": "Where a prime was searched for: which one."},
    "of": _EXACT | {"description": "The number that was sent. `expression` is one of the prime then."},
    "distance": POSITIVE | {"description": "How far the prime is from that number."},
}
_FIND = {
    "enum": list(Direction),
    "description": "Find the least prime above the number, or the greatest below it; not with `factors`.",
}
_ASKED = {"type": "boolean", "default": False, "description": "Whether to find all prime factors as well."}
_EXPRESSION = {
    **OPTIONAL_TEXT,
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
    "NumberSubmission": optional(object_of({"number": ref("NumberInput")}), factors=_ASKED, find=_FIND),
    "ListSubmission": optional(
        object_of(
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
    "Accepted": object_of({"status": {"const": "success"}, "task_id": ID, "expected_at": _EXPECTED}),
    "Witness": {
        "description": "Why a number is composite: a proper factor, or a base for which it fails the strong test.",
        "oneOf": [object_of({"factor": DIGITS}), object_of({"base": DIGITS, "kind": {"const": "strong"}})],
    },
    "Factor": object_of(
        {
            "number": _EXACT,
            "exponent": POSITIVE,
            "is_prime": {"type": "boolean", "description": "False for a part whose factors were not found."},
            "proven": {"type": "boolean", "description": "Whether that is certain."},
            "method": {"enum": list(METHODS.values()), "description": "How it was found."},
            "certificate": {"type": ["string", "null"], "format": "uri-reference"},
        }
    ),
    "Cofactor": object_of({"number": _EXACT, "verdict": {"const": Verdict.COMPOSITE}}),
    "Part": object_of({"notation": TEXT, "factors": _PLACES}),
    "NumberResult": optional(
        object_of(
            {
                "number": number(-(2**63), 2**64 - 1),
                "number_text": {
                    "type": "string",
                    "pattern": "^-?[0-9]+$",
                    "description": "The digits of `number`, for parsers that round an integer of more than 53 bits.",
                },
                **_VERDICT,
                "method": {"type": "string", "description": "The test or theorem that decided."},
                "witness": nullable(ref("Witness")),
                "certificate": {"type": ["string", "null"], "format": "uri-reference"},
                "seconds": {"type": "number", "minimum": 0, "description": "The time of the computation."},
                "expression": _EXPRESSION,
            }
        ),
        computed_at={**TIME, "description": "When a stored result was computed: a result of an earlier task."},
        **_FACTORS,
        parts={"type": "array", "items": ref("Part"), "description": "Divisors that the form of the expression shows."},
        **_SEARCH,
    ),
    "ListSummary": object_of(
        {
            "total": POSITIVE,
            "primes": {**COUNT, "description": "How many are prime or probable_prime."},
            "probable_primes": {**COUNT, "description": "How many of `primes` are probable_prime."},
            "composites": {**COUNT, "description": "How many are composite or not_prime."},
            "results": ADDRESS,
        }
    ),
    "Progress": {
        "oneOf": [
            object_of({"done": COUNT, "total": POSITIVE, "unit": TEXT}),
            optional(
                object_of({"phase": TEXT, "seconds": {"type": "number", "minimum": 0}}),
                searched={**COUNT, "description": "Of a search: the distance within which there is no prime."},
                chain={
                    "type": "array",
                    "items": POSITIVE,
                    "description": "Of a proof by elliptic curves: the bits of the primes of its chain so far.",
                },
            ),
            object_of(
                {
                    "phase": {**TEXT, "description": "The method that looks for factors."},
                    "seconds": {"type": "number", "minimum": 0},
                    "done": COUNT,
                    "total": POSITIVE,
                    "unit": {**TEXT, "description": "`curves` of ECM, or `percent` of the quadratic sieve."},
                }
            ),
        ]
    },
    "Task": object_of(
        {
            "task_id": ID,
            "status": {"enum": list(Status)},
            "result": {"oneOf": [ref("NumberResult"), ref("ListSummary"), {"type": "null"}]},
            "progress": nullable(ref("Progress")),
            "error": {**OPTIONAL_TEXT, "description": "Why the last attempt, or the task, failed."},
            "attempts": COUNT,
            "submitted_at": TIME,
            "started_at": nullable(TIME),
            "expected_at": _EXPECTED,
            "late": {"type": "boolean", "description": "Whether that is later than the first estimate."},
            "finished_at": nullable(TIME),
            "expires_at": TIME,
        }
    ),
    "ListResult": optional(
        object_of(
            {
                "index": COUNT,
                "number": _EXACT,
                **_VERDICT,
                "witness": nullable(ref("Witness")),
                "expression": _EXPRESSION,
            }
        ),
        **_FACTORS,
    ),
    "Results": object_of(
        {
            "results": {"type": "array", "items": ref("ListResult"), "maxItems": limits.MAX_PAGE_RESULTS},
            "next": cursor(limits.CURSOR_PATTERN, NEXT_PAGE),
            "complete": {
                "type": "boolean",
                "description": "Whether all numbers of the list were finished when the page was read.",
            },
        }
    ),
    **QUEUE_SCHEMAS,
    "Verification": object_of(
        {
            "valid": {"type": "boolean", "description": "Whether the certificate proves the number prime."},
            "reason": {**TEXT, "description": "Why it does, or does not."},
            "number": nullable(_EXACT),
            "kind": {**OPTIONAL_TEXT, "description": "The kind of certificate; null where it is none."},
        }
    ),
    "Health": object_of({"status": {"const": "ok"}}),
    "Problem": optional(
        object_of({"type": ADDRESS, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT}),
        digits={**COUNT, "description": "Of a number without a stored result: how many decimal digits it has."},
    ),
}
