"""Exchange a request for its response: which requests are sent again, when, and which errors responses become."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from itertools import count
from typing import Any, TypeVar

import httpx

from isprime import errors
from isprime.steps import Send, Sleep, Steps
from isprime.text import printable

T = TypeVar("T")

#: How long an operation waits for a service that responded before and does not now.
MAX_OUTAGE_SECONDS = 60.0
#: The same for an address that has never responded: it is probably wrong.
MAX_FIRST_CONTACT_SECONDS = 2.0
#: The pauses between two attempts grow from the first value to the second, unless Retry-After requires more.
FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.25, 8.0
#: A year: what a service asks for beyond it is not a time that a client can wait.
MAX_RETRY_AFTER_SECONDS = 31_536_000.0

#: The request was not carried out, so that any request can be sent again.
_REFUSED = {429}
#: The request may have been carried out.
_UNKNOWN = {500, 502, 503, 504}
#: The request was not sent.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NUMBER_INDEX = re.compile(r"^numbers\[([0-9]{1,9})\]:? *")


@dataclass(slots=True)
class Session:
    """The state that a client's operations share.

    Attributes:
        url: The service's address, for messages.
        on_retry: Called with the reason and the pause in seconds before a request is sent again.
        proxy: The variable that names a proxy on the way to the service, and its value.
        reached: Whether the service has responded before.
    """

    url: str
    on_retry: Callable[[str, float], None] | None = None
    proxy: str | None = None
    reached: bool = field(default=False)

    @property
    def place(self) -> str:
        """The service's address and what is on the way to it, for messages."""
        return f"{self.url} through the proxy of {self.proxy}" if self.proxy else self.url


def exchange(session: Session, request: Send) -> Steps[httpx.Response]:
    """Send a request, again if that is safe and the failure may be temporary, and return its successful response.

    Raises:
        IsPrimeError: the service refused the request, or gave no usable response in time.
    """
    failing_since: float | None = None
    for attempt in count():
        repeatable, asked, reason = request.is_safe_to_repeat, 0.0, ""
        try:
            response: httpx.Response = yield request
        except httpx.RequestError as error:
            not_sent = isinstance(error, _NOT_SENT)
            session.reached = session.reached or not not_sent
            repeatable = repeatable or not_sent
            reason = _reason(error)
        else:
            session.reached = True
            if response.status_code not in _REFUSED | _UNKNOWN:
                return _successful(session, response)
            repeatable = repeatable or response.status_code in _REFUSED
            asked = retry_after(response) or 0.0
            reason = f"{response.status_code}: {_detail(response)}"
        now = time.monotonic()
        failing_since = now if failing_since is None else failing_since
        pause = max(asked, backoff_seconds(attempt))
        allowed = MAX_OUTAGE_SECONDS if session.reached else MAX_FIRST_CONTACT_SECONDS
        if not repeatable or now + pause - failing_since > allowed:
            raise _unavailable(session, request, reason, asked)
        if session.on_retry:
            session.on_retry(reason, pause)
        yield Sleep(pause)
    raise AssertionError  # count() does not end


def backoff_seconds(attempt: int) -> float:
    """Return the pause after a failed attempt, counted from 0: exponential, with jitter."""
    ceiling: float = min(FIRST_PAUSE_SECONDS * 2 ** min(attempt, 16), MAX_PAUSE_SECONDS)
    return ceiling * random.uniform(0.5, 1.0)  # noqa: S311 - jitter is not a secret


def retry_after(response: httpx.Response) -> float | None:
    """Return the seconds of Retry-After (RFC 9110, section 10.2.3), or None if it cannot be read."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), MAX_RETRY_AFTER_SECONDS)
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)  # "-0000" is UTC, too
        seconds = (moment - datetime.now(timezone.utc)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(0.0, seconds), MAX_RETRY_AFTER_SECONDS)


def parsed(session: Session, response: httpx.Response, read: Callable[[Any], T]) -> T:
    """Return the result of `read` for a response's JSON.

    Raises:
        UnexpectedResponse: the response is not JSON as this service sends it.
    """
    try:
        return read(response.json())
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise not_this_service(session, response) from error


def _successful(session: Session, response: httpx.Response) -> httpx.Response:
    status = response.status_code
    if response.is_success:
        return response
    is_problem = "problem+json" in response.headers.get("Content-Type", "")
    detail = _detail(response)
    if status in {401, 403}:
        raise errors.Forbidden(f"{session.url} refuses the request: {detail} ISPRIME_KEY sets the API key.")
    if is_problem and status in {400, 413}:
        found = _NUMBER_INDEX.match(detail)
        raise errors.InvalidNumber(_NUMBER_INDEX.sub("", detail), int(found[1]) if found else None)
    if is_problem and status == 404:
        raise errors.NotFound(detail)
    if is_problem and status in {409, 422}:
        raise errors.Conflict(detail)
    raise not_this_service(session, response)


def _detail(response: httpx.Response) -> str:
    """Return the detail of an error response in one line."""
    try:
        body = response.json()
        text = body.get("detail") or body.get("message")
    except (ValueError, LookupError, AttributeError, RecursionError):
        text = None
    return printable(text if isinstance(text, str) else response.reason_phrase or "no reason is known")[:500]


def _reason(error: httpx.RequestError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "no response in time"
    text = printable(str(error)) or type(error).__name__
    return re.sub(r"^\[Errno -?\d+\] ", "", text)


def _unavailable(session: Session, request: Send, reason: str, asked: float) -> errors.Unavailable:
    reason = reason.rstrip(".")
    if not session.reached:
        advice = f"NO_PROXY={httpx.URL(session.url).host} avoids the proxy" if session.proxy else "Start it"
        return errors.Unavailable(f"No service responds at {session.place}: {reason}. {advice}, or set ISPRIME_URL.")
    if not request.is_safe_to_repeat:
        return errors.Unavailable(f"{session.place}: {reason}. It is not known whether the request was carried out.")
    if asked > MAX_OUTAGE_SECONDS:
        return errors.Unavailable(f"{session.place} asks to try again in {asked:,.0f} s: {reason}.")
    return errors.Unavailable(f"{session.place} did not respond for {MAX_OUTAGE_SECONDS:.0f} s: {reason}.")


def not_this_service(session: Session, response: httpx.Response) -> errors.UnexpectedResponse:
    """Return the error for a response that this service does not send."""
    kind = printable(response.headers.get("Content-Type", "no content type"))[:100]
    return errors.UnexpectedResponse(
        f"{session.place} does not respond as this service does ({response.status_code}, {kind}): check ISPRIME_URL."
    )
