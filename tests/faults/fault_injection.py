"""Faults of AWS, injected where botocore sends a request: below its retries, above the network."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
import botocore.retries.quota
import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.exceptions import ReadTimeoutError

from tests.faults.sqs_model import SqsError, SqsModel

#: What botocore makes of a request: a response and its parsed body, or an exception.
Outcome = tuple[Any, Exception | None]


class Killed(BaseException):
    """The process is killed: no code of the service catches this, as none catches SIGKILL."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a call."""

    name: str
    outcome: Callable[[str], Outcome]
    #: Whether AWS does what the call asks for before the fault.
    is_applied: bool = False


def _response(url: str, status: int, parsed: dict[str, Any]) -> Outcome:
    response = AWSResponse(url, status, HTTPHeaders(), None)
    response._content = b"{}"  # type: ignore[attr-defined] # otherwise it reads a socket
    return (response, parsed | {"ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": {}}}), None


def _refused(url: str, code: str) -> Outcome:
    return _response(url, 400, {"Error": {"Code": code, "Message": "injected"}})


def _kill(url: str) -> Outcome:
    raise Killed(url)


#: The faults that may pass by themselves; tests/unit/test_aws.py has every other one, which the service treats alike.
THROTTLED = Fault("throttled", lambda url: _refused(url, "ThrottlingException"))
RESPONSE_LOST = Fault("response_lost", lambda url: (None, ReadTimeoutError(endpoint_url=url)), is_applied=True)
#: A call that AWS refuses, today and tomorrow.
DENIED = Fault("denied", lambda url: _refused(url, "AccessDeniedException"))
KILLED_BEFORE = Fault("killed_before", _kill)
KILLED_AFTER = Fault("killed_after", _kill, is_applied=True)


@dataclass
class FaultInjector:
    """Counts the calls to AWS and makes some of them fail."""

    fault: Fault | None = None
    #: The number of the first call that fails, from 0.
    at: int = 0
    #: How many calls fail from there on.
    calls: int = 1
    #: How many of botocore's attempts of such a call fail.
    attempts: int = 99
    #: The service whose calls fail, `dynamodb` or `sqs`; empty for both.
    service: str = ""
    #: The operations that were called since the last fault was injected, until it was removed.
    operations: list[str] = field(default_factory=list)
    #: Called with the operation before every attempt of a call.
    before_call: Callable[[str], None] | None = None
    #: The number of the call that a thread makes: some are made in parallel.
    _call: threading.local = field(default_factory=threading.local)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_reached(self) -> bool:
        """Whether as many calls were made as the fault waits for."""
        return len(self.operations) > self.at

    @contextmanager
    def injected(self, fault: Fault, at: int, calls: int = 1, attempts: int = 99, service: str = "") -> Iterator[None]:
        """Make the calls from number `at` on fail, counted from here."""
        self.operations.clear()
        self.fault, self.at, self.calls, self.attempts, self.service = fault, at, calls, attempts, service
        try:
            yield
        finally:
            self.fault = None

    def each_call(self, fault: Fault, calls: int = 1) -> Iterator[AbstractContextManager[None]]:
        """Yield blocks whose first call fails, then the second and so on, until a block has too few calls."""
        for at in count():
            yield self.injected(fault, at, calls)
            if not self.is_reached:
                assert at > 0, "no call was made"
                return

    @contextmanager
    def outage(self, fault: Fault) -> Iterator[None]:
        """Make every call to the table fail."""
        with self.injected(fault, 0, sys.maxsize, service="dynamodb"):
            yield

    def fault_of(self, operation: str, attempt: int, service: str) -> Fault | None:
        """Return what goes wrong with an attempt of a call, or None; count the call while a fault is injected."""
        if self.fault is None or (self.service and self.service != service):
            return None
        if attempt == 1:
            with self._counting:
                self._call.number = len(self.operations)
                self.operations.append(operation)
        is_chosen = self.at <= self._call.number < self.at + self.calls and attempt <= self.attempts
        return self.fault if is_chosen else None


@contextmanager
def inject_faults(monkeypatch: pytest.MonkeyPatch, sqs: SqsModel) -> Iterator[FaultInjector]:
    """Give this process's injector: the model responds to SQS calls, and botocore does not sleep."""
    injector = FaultInjector()
    send = botocore.endpoint.Endpoint._do_get_response  # type: ignore[attr-defined] # private: below its retries

    def send_or_fail(self: Any, request: Any, operation_model: Any, context: Any) -> Outcome:
        if injector.before_call:
            injector.before_call(operation_model.name)
        service = operation_model.service_model.service_name
        fault = injector.fault_of(operation_model.name, context["retries"]["attempt"], service)
        if fault is None or fault.is_applied:
            if service == "sqs":
                outcome = _call_model(sqs, request, operation_model.name)
            else:
                outcome = send(self, request, operation_model, context)
        return outcome if fault is None else fault.outcome(request.url)

    with monkeypatch.context() as patch:
        patch.setattr(botocore.endpoint.Endpoint, "_do_get_response", send_or_fail)
        patch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=lambda _: None))
        # A client that met many faults retries less often: one example's faults would change the next example.
        patch.setattr(botocore.retries.quota.RetryQuota, "acquire", lambda *_: True)
        yield injector


def _call_model(sqs: SqsModel, request: Any, operation: str) -> Outcome:
    try:
        return _response(request.url, 200, sqs(operation, json.loads(request.body)))
    except SqsError as error:
        return _refused(request.url, error.code)
