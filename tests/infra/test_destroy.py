"""How a deploy corrects a failed one, and what remains of a deleted stack."""

import pytest
from localstack_client.session import Session

from infra.deploy.deploy import deploy, destroy
from infra.errors import InfraError

pytestmark = pytest.mark.emulator


def test_a_failed_deploy_names_the_resource_and_the_next_one_corrects_it(
    endpoint: str, broken: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InfraError, match=r"^The stack is ROLLBACK_COMPLETE because of Broken: .*[Ff]unction"):
        deploy("dev", endpoint)
    broken.undo()
    try:
        assert "TableName" in deploy("dev", endpoint)
        assert "the stack is ROLLBACK_COMPLETE, so it is deleted first" in capsys.readouterr().out
    finally:
        destroy("dev", endpoint)


def test_a_deleted_stack_leaves_neither_queue_nor_upload_and_that_of_prod_its_table(
    endpoint: str, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = deploy("prod", endpoint)
    for _ in range(2):
        destroy("prod", endpoint)
    assert capsys.readouterr().out.endswith("there is no stack is-it-prime-prod\n")
    assert outputs["TasksQueueUrl"] not in session.client("sqs").list_queues().get("QueueUrls", [])
    buckets = session.client("s3").list_buckets()["Buckets"]
    assert not [bucket for bucket in buckets if "is-it-prime-prod" in bucket["Name"]]
    tables, table = session.client("dynamodb"), outputs["TableName"]
    tables.update_table(TableName=table, DeletionProtectionEnabled=False)
    tables.delete_table(TableName=table)
