"""The page at /docs: the OpenAPI document as HTML for people, without a script and without another file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shlex
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from chalicelib.api import openapi
from chalicelib.api.headers import NOSNIFF, Headers
from chalicelib.api.schema_text import properties, prose, reference, type_text

Object = dict[str, Any]

#: How long a browser shows the page without a request, in seconds, as that of the page for numbers.
MAX_AGE_SECONDS = 300
METHODS = ("get", "post", "delete")
STYLE = (Path(__file__).parent / "reference.css").read_text(encoding="utf-8")
HEADERS: Headers = {
    "Cache-Control": f"public, max-age={MAX_AGE_SECONDS}",
    "Content-Security-Policy": "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none';"
    f" style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'",
    "Content-Type": "text/html; charset=utf-8",
    "Referrer-Policy": "no-referrer",
    **NOSNIFF,
}
#: A longer example in JSON has a line for each field.
MAX_LINE_CHARACTERS = 100
#: A list of numbers, which JSON with an indent has on as many lines.
_SCALARS = re.compile(r"\[\s+([^\[\]{}]+?)\s+\]")


@cache
def page() -> str:
    """Return the page. Its links are relative, so that it is the same under every prefix, such as /api."""
    document = openapi.document()
    info = document["info"]
    operations = [
        (
            path,
            method,
            item[method] | {"parameters": [*item.get("parameters", []), *item[method].get("parameters", [])]},
        )
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]
    title = escape(f"{info['title']} The HTTP API")
    body = [
        '<header><p><a href="./">Back to the page</a></p>',
        f"<h1>{title}</h1><p>Version {escape(info['version'])}. {prose(info['description'])}</p>",
        f"<p>{_ADVICE}</p></header>",
        f'<nav aria-label="Contents">{"".join(_contents(tag, operations) for tag in document["tags"])}',
        '<h2>Also</h2><ul><li><a href="#errors">Errors</a></li><li><a href="#schemas">Schemas</a></li></ul></nav>',
        "<main>",
        *(_operation(path, method, operation) for path, method, operation in operations),
        _errors(document["components"]["responses"]),
        _schemas(document["components"]["schemas"]),
        "</main>",
    ]
    return _FRAME.format(title=title, style=STYLE, body="\n".join(body))


_ADVICE = (
    'Programs can read the same document: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1). In the commands,'
    " <code>$URL</code> is the address of the service without a slash at the end. A deployed service also requires the"
    ' key of your usage plan: <code>--header "x-api-key: $KEY"</code>.'
)
_FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def _contents(tag: Object, operations: list[tuple[str, str, Object]]) -> str:
    rows = "".join(
        f'<li><a href="#{operation["operationId"]}">{_address(path, method)} {escape(operation["summary"])}</a></li>'
        for path, method, operation in operations
        if tag["name"] in operation["tags"]
    )
    return f"<h2>{escape(tag['name'].capitalize())}</h2><p>{prose(tag['description'])}</p><ul>{rows}</ul>"


def _address(path: str, method: str) -> str:
    return f"<code><b>{method.upper()}</b> {escape(path)}</code>"


def _operation(path: str, method: str, operation: Object) -> str:
    key = "A deployed service requires the API key." if operation["security"] else "It needs no API key."
    parts = [
        f'<section id="{operation["operationId"]}"><h2>{_address(path, method)} {escape(operation["summary"])}</h2>',
        f"<p>{prose(operation['description'])} {key}</p>",
        f"<pre>{escape(_command(path, method, operation))}</pre>",
    ]
    if parameters := operation["parameters"]:
        rows = [
            (each["name"], f"{each['in']}, {type_text(each['schema'])}", each["description"]) for each in parameters
        ]
        parts.append("<h3>Parameters</h3>" + properties(rows))
    if body := operation.get("requestBody"):
        parts.append("<h3>Body</h3>" + _media(body["content"]))
    parts.append("<h3>Responses</h3><dl>")
    errors = []
    for status, response in sorted(operation["responses"].items()):
        if "$ref" in response:
            errors.append(f'<a href="#error-{status}">{status}</a>')
            continue
        headers = ", ".join(f"<code>{escape(name)}</code>" for name in response.get("headers", {}))
        shown = f" Headers: {headers}." if headers else ""
        parts.append(f"<dt>{status}</dt><dd><p>{prose(response['description'])}{shown}</p>")
        parts.append(f"{_media(response.get('content', {}))}</dd>")
    parts.append(f"<dt>Errors</dt><dd><p>{', '.join(errors)}</p></dd></dl></section>")
    return "".join(parts)


def _command(path: str, method: str, operation: Object) -> str:
    """Return a call of curl, with the examples of the document."""
    for parameter in operation["parameters"]:
        examples = parameter["schema"].get("examples")
        if parameter["in"] == "path" and examples:
            path = path.replace(f"{{{parameter['name']}}}", examples[0])
    words = ["curl"] if method == "get" else ["curl", "--request", method.upper()]
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        example = next(iter(_examples(content).values()))
        data = example if isinstance(example, str) else json.dumps(example)
        words += ["--header", shlex.quote(f"Content-Type: {media_type}"), "--data", shlex.quote(data)]
    return " ".join([*words, f'"$URL{path}"'])


def _examples(content: Object) -> dict[str, Any]:
    """Return the examples of a body, by what they show."""
    if "example" in content:
        return {"": content["example"]}
    return {each["summary"]: each["value"] for each in content.get("examples", {}).values()}


def _media(contents: Object) -> str:
    """Return the bodies of a request or a response: their media types, schemas and examples."""
    parts = []
    for media_type, content in contents.items():
        schema = content.get("schema", {})
        named = f": {type_text(schema)}" if "$ref" in schema or "oneOf" in schema else ""
        parts.append(f"<p><code>{escape(media_type)}</code>{named}</p>")
        parts += [_example(summary, value) for summary, value in _examples(content).items()]
    return "".join(parts)


def _example(summary: str, value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    if not isinstance(value, str) and len(text) > MAX_LINE_CHARACTERS:
        text = json.dumps(value, indent=2)
    text = _SCALARS.sub(lambda found: "[" + " ".join(found[1].split()) + "]", text)
    caption = f"<figcaption>{escape(summary)}</figcaption>" if summary else ""
    return f"<figure>{caption}<pre>{escape(text.strip())}</pre></figure>"


def _errors(responses: Object) -> str:
    parts = [f'<section id="errors"><h2>Errors</h2><p>Each error is a {reference("Problem")}.</p><dl>']
    for status, response in responses.items():
        ((media_type, content),) = response["content"].items()
        parts.append(f'<dt id="error-{status}">{status}</dt><dd><p>{prose(response["description"])}</p>')
        parts.append(_media({media_type: {"example": content["example"]}}) + "</dd>")
    return "".join([*parts, "</dl></section>"])


def _schemas(schemas: Object) -> str:
    parts = ['<section id="schemas"><h2>Schemas</h2>']
    for name, schema in schemas.items():
        parts.append(f'<h3 id="schema-{escape(name)}">{escape(name)}</h3>')
        if "description" in schema:
            parts.append(f"<p>{prose(schema['description'])}</p>")
        if "properties" not in schema:
            parts.append(f"<p>{type_text(schema)}</p>")
            continue
        rows = [
            (
                each,
                type_text(of_type) + ("" if each in schema["required"] else ", optional"),
                of_type.get("description", ""),
            )
            for each, of_type in schema["properties"].items()
        ]
        parts.append(properties(rows))
    return "".join([*parts, "</section>"])
