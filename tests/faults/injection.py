"""Faults of AWS, put where botocore sends a request: under its retries, above moto and the network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
import botocore.retries.quota
import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

Outcome = tuple[Any, Exception | None]


class Killed(BaseException):
    """The process ends here: nothing in it catches this, as nothing catches SIGKILL."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a call, and whether AWS had done what it asked before that."""

    name: str
    outcome: Callable[[str], Outcome]
    applied: bool = False


def _answer(status: int, code: str) -> Callable[[str], Outcome]:
    def outcome(url: str) -> Outcome:
        metadata = {"HTTPStatusCode": status, "HTTPHeaders": {}}
        return (
            _response(url, status),
            {"Error": {"Code": code, "Message": "injected"}, "ResponseMetadata": metadata},
        ), None

    return outcome


def _ok(url: str, parsed: dict[str, Any]) -> Outcome:
    return (_response(url, 200), parsed | {"ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": {}}}), None


def _response(url: str, status: int) -> AWSResponse:
    response = AWSResponse(url, status, HTTPHeaders(), None)
    response._content = b"{}"  # type: ignore[attr-defined] # else it reads a socket
    return response


def _raise(error: type[Exception]) -> Callable[[str], Outcome]:
    return lambda url: (None, error(endpoint_url=url, error="injected"))  # type: ignore[call-arg] # botocore's take any name


def _die(url: str) -> Outcome:
    raise Killed(url)


THROTTLED = Fault("throttled", _answer(400, "ThrottlingException"))
BROKEN = Fault("500", _answer(500, "InternalServerError"))
UNREACHABLE = Fault("unreachable", _raise(EndpointConnectionError))
TIMED_OUT = Fault("timed_out", _raise(ConnectTimeoutError))
ANSWER_LOST = Fault("answer_lost", _raise(ReadTimeoutError), applied=True)
BROKEN_AFTER = Fault("500_after", _answer(500, "InternalServerError"), applied=True)
FAULTS = (THROTTLED, BROKEN, UNREACHABLE, TIMED_OUT, ANSWER_LOST, BROKEN_AFTER)

KILLED_BEFORE = Fault("killed_before", _die)
KILLED_AFTER = Fault("killed_after", _die, applied=True)


@dataclass
class Line:
    """The way to AWS: it counts the calls and breaks at the one that it is told to.

    `attempts` is how many of botocore's attempts of a call fail, and `calls` how many calls from `at` on.
    `before` sees every attempt; `queues`, where it is set, answers in place of SQS.
    """

    fault: Fault | None = None
    at: int = 0
    calls: int = 1
    attempts: int = 99
    made: list[str] = field(default_factory=list)
    before: Callable[[str], None] | None = None
    queues: Callable[[str, Any], Any] | None = None

    @property
    def broke(self) -> bool:
        """Whether the fault had its turn."""
        return len(self.made) > self.at

    @contextmanager
    def broken(self, fault: Fault, at: int, calls: int = 1, attempts: int = 99) -> Iterator[None]:
        """Break the calls from number `at` on, counted from here."""
        self.made.clear()
        self.fault, self.at, self.calls, self.attempts = fault, at, calls, attempts
        try:
            yield
        finally:
            self.fault = None

    def breaks(self, operation: str, attempt: int) -> Fault | None:
        """Note an attempt of a call and return what goes wrong with it."""
        if attempt == 1:
            self.made.append(operation)
        number = len(self.made) - 1
        if self.fault and self.at <= number < self.at + self.calls and attempt <= self.attempts:
            return self.fault
        return None


@contextmanager
def on_the_line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """Give the way to AWS while it lasts; botocore does not sleep between its attempts meanwhile."""
    line = Line()
    send = botocore.endpoint.Endpoint._do_get_response  # type: ignore[attr-defined] # private: its retries stand above it

    def send_or_break(self: Any, request: Any, operation_model: Any, context: Any) -> Outcome:
        if line.before:
            line.before(operation_model.name)
        fault = line.breaks(operation_model.name, context["retries"]["attempt"])
        if fault is None or fault.applied:
            if line.queues and operation_model.service_model.service_name == "sqs":
                outcome: Outcome = _ok(request.url, line.queues(operation_model.name, json.loads(request.body)))
            else:
                outcome = send(self, request, operation_model, context)
        return outcome if fault is None else fault.outcome(request.url)

    with monkeypatch.context() as patch:
        patch.setattr(botocore.endpoint.Endpoint, "_do_get_response", send_or_break)
        patch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=lambda _: None))
        # A client that met many faults tries less often: what happens would hang on what happened in other plays.
        patch.setattr(botocore.retries.quota.RetryQuota, "acquire", lambda *_: True)
        yield line
