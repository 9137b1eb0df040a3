"""Parses and validates requests. What these functions return is valid."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NoReturn
from urllib.parse import unquote

from chalicelib.api import limits
from chalicelib.api.headers import JSON
from chalicelib.errors import InvalidInput, LimitExceeded, NotFound, NotJSON
from chalicelib.numbers.cost import MAX_SEARCH_DIGITS
from chalicelib.primality.direction import Direction
from chalicelib.service.read import NO_TASK
from chalicelib.service.submit import ListSubmission, NumberSubmission, Submission
from chalicelib.tasks import ids
from primes_core.notation.budget import Budget
from primes_core.notation.expressions import MAX_LIST_SECONDS, parse
from primes_core.notation.integers import NotANumber, TooLarge, ceiling, parse_integer, shortened, too_many_digits
from primes_core.notation.ranges import SIGN, parse_range
from primes_core.notation.tokens import in_ascii, is_integer

#: The fields of a submission.
SUBMISSION_FIELDS = frozenset({"number", "numbers", "factors", "find", "known_factors"})
_FIELDS = '"factors", "find" or "known_factors" may stand beside "number", "factors" beside "numbers".'

#: Digits whose conversion takes a tenth of a millisecond. It is Python's default limit; where another one is set, no
#: integer is converted before its size is checked.
MAX_CONVERTED_DIGITS = 4_300
#: The size of a decimal digit: log2(10).
BITS_PER_DIGIT = 3.322


class Digits(str):
    """A JSON integer as it was written: of any size, and never converted to a float."""

    __slots__ = ()


def read_submission(body: bytes | str, content_type: str | None, max_digits: int) -> Submission:
    """Return what a body submits: `{"number": N}` or `{"numbers": [N, …]}`, both with `"factors": true` or without.

    A number may have `"find": "next"` or `"previous"` instead.

    Raises:
        NotJSON: the media type is not JSON.
        LimitExceeded: the body, the list or a number is too large.
        InvalidInput: the body is anything else.
    """
    media_type = (content_type or JSON).split(";")[0].strip().lower()
    if media_type != JSON:
        raise NotJSON(f"Send JSON with the header Content-Type: {JSON}.")
    if len(body) > limits.MAX_BODY_BYTES:
        raise LimitExceeded(f"A body has at most {limits.MAX_BODY_BYTES:,} bytes: send several lists.")
    document = _document(body)
    if not isinstance(document, dict) or ("number" in document) == ("numbers" in document):
        raise InvalidInput('Send a JSON object with one field, {"number": 11} or {"numbers": [11, 12]}.')
    unknown = sorted(document.keys() - SUBMISSION_FIELDS)
    if unknown:
        raise InvalidInput(f"The field {json.dumps(unknown[0][:40])} does not exist: leave it out. {_FIELDS}")
    factors = document.get("factors", False)
    if not isinstance(factors, bool):
        raise InvalidInput(
            '"factors" must be true or false: send {"number": 91, "factors": true} for the prime factors.'
        )
    if "known_factors" in document:
        return _with_known_factors(document, max_digits)
    if "find" in document:
        return _search(document, max_digits)
    submission = (
        _number(document["number"], max_digits) if "number" in document else _list(document["numbers"], max_digits)
    )
    return replace(submission, factors=True) if factors else submission


def _document(body: bytes | str) -> Any:  # noqa: ANN401 - any JSON value
    try:
        text = body.decode("utf-8") if isinstance(body, bytes) else body
        return _with_integers(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput('The body is not JSON: send an object such as {"number": 11}.') from error


def _with_integers(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value. Its integers are int if Python may convert all of them, otherwise Digits.

    The conversion in the parser's own code is ten times as fast as one by one.

    Raises:
        ValueError: the text is not JSON.
    """
    if 0 < sys.get_int_max_str_digits() <= MAX_CONVERTED_DIGITS:
        try:
            return json.loads(text, parse_constant=_refuse_constant)
        except json.JSONDecodeError:
            raise
        except ValueError:  # an integer has more digits
            pass
    return json.loads(text, parse_int=Digits, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _number(value: Any, max_digits: int) -> NumberSubmission:  # noqa: ANN401 - any JSON value
    if isinstance(value, str) and SIGN in value:
        raise InvalidInput('A range is a list: send it as {"numbers": ["10^12..10^12+1000"]}.')
    (number,) = _parse(value, max_digits, None)
    is_expression = isinstance(value, str) and not is_integer(value)
    return NumberSubmission(number, in_ascii(value) if is_expression else None)


def _search(document: dict[str, Any], max_digits: int) -> NumberSubmission:
    find = document["find"]
    if "numbers" in document or document.get("factors"):
        raise InvalidInput('"find" belongs to one number, without "factors": send {"number": 100, "find": "next"}.')
    if find not in list(Direction):
        raise InvalidInput('"find" must be "next" or "previous": send {"number": 100, "find": "next"}.')
    submission = _number(document["number"], min(max_digits, MAX_SEARCH_DIGITS))
    if find == Direction.PREVIOUS and submission.number <= 2:
        raise InvalidInput("There is no prime below 2: send a number above 2 for the previous prime.")
    return replace(submission, find=Direction(find))


def _with_known_factors(document: dict[str, Any], max_digits: int) -> NumberSubmission:
    values = document["known_factors"]
    if "number" not in document or "find" in document:
        raise InvalidInput('"known_factors" belongs to one number, without "find".')
    if not isinstance(values, list) or not 0 < len(values) <= limits.MAX_KNOWN_FACTORS:
        raise InvalidInput(
            f'"known_factors" must be a list of 1 to {limits.MAX_KNOWN_FACTORS} factors: send {{"number": 91,'
            ' "known_factors": [7]}.'
        )
    submission, budget, factors = _number(document["number"], max_digits), Budget(MAX_LIST_SECONDS), list[int]()
    # Together the factors of a neighbour are no larger than it, so that a test of all takes no longer than one of N.
    rests = {sign: submission.number + sign for sign in (-1, 1)}
    for index, value in enumerate(values):
        where = f"known_factors[{index}]"
        if isinstance(value, str) and SIGN in value:
            raise InvalidInput(f"{where} is a range: send its factors one by one.")
        try:
            (factor,) = _parse(value, max_digits, budget)
        except (InvalidInput, LimitExceeded) as error:
            raise type(error)(f"{where}: {error.detail}") from error
        shown = f"{where}, {shortened(factor)},"
        if not 1 < factor < submission.number:
            raise InvalidInput(f"{shown} is not a proper factor: send a factor above 1 and below the number.")
        if submission.number % factor:
            neighbour = next((each for each, rest in rests.items() if rest % factor == 0), None)
            if neighbour is None:
                raise InvalidInput(
                    f"{shown} does not divide the number N. It does not divide N - 1 or N + 1 either, after the factors"
                    " before it: leave it out."
                )
            rests[neighbour] //= factor
        factors.append(factor)
    return replace(submission, factors=True, known_factors=tuple(factors))


def _list(items: Any, max_digits: int) -> ListSubmission:  # noqa: ANN401 - any JSON value
    if not isinstance(items, list) or not items:
        raise InvalidInput('"numbers" must be a list of at least one number, such as [11, "0x1f", "2^61-1"].')
    if len(items) > limits.MAX_LIST_NUMBERS:
        raise LimitExceeded(f"A list has at most {limits.MAX_LIST_NUMBERS:,} numbers: send several lists.")
    if set(map(type, items)) == {int} and max(items) < ceiling(max_digits) and min(items) > -ceiling(max_digits):
        return ListSubmission(items)
    budget = Budget(MAX_LIST_SECONDS)
    numbers: list[int] = []
    expressions: dict[int, str] = {}
    bits_left = limits.MAX_LIST_DIGITS * BITS_PER_DIGIT
    for index, item in enumerate(items):
        try:
            found = _parse(item, max_digits, budget)
        except (InvalidInput, LimitExceeded) as error:
            raise type(error)(f"numbers[{index}]: {error.detail}") from error
        is_range, room = isinstance(found, range), limits.MAX_LIST_NUMBERS - len(numbers)
        size = found.stop - found.start if isinstance(found, range) else 1
        if size > room:
            raise LimitExceeded(
                f"numbers[{index}]: a list has at most {limits.MAX_LIST_NUMBERS:,} numbers, those of ranges included:"
                f" {room:,} more fit. Send several lists."
            )
        bits_left -= size * max(found[0].bit_length(), found[-1].bit_length())
        if bits_left < 0:
            raise LimitExceeded(
                f"The numbers of a list have at most {limits.MAX_LIST_DIGITS:,} decimal digits together. The first"
                f" {index:,} of these {len(items):,} fit: send several lists."
            )
        if type(item) is str and not is_range and not is_integer(item):
            expressions[len(numbers)] = in_ascii(item)
        numbers.extend(found)
    return ListSubmission(numbers, expressions)


def _parse(value: Any, max_digits: int, budget: Budget | None) -> Sequence[int]:  # noqa: ANN401 - any JSON value
    """Return the number of a value, or the numbers of a range."""
    try:
        if type(value) is int:
            return [_bounded(value, max_digits)]
        if type(value) is Digits:
            return [parse_integer(value, max_digits)]
        _require_text(value)
        return parse_range(value, max_digits, budget) if SIGN in value else [parse(value, max_digits, budget)]
    except TooLarge as error:
        raise LimitExceeded(str(error)) from error
    except NotANumber as error:
        raise InvalidInput(str(error)) from error


def _bounded(number: int, max_digits: int) -> int:
    if abs(number) >= ceiling(max_digits):
        raise too_many_digits(max_digits)
    return number


def _require_text(value: Any) -> None:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return
    names = {float: "a number with a fraction or an exponent", list: "a list", dict: "an object", bool: "a boolean"}
    kind = "null" if value is None else names[type(value)]
    raise InvalidInput(f'{kind} is not an integer: send an integer such as 11, or a string such as "11" or "0xb".')


def read_notation(text: str, max_digits: int) -> NumberSubmission:
    """Return the number that a part of a path names, such as 2%5E127-1.

    Raises:
        LimitExceeded: the number is too large.
        InvalidInput: the text is not a number.
    """
    return _number(unquote(text), max_digits)


def read_linked(text: str, max_digits: int) -> NumberSubmission:
    """Return the number that a path names, if the path could also name a task.

    Raises:
        NotFound: the text is not a number, or begins with what has the form of an id.
    """
    if ids.is_shaped(text.partition("/")[0]):
        raise NotFound(NO_TASK)
    try:
        return read_notation(text, max_digits)
    except (InvalidInput, LimitExceeded) as error:
        raise NotFound(NO_TASK) from error


def read_wait(prefer: str | None) -> int | None:
    """Return the seconds of `Prefer: wait=N`, at most the limit, or None (RFC 7240, section 4.3)."""
    found = re.search(r"(?:^|[,;\s])wait\s*=\s*\"?([0-9]{1,9})\"?\s*(?:$|[,;])", prefer or "", re.ASCII | re.IGNORECASE)
    return min(int(found[1]), limits.MAX_WAIT_SECONDS) if found else None


def read_key(key: str | None) -> str | None:
    """Return the Idempotency-Key, or None if the request has none.

    Raises:
        InvalidInput: it has other characters or another length than a key may have.
    """
    if key is not None and not re.fullmatch(limits.KEY_PATTERN, key, re.ASCII):
        raise InvalidInput("An Idempotency-Key has 1 to 255 visible ASCII characters, such as a UUID.")
    return key
