"""The fixtures of the tests of faults."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from chalice.test import Client

from app import app
from chalicelib import concurrently, sending
from chalicelib.queues import QUEUES, Queue
from chalicelib.service import backlog
from tests.faults.computations import compute_once
from tests.faults.fault_injection import inject_faults
from tests.faults.faulty_aws import FaultyAws
from tests.faults.sqs_model import SqsModel
from tests.support.api import Api
from tests.support.aws import table_in_process
from tests.support.doubles import set_clock
from tests.support.tasks import lower_limits


@pytest.fixture
def aws_with_faults(monkeypatch: pytest.MonkeyPatch, dynamodb_endpoint: str | None) -> Iterator[FaultyAws]:
    """Give the service an empty table and the queues of the model, and yield control over the calls to both."""
    lower_limits(monkeypatch)
    compute_once(monkeypatch)
    # What makes an estimate depends on the time since the last one: no call of the model's may.
    monkeypatch.setattr(backlog, "wait_seconds", lambda _: 0.0)
    # One call after another: the number of a call says which one it is.
    pool = ThreadPoolExecutor(1)
    monkeypatch.setattr(concurrently, "_pool", lambda: pool)
    monkeypatch.setattr(sending, "SENDERS", 1)
    for queue in Queue:
        monkeypatch.setenv(QUEUES[queue].url_variable, f"http://sqs/{queue}")
    sqs = SqsModel(set_clock(monkeypatch, time.time()))
    with table_in_process(monkeypatch, dynamodb_endpoint), inject_faults(monkeypatch, sqs) as faults:
        yield FaultyAws(faults, sqs)
    pool.shutdown()


@pytest.fixture
def api(aws_with_faults: FaultyAws) -> Api:
    """Return a client of the API on the same table and queues."""
    # The environment of .chalice/config.json is that of `chalice local`.
    with Client(app, project_dir="tests") as client:
        return Api(client)
