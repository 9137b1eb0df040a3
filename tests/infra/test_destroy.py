"""How a deploy corrects a failed one, and what remains of a deleted stack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from localstack_client.session import Session

from infra.deploy.deploy import deploy, destroy
from infra.errors import InfraError

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def deleted(endpoint: str, session: Session) -> Iterator[dict[str, str]]:
    """Deploy prod, delete it, and return the outputs that it had."""
    outputs = deploy("prod", endpoint, report=lambda _: None)
    destroy("prod", endpoint, report=lambda _: None)
    yield outputs
    table, tables = outputs["TableName"], session.client("dynamodb")
    tables.update_table(TableName=table, DeletionProtectionEnabled=False)
    tables.delete_table(TableName=table)


def test_a_failed_deploy_names_the_resource_and_the_next_one_corrects_it(
    endpoint: str, broken: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InfraError, match=r"^The stack is ROLLBACK_COMPLETE because of Broken: .*[Ff]unction"):
        deploy("dev", endpoint, report=lambda _: None)
    broken.undo()
    reported: list[str] = []
    try:
        assert "TableName" in deploy("dev", endpoint, report=reported.append)
        assert "the stack is ROLLBACK_COMPLETE, so it is deleted first" in reported
    finally:
        destroy("dev", endpoint, report=lambda _: None)


def test_a_deleted_stack_leaves_neither_queue_nor_upload(deleted: dict[str, str], session: Session) -> None:
    assert deleted["TasksQueueUrl"] not in session.client("sqs").list_queues().get("QueueUrls", [])
    buckets = session.client("s3").list_buckets()["Buckets"]
    assert not [bucket for bucket in buckets if "is-it-prime-prod" in bucket["Name"]]


def test_prod_keeps_its_table_when_its_stack_is_deleted(deleted: dict[str, str], session: Session) -> None:
    assert deleted["TableName"] in session.client("dynamodb").list_tables()["TableNames"]


def test_deleting_what_is_not_there_says_so(endpoint: str, deleted: dict[str, str]) -> None:
    reported: list[str] = []
    destroy("prod", endpoint, report=reported.append)
    assert reported == ["there is no stack is-it-prime-prod"]
