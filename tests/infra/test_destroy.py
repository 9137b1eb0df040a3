"""What a failed deploy reports, how the next one corrects it, and what remains of a deleted stack."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.deploy.cloud import connect
from infra.deploy.deploy import deploy, destroy
from infra.errors import InfraError
from infra.packaging import package as packaging
from tests.infra.broken import broken

pytestmark = pytest.mark.emulator

Lines = list[str]


def test_a_failed_deploy_names_the_first_failing_resource_and_why_and_the_next_one_corrects_it(
    endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(packaging, "MERGED_AFTERWARDS", (*packaging.MERGED_AFTERWARDS, str(broken(tmp_path))))
    with pytest.raises(InfraError, match=r"^The stack is ROLLBACK_COMPLETE because of Broken: .*[Ff]unction"):
        deploy("dev", endpoint, report=lambda _: None)
    monkeypatch.undo()
    reported: Lines = []
    try:
        assert "TableName" in deploy("dev", endpoint, report=reported.append)
        assert "the stack is ROLLBACK_COMPLETE, so it is deleted first" in reported
    finally:
        destroy("dev", endpoint, report=lambda _: None)


def test_a_deleted_stack_leaves_neither_table_nor_queue_nor_upload(endpoint: str) -> None:
    outputs = deploy("dev", endpoint, report=lambda _: None)
    destroy("dev", endpoint, report=lambda _: None)
    cloud = connect(endpoint)
    assert outputs["TableName"] not in cloud.dynamodb.list_tables()["TableNames"]
    queues = cloud.session.client("sqs", endpoint_url=endpoint).list_queues().get("QueueUrls", [])
    assert outputs["TasksQueueUrl"] not in queues
    assert not [bucket for bucket in cloud.s3.list_buckets()["Buckets"] if "is-it-prime-dev" in bucket["Name"]]


def test_prod_keeps_its_table_when_its_stack_is_deleted(endpoint: str) -> None:
    table = deploy("prod", endpoint, report=lambda _: None)["TableName"]
    destroy("prod", endpoint, report=lambda _: None)
    client = connect(endpoint).dynamodb
    assert table in client.list_tables()["TableNames"]
    client.update_table(TableName=table, DeletionProtectionEnabled=False)
    client.delete_table(TableName=table)


def test_deleting_what_is_not_there_says_so(endpoint: str) -> None:
    reported: Lines = []
    destroy("prod", endpoint, report=reported.append)
    assert reported == ["there is no stack is-it-prime-prod"]
