"""Keeps how MiniStack has parsed an INSERT of PartiQL: its parser takes a quarter of the emulator's time under load.

The service writes results by statements that are the same but for their parameters.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ministack.services import dynamodb

from infra.emulator.replacement import replace

#: Statements whose form is kept; the service has a few.
MAX_STATEMENTS = 256


def keep_parsed() -> None:
    """Have a statement parsed once if it is an INSERT whose values are all parameters."""

    @lru_cache(MAX_STATEMENTS)
    def parsed_insert(text: str) -> tuple[dict[str, Any], list[str]] | None:
        """Return a parsed INSERT without its item, and the names of the item's values; None for other statements."""
        if not text.lstrip().upper().startswith("INSERT"):
            return None
        places: list[dict[str, str]] = [{"S": str(place)} for place in range(text.count("?"))]
        try:
            parsed = parse(text, places)
        except ValueError:  # it is parsed again with its own parameters, for the error
            return None
        item = parsed["item"]
        is_of_parameters = [*map(id, item.values())] == [*map(id, places)]
        return ({**parsed, "item": None}, [*item]) if is_of_parameters else None

    def parse_once(text: str, parameters: Sequence[Any] | None) -> dict[str, Any]:
        found = parsed_insert(text)
        if found is None or len(found[1]) != len(parameters or ()):
            result: dict[str, Any] = parse(text, parameters)
            return result
        return {**found[0], "item": dict(zip(found[1], parameters or (), strict=True))}

    parse = replace(dynamodb, "parse_partiql_statement", parse_once)
