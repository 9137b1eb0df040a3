"""JSON Schemas (2020-12) in words, as HTML. It knows the keywords that the document of this API uses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import escape
from typing import Any

Schema = dict[str, Any]


def prose(text: str) -> str:
    """Return a text as HTML; what it has between backticks is code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))


def reference(name: str) -> str:
    """Return a link to a schema."""
    return f'<a href="#schema-{escape(name)}">{escape(name)}</a>'


def properties(rows: Iterable[tuple[str, str, str]]) -> str:
    """Return a table of names, their types as HTML, and what they mean."""
    body = "".join(
        f'<tr><th scope="row"><code>{escape(name)}</code></th><td>{kind}</td><td>{prose(meaning)}</td></tr>'
        for name, kind, meaning in rows
    )
    return f"<table><thead><tr><th>Name</th><th>Type</th><th>Meaning</th></tr></thead><tbody>{body}</tbody></table>"


def type_text(schema: Schema) -> str:
    """Return what a value of a schema is."""
    return _kind(schema) + (f"; {_code(schema['default'])} by default" if "default" in schema else "")


def _kind(schema: Schema) -> str:
    if "$ref" in schema:
        return reference(schema["$ref"].rpartition("/")[2])
    if "oneOf" in schema:
        return " or ".join(map(type_text, schema["oneOf"]))
    if "const" in schema or "enum" in schema:
        return ", ".join(map(_code, schema.get("enum", [schema.get("const")])))
    if schema.get("type") == "array":
        return f"array of {type_text(schema['items'])}{_bounds(schema, 'minItems', 'maxItems')}"
    if "properties" in schema:
        inner = (f"<code>{escape(name)}</code>: {type_text(each)}" for name, each in schema["properties"].items())
        return f"object of {', '.join(inner)}"
    types = schema.get("type", "any")
    text = " or ".join(types) if isinstance(types, list) else str(types)
    text += f" ({escape(schema['format'])})" if "format" in schema else ""
    text += f" {_code(schema['pattern'])}" if "pattern" in schema else ""
    return text + _bounds(schema, "minimum", "maximum")


def _bounds(schema: Schema, least: str, most: str) -> str:
    low, high = schema.get(least), schema.get(most)
    if low is not None and low == high:
        return f", {low:,}"
    words = [f"at least {low:,}"] if low is not None else []
    words += [f"at most {high:,}"] if high is not None else []
    return "".join(f", {word}" for word in words)


def _code(value: object) -> str:
    return f"<code>{escape(value if isinstance(value, str) else json.dumps(value))}</code>"
