"""The parts that the JSON Schemas of the HTTP contract share."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def object_of(properties: Schema) -> Schema:
    """Return the schema of an object that has all of these properties and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def nullable(schema: Schema) -> Schema:
    """Return the schema of a value that may be null."""
    return {"oneOf": [schema, {"type": "null"}]}


def optional(schema: Schema, **properties: Schema) -> Schema:
    """Return the schema of an object with properties that it may have."""
    return schema | {"properties": schema["properties"] | properties}


def cursor(pattern: str, description: str) -> Schema:
    """Return the schema of the cursor of a next page, null where there is none."""
    return {"type": ["string", "null"], "pattern": f"^{pattern}$", "description": description}


def ref(name: str) -> Schema:
    """Return a reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


# Without a format a generator takes 32 bits for an integer.
COUNT = {"type": "integer", "format": "int64", "minimum": 0}
POSITIVE = {"type": "integer", "format": "int64", "minimum": 1}
TIME = {"type": "string", "format": "date-time"}
ID = {"type": "string", "format": "uuid"}
TEXT = {"type": "string"}
OPTIONAL_TEXT = {"type": ["string", "null"]}
#: What the cursor of most pages is.
NEXT_PAGE = "The cursor of the next page, null after the last. An empty page may have one."
ADDRESS = {"type": "string", "format": "uri-reference"}
DIGITS = {"type": "string", "pattern": "^[0-9]+$"}


def number(minimum: int, maximum: int) -> Schema:
    """Return the schema of an integer that is text where JSON's integers are not exact."""
    return {
        "description": f"A JSON integer from {minimum} to {maximum}, decimal digits beyond.",
        "type": ["integer", "string"],
        "minimum": minimum,
        "maximum": maximum,
        "pattern": "^-?[0-9]+$",
    }
