"""The fixtures of the tests of faults."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chalice.test import Client

from app import app
from tests.faults.faulty_aws import FaultyAws, faulty_aws_in_process
from tests.support.api import Api
from tests.support.outcomes import lower_limits


@pytest.fixture
def aws_with_faults(monkeypatch: pytest.MonkeyPatch, dynamodb_endpoint: str | None) -> Iterator[FaultyAws]:
    """Give the service an empty table and the queues of the model, and yield control over the calls to both."""
    lower_limits(monkeypatch)
    with faulty_aws_in_process(monkeypatch, dynamodb_endpoint) as aws:
        yield aws


@pytest.fixture
def api(aws_with_faults: FaultyAws) -> Api:
    """Return a client of the API on the same table and queues."""
    with Client(app) as client:
        return Api(client)
