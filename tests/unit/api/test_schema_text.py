import re
from html import unescape

import pytest

from chalicelib.api.schema_text import Schema, prose, type_text


def test_a_text_is_never_markup_except_for_code_between_backticks() -> None:
    assert prose("`a<b>` & <script>") == "<code>a&lt;b&gt;</code> &amp; &lt;script&gt;"
    assert "<b>" not in type_text({"type": "string", "pattern": "<b>", "format": "<b>", "default": "<b>"})
    assert "<b>" not in type_text({"enum": ["<b>"]})


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": ["integer", "null"], "minimum": 0}, "integer or null, at least 0"),
        ({"type": "array", "items": {"$ref": "#/a/Task"}, "maxItems": 9000}, "array of Task, at most 9,000"),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 9, "maxItems": 9}, "array of integer, 9"),
        ({"oneOf": [{"const": 1}, {"type": "null"}]}, "1 or null"),
        ({"enum": ["a", "b"], "default": "a"}, "a, b; a by default"),
        ({"type": "object", "properties": {"n": {"type": "string", "pattern": "^x$"}}}, "object of n: string ^x$"),
        ({"type": "integer", "default": 5}, "integer; 5 by default"),
        ({}, "any"),
    ],
)  # fmt: skip
def test_a_schema_is_said_in_words(schema: Schema, text: str) -> None:
    assert unescape(re.sub(r"<[^>]+>", "", type_text(schema))) == text
