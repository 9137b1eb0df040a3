"""The shapes of the contract, as JSON Schema 2020-12: the components of the OpenAPI document."""

from __future__ import annotations

from typing import Any

from chalicelib.api import limits
from chalicelib.tasks import states

Schema = dict[str, Any]

VERDICTS = ["prime", "composite", "not_prime", "probable_prime"]


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _nullable(schema: Schema) -> Schema:
    return {"oneOf": [schema, {"type": "null"}]}


def ref(name: str) -> Schema:
    """Return a reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


_COUNT = {"type": "integer", "minimum": 0}
_TIME = {"type": "string", "format": "date-time"}
_ID = {"type": "string", "format": "uuid"}
_TEXT = {"type": "string"}
_NUMBER = {
    "description": "A JSON integer where it fits 64 bits, decimal digits beyond.",
    "type": ["integer", "string"],
    "minimum": -(2**63),
    "maximum": 2**64 - 1,
    "pattern": "^-?[0-9]+$",
}
_FLAGS = {
    "is_prime": {"type": "boolean", "description": "True for prime and probable_prime."},
    "verdict": {"enum": VERDICTS},
    "proven": {"type": "boolean"},
}

SCHEMAS: Schema = {
    "Number": {
        "description": "An integer of any size, or a string: decimal, hexadecimal (0x1f) or an expression of"
        " the operators + - * ^ ** ! # and parentheses.",
        "type": ["integer", "string"],
        "examples": [11, "2305843009213693951", "0x1f", "2^127-1", "25!+1", "13#-1"],
    },
    "Single": _object({"number": ref("Number")}) | {"additionalProperties": True},
    "List": _object(
        {
            "numbers": {
                "description": "Integers, or decimal or hexadecimal strings.",
                "type": "array",
                "items": {"type": ["integer", "string"]},
                "minItems": 1,
                "maxItems": limits.LIST_NUMBERS,
            }
        }
    )
    | {"additionalProperties": True},
    "Accepted": _object({"status": {"const": "success"}, "task_id": _ID}),
    "Witness": {
        "description": "Why a number is composite: a proper factor, or a base to which it fails the strong test.",
        "oneOf": [
            _object({"factor": {"type": "string", "pattern": "^[0-9]+$"}}),
            _object({"base": {"type": "string", "pattern": "^[0-9]+$"}, "kind": {"const": "strong"}}),
        ],
    },
    "NumberResult": _object(
        {
            "number": _NUMBER,
            **_FLAGS,
            "method": _TEXT,
            "witness": _nullable(ref("Witness")),
            "certificate": _nullable({"type": "string", "format": "uri-reference"}),
            "seconds": {"type": "number", "minimum": 0},
        }
    ),
    "ListResult": _object(
        {
            "total": {"type": "integer", "minimum": 1},
            "primes": _COUNT,
            "composites": _COUNT,
            "results": {"type": "string", "format": "uri-reference"},
        }
    ),
    "Progress": {
        "oneOf": [
            _object({"done": _COUNT, "total": {"type": "integer", "minimum": 1}, "unit": _TEXT}),
            _object({"phase": _TEXT, "seconds": {"type": "number", "minimum": 0}}),
        ]
    },
    "Task": _object(
        {
            "task_id": _ID,
            "status": {"enum": list(states.ALL)},
            "result": {"oneOf": [ref("NumberResult"), ref("ListResult"), {"type": "null"}]},
            "progress": _nullable(ref("Progress")),
            "error": _nullable(_TEXT),
            "attempts": _COUNT,
            "submitted_at": _TIME,
            "started_at": _nullable(_TIME),
            "finished_at": _nullable(_TIME),
            "expires_at": _TIME,
        }
    ),
    "Row": _object({"index": _COUNT, "number": _NUMBER, **_FLAGS, "witness": _nullable(ref("Witness"))}),
    "Results": _object(
        {
            "results": {"type": "array", "items": ref("Row"), "maxItems": limits.MOST_PAGE_ROWS},
            "next": _nullable({"type": "string", "pattern": f"^{limits.CURSOR_PATTERN}$"}),
        }
    ),
    "Counts": _object({"waiting": _COUNT, "in_flight": _COUNT, "delayed": _COUNT}),
    "Queues": _object(
        {
            "queues": _object({name: ref("Counts") for name in ("tasks", "proofs", "dead_letters")}),
            "failed": {
                "type": "array",
                "items": _object(
                    {
                        "task_id": _ID,
                        "error": _nullable(_TEXT),
                        "attempts": _COUNT,
                        "finished_at": _nullable(_TIME),
                    }
                ),
            },
        }
    ),
    "Health": _object({"status": {"const": "ok"}}),
    "Problem": _object(
        {
            "type": {"type": "string", "format": "uri-reference"},
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
        }
    ),
}
