"""Attributes of a queue that a test changes for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@contextmanager
def queue_attributes(sqs: SQSClient, queue_url: str, **attributes: int) -> Iterator[None]:
    """Set attributes of a queue during the block."""
    names: Any = list(attributes)
    before: Any = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    values: Any = {name: str(value) for name, value in attributes.items()}
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes=values)
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=queue_url, Attributes=before)
