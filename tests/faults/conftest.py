"""The fixtures of the tests of faults."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.faulty_aws import FaultyAws, faulty_aws_in_process
from tests.support.outcomes import lower_limits


@pytest.fixture
def aws_with_faults(monkeypatch: pytest.MonkeyPatch, dynamodb_endpoint: str) -> Iterator[FaultyAws]:
    """Give the service an empty table and the model's queues, and control over the calls to both."""
    lower_limits(monkeypatch)
    with faulty_aws_in_process(monkeypatch, dynamodb_endpoint) as aws:
        yield aws
