"""What clients send, read and checked once: after this, a submission is right."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from chalicelib.api import limits
from chalicelib.errors import BadRequest, ContentTooLarge, UnsupportedMediaType
from chalicelib.numbers.expressions import parse
from chalicelib.numbers.integers import NotANumber, TooLarge, parse_integer


class Digits(str):
    """A JSON integer as it was written: of any size, and never a float on its way."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """A number, or a list of them."""

    numbers: list[int]
    is_list: bool


def read_submission(body: bytes | str, content_type: str | None, max_digits: int) -> Submission:
    """Return what a body submits.

    Raises UnsupportedMediaType where it is not JSON, ContentTooLarge where it is over a limit and
    BadRequest where it is anything else than `{"number": N}` or `{"numbers": [N, …]}`.
    """
    media_type = (content_type or limits.JSON).split(";")[0].strip().lower()
    if media_type != limits.JSON:
        raise UnsupportedMediaType(f"Send JSON with the header Content-Type: {limits.JSON}.")
    if len(body) > limits.BODY_BYTES:
        raise ContentTooLarge(f"A body has at most {limits.BODY_BYTES:,} bytes: send several lists.")
    document = _json(body)
    if not isinstance(document, dict) or ("number" in document) == ("numbers" in document):
        raise BadRequest('Send a JSON object with one field, {"number": 11} or {"numbers": [11, 12]}.')
    if "number" in document:
        return Submission([_number(document["number"], parse, max_digits)], is_list=False)
    return Submission(_list(document["numbers"], max_digits), is_list=True)


def _json(body: bytes | str) -> Any:  # noqa: ANN401 - whatever JSON can hold
    try:
        text = body.decode("utf-8") if isinstance(body, bytes) else body
        return json.loads(text, parse_int=Digits, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadRequest('The body is not JSON: send an object such as {"number": 11}.') from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _list(items: Any, max_digits: int) -> list[int]:  # noqa: ANN401 - whatever JSON can hold
    if not isinstance(items, list) or not items:
        raise BadRequest('"numbers" must be a list of at least one number, such as [11, "0x1f"].')
    if len(items) > limits.LIST_NUMBERS:
        raise ContentTooLarge(f"A list has at most {limits.LIST_NUMBERS:,} numbers: send several lists.")
    numbers = []
    for index, item in enumerate(items):
        try:
            numbers.append(_number(item, parse_integer, max_digits))
        except (BadRequest, ContentTooLarge) as error:
            raise type(error)(f"numbers[{index}]: {error.detail}") from error
    return numbers


def _number(value: Any, read: Callable[[str, int], int], max_digits: int) -> int:  # noqa: ANN401 - whatever JSON can hold
    if not isinstance(value, str):
        kind = "true and false are no numbers" if isinstance(value, bool) else f"{_kind(value)} is no integer"
        raise BadRequest(f'{kind}: send an integer such as 11, or a string such as "11" or "0xb".')
    try:
        return (parse_integer if type(value) is Digits else read)(value, max_digits)
    except TooLarge as error:
        raise ContentTooLarge(str(error)) from error
    except NotANumber as error:
        raise BadRequest(str(error)) from error


def _kind(value: object) -> str:
    if value is None:
        return "null"
    return {float: "a number with a fraction or an exponent", list: "a list", dict: "an object"}[type(value)]


def read_wait(prefer: str | None) -> int | None:
    """Return the seconds that `Prefer: wait=N` asks for, capped, or None (RFC 7240, section 4.3)."""
    found = re.search(r"(?:^|[,;\s])wait\s*=\s*\"?([0-9]{1,9})\"?\s*(?:$|[,;])", prefer or "", re.ASCII | re.IGNORECASE)
    return min(int(found[1]), limits.WAIT_SECONDS) if found else None


def read_key(key: str | None) -> str | None:
    """Return an Idempotency-Key, or None where there is none; raise BadRequest for one that cannot be."""
    if key is not None and not re.fullmatch(limits.KEY_PATTERN, key, re.ASCII):
        raise BadRequest("An Idempotency-Key has 1 to 255 visible ASCII characters, such as a UUID.")
    return key


def read_page(query: Mapping[str, str]) -> tuple[int, int, int]:
    """Return the chunk, the offset in it and the number of rows that a page of results is to have."""
    cursor = re.fullmatch(limits.CURSOR_PATTERN, query.get("cursor", "1.0"), re.ASCII)
    if not cursor:
        raise BadRequest('That is no cursor: send the one that "next" gave, or none for the first page.')
    limit = query.get("limit", str(limits.PAGE_ROWS))
    if not re.fullmatch("[0-9]{1,5}", limit, re.ASCII) or not 1 <= int(limit) <= limits.MOST_PAGE_ROWS:
        raise BadRequest(f'"limit" is a whole number from 1 to {limits.MOST_PAGE_ROWS}.')
    return int(cursor[1]), int(cursor[2]), int(limit)


def read_choice(query: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """Return a query parameter that is one of a few words, the first of them by default."""
    value = query.get(name, choices[0])
    if value not in choices:
        raise BadRequest(f'"{name}" is one of: {", ".join(choices)}.')
    return value
