"""The HTTP contract, an OpenAPI 3.1 document: openapi.json in this folder. Tests hold the service to it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "openapi.json"


def document(prefix: str = "") -> dict[str, Any]:
    """Return the document of an API whose paths begin with `prefix`, such as /api."""
    return _contract() | {"servers": [{"url": prefix or "/"}]}


@cache
def _contract() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SOURCE.read_text(encoding="utf-8"))
    return found
