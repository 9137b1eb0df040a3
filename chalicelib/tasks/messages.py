"""The messages of the queues: a number, or a chunk of a list.

A message is JSON with the field `version`. A decoder ignores fields that it does not know; a change that an older
decoder must not ignore gets a new version. No number is decimal: no size meets Python's limit on decimal digits.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import KW_ONLY, dataclass, field
from math import gcd
from typing import Any

from chalicelib.numbers import chunk_text
from chalicelib.numbers.cost import screening_seconds, search_seconds
from chalicelib.numbers.forms import factoring_seconds_of
from chalicelib.primality.direction import Direction
from chalicelib.tasks import ids
from chalicelib.thresholds import MAX_WORKER_FACTORING_SECONDS

VERSION = 1
#: The version of a message that asks for factors: an older consumer must not finish its task without them.
FACTORS_VERSION = 2
#: The version of a message that asks for the next or the previous prime, which an older consumer would not search for,
#: or whose chunk is a range or words. It has a field for the factors.
SEARCH_VERSION = 3
VERSIONS = (VERSION, FACTORS_VERSION, SEARCH_VERSION)

_HEXADECIMAL = re.compile(r"-?[0-9a-f]+")
_NUMBERS = re.compile(r"=[A-Za-z0-9+/]+=*|-?[0-9a-f]+(?:(?: -?[0-9a-f]+)*|\.\.-?[0-9a-f]+)")


@dataclass(frozen=True, slots=True)
class _Message:
    """The common fields of a number's and a chunk's message."""

    task_id: str
    _: KW_ONLY
    #: When the task expires, in seconds since 1970: it tells which submission of an Idempotency-Key the message is of.
    expires_at: int
    #: How often a client queued the failed task again.
    round: int = 0
    #: The id of the API key that submitted the task, empty where the API requires none.
    caller: str = ""
    #: Whether the prime factors are asked for.
    factors: bool = False
    #: The attempts of the messages that this one takes the place of.
    attempts: int = 0
    #: How often it was put off: sent anew because the table or a queue did not respond.
    put_offs: int = 0
    #: How often it was sent from the dead letters to its first queue again.
    redrives: int = 0


@dataclass(frozen=True, slots=True)
class NumberMessage(_Message):
    """A number to be screened or proven."""

    number: int
    _: KW_ONLY
    #: The expression that the number was sent as, None for plain digits.
    expression: str | None = None
    #: When it is expected to be finished if it is forwarded, in seconds since 1970; None where that is not known.
    expected_at: int | None = None
    #: Which prime next to the number is asked for, None for the number itself.
    find: Direction | None = None
    #: The distance from the number within which there is no prime, as the messages before this one found.
    searched: int = 0
    #: Factors that the client knows, of the number or of one of its neighbours.
    known_factors: tuple[int, ...] = ()

    @property
    def bits(self) -> int:
        """The size of the number."""
        return self.number.bit_length()

    @property
    def screening_seconds(self) -> float:
        """The estimated time of the screening, or of the search, in seconds."""
        return search_seconds(self.bits) if self.find else screening_seconds(self.bits)

    @property
    def factoring_seconds(self) -> float:
        """The estimated time of finding its factors, in seconds; 0 without a request for factors."""
        rest = self.number
        for factor in self.known_factors:
            rest //= gcd(rest, factor)
        return factoring_seconds_of(rest.bit_length(), self.expression) if self.factors else 0.0

    @property
    def seconds(self) -> float:
        """The estimated time of the screening, or of the search, and of the factors that the worker finds."""
        seconds = self.factoring_seconds
        return self.screening_seconds + (seconds if seconds <= MAX_WORKER_FACTORING_SECONDS else 0.0)


@dataclass(frozen=True, slots=True)
class ChunkMessage(_Message):
    """A chunk of a list, to be screened."""

    #: The text of the numbers: see `numbers/chunk_text.py`.
    numbers: str
    #: The chunk's place in the list, from 1.
    chunk: int
    #: How many chunks the list has.
    chunks: int
    #: The index of the chunk's first number in the list.
    first: int
    #: The estimated time of screening, or factoring, all of its numbers, in seconds; it may be too long.
    seconds: float
    #: The expressions that numbers were sent as, by the number's place in the chunk.
    expressions: dict[int, str] | None = None
    #: How many numbers the chunk has.
    count: int = field(init=False)

    def __post_init__(self) -> None:
        """Count the numbers."""
        object.__setattr__(self, "count", chunk_text.count(self.numbers))

    def expression_at(self, place: int) -> str | None:
        """Return the expression that the number with this place in the chunk was sent as, None for plain digits."""
        return (self.expressions or {}).get(place)


Message = NumberMessage | ChunkMessage


class UnreadableMessage(ValueError):
    """The text is not a message that this version of the service can read."""


def encode(message: Message) -> str:
    """Return the body of a message."""
    version = _version(message)
    body: dict[str, Any] = {"version": version, "task_id": message.task_id, "expires_at": message.expires_at}
    if version == SEARCH_VERSION and message.factors:
        body["factors"] = True
    if isinstance(message, NumberMessage):
        body["number"] = f"{message.number:x}"
        if message.expression is not None:
            body["expression"] = message.expression
        if message.expected_at is not None:
            body["expected_at"] = message.expected_at
        if message.known_factors:
            body["known_factors"] = [f"{factor:x}" for factor in message.known_factors]
        if message.find is not None:
            body |= {"find": message.find, "searched": message.searched}
    else:
        names = ("numbers", "chunk", "chunks", "first", "seconds")
        body |= {name: getattr(message, name) for name in names}
        if message.expressions:
            body["expressions"] = message.expressions
    for name in ("round", "caller", "attempts", "put_offs", "redrives"):
        if value := getattr(message, name):
            body[name] = value
    return json.dumps(body, separators=(",", ":"))


def _version(message: Message) -> int:
    if isinstance(message, NumberMessage):
        is_newer = message.find is not None
    else:
        is_newer = message.numbers.startswith(chunk_text.WORDS) or chunk_text.SIGN in message.numbers
    if is_newer:
        return SEARCH_VERSION
    return FACTORS_VERSION if message.factors else VERSION


def decode(body: str) -> Message:
    """Return the message of a body.

    Raises:
        UnreadableMessage: the body is not a message of a version that is known here; the text says why.
    """
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableMessage(f"The body is not JSON: {error}.") from error
    if not isinstance(fields, dict):
        raise UnreadableMessage("The body is not a JSON object.")
    if fields.get("version") not in VERSIONS:
        raise UnreadableMessage(
            f"The version is {fields.get('version')!r}; this consumer reads versions 1 to {VERSIONS[-1]}."
        )
    task_id = fields.get("task_id")
    if not isinstance(task_id, str) or not ids.is_well_formed(task_id):
        raise UnreadableMessage("The task_id is not an id of this service.")
    return _number_message(task_id, fields) if "number" in fields else _chunk_message(task_id, fields)


def _number_message(task_id: str, fields: dict[str, Any]) -> NumberMessage:
    number, expression = fields["number"], fields.get("expression")
    if not isinstance(number, str) or not _HEXADECIMAL.fullmatch(number):
        raise UnreadableMessage("The number is not hexadecimal.")
    if not isinstance(expression, str | None):
        raise UnreadableMessage("The expression is not text.")
    return NumberMessage(
        task_id,
        int(number, 16),
        expression=expression,
        expected_at=_count(fields, "expected_at") or None,
        find=_direction(fields) if fields["version"] == SEARCH_VERSION else None,
        searched=_count(fields, "searched"),
        known_factors=_known_factors(fields),
        **_common(fields),
    )


def _known_factors(fields: dict[str, Any]) -> tuple[int, ...]:
    factors = fields.get("known_factors", [])
    if not isinstance(factors, list) or not all(
        isinstance(each, str) and _HEXADECIMAL.fullmatch(each) for each in factors
    ):
        raise UnreadableMessage("The known factors are not hexadecimal.")
    return tuple(int(factor, 16) for factor in factors)


def _chunk_message(task_id: str, fields: dict[str, Any]) -> ChunkMessage:
    numbers = fields.get("numbers")
    if not isinstance(numbers, str) or not _NUMBERS.fullmatch(numbers):
        raise UnreadableMessage("The numbers are not what `chunk_text.write` writes.")
    if chunk_text.count(numbers) < 1:
        raise UnreadableMessage("There is no number.")
    chunk, chunks = _count(fields, "chunk"), _count(fields, "chunks")
    if not 1 <= chunk <= chunks:
        raise UnreadableMessage(f"There is no chunk {chunk} of {chunks}.")
    seconds: Any = fields["seconds"] if "seconds" in fields else _estimate(numbers)
    if type(seconds) not in {int, float} or not 0 <= seconds < math.inf:
        raise UnreadableMessage("The field seconds is not a time.")
    first, expressions = _count(fields, "first"), _expressions(fields)
    return ChunkMessage(task_id, numbers, chunk, chunks, first, seconds, expressions, **_common(fields))


def _estimate(numbers: str) -> float:
    """Return the estimated time of screening a chunk, a little too long: version 1.1.0 sends none."""
    return chunk_text.count(numbers) * screening_seconds(4 * max(map(len, numbers.split(" "))))


def _common(fields: dict[str, Any]) -> dict[str, Any]:
    counts = {name: _count(fields, name) for name in ("expires_at", "round", "attempts", "put_offs", "redrives")}
    if not counts["expires_at"]:
        raise UnreadableMessage("The field expires_at is missing.")
    caller = fields.get("caller", "")
    if not isinstance(caller, str):
        raise UnreadableMessage("The caller is not text.")
    factors = fields["version"] == FACTORS_VERSION or fields.get("factors") is True
    return {**counts, "caller": caller, "factors": factors}


def _direction(fields: dict[str, Any]) -> Direction:
    try:
        return Direction(str(fields.get("find")))
    except ValueError as error:
        raise UnreadableMessage("The direction of the search is not known.") from error


def _expressions(fields: dict[str, Any]) -> dict[int, str] | None:
    found = fields.get("expressions")
    if found is None:
        return None
    try:
        return {int(place): str(text) for place, text in found.items()}
    except (AttributeError, ValueError) as error:
        raise UnreadableMessage("The expressions are not texts by place.") from error


def _count(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name, 0)
    if type(value) is not int or value < 0:
        raise UnreadableMessage(f"The field {name} is not a count.")
    return value
