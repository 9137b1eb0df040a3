"""A table's stream on MiniStack: each write comes to the function of a mapping, also across a restart."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.emulator.ministack import Emulator
from tests.support.emulator import create_function, emulator_session
from tests.support.polling import until
from tests.support.servers import free_port

pytestmark = pytest.mark.emulator

#: A function that prints the keys that it gets, and names the record of the key `again` as failed the first time.
CODE = """
seen = []
def handle(event, _):
    keys = [record["dynamodb"]["Keys"]["key"]["S"] for record in event["Records"]]
    print(*keys)
    is_new = "again" in keys and "again" not in seen
    seen.extend(keys)
    return {"batchItemFailures": [{"itemIdentifier": "of the record"}] if is_new else []}
"""


@dataclass
class Table:
    """A table with a stream, and a mapping of a function to it, on an emulator."""

    emulator: Emulator
    mapping: str = ""

    def client(self, name: str) -> Any:
        return emulator_session(self.emulator.url).client(name)

    def make(self) -> None:
        key: Any = {"AttributeName": "key"}
        table = self.client("dynamodb").create_table(
            TableName="probe",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[key | {"AttributeType": "S"}],
            KeySchema=[key | {"KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )["TableDescription"]
        create_function(self.emulator.url, "probe", CODE)
        self.mapping = self.client("lambda").create_event_source_mapping(
            FunctionName="probe",
            EventSourceArn=table["LatestStreamArn"],
            StartingPosition="TRIM_HORIZON",
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )["UUID"]

    def put(self, key: str) -> None:
        self.client("dynamodb").put_item(TableName="probe", Item={"key": {"S": key}})

    def insert(self, *keys: str) -> None:
        statement = "INSERT INTO \"probe\" VALUE {'key': ?}"
        statements: Any = [{"Statement": statement, "Parameters": [{"S": key}]} for key in keys]
        self.client("dynamodb").batch_execute_statement(Statements=statements)

    def is_read(self) -> bool:
        """Return whether the stream has no record left."""
        streams: Any = self.client("dynamodbstreams")
        arn = streams.list_streams(TableName="probe")["Streams"][0]["StreamArn"]
        (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        oldest = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        with suppress(streams.exceptions.TrimmedDataAccessException):  # it was read meanwhile
            return not streams.get_records(ShardIterator=streams.get_shard_iterator(**oldest)["ShardIterator"])[
                "Records"
            ]
        return False

    def set_mapping(self, *, enabled: bool) -> None:
        self.client("lambda").update_event_source_mapping(UUID=self.mapping, Enabled=enabled)

    def given(self) -> list[str]:
        """Return the keys that the function has got since the emulator started."""
        log = self.emulator.state / "logs" / "probe.log"
        return log.read_text().split() if log.exists() else []

    def is_given(self, *keys: str) -> None:
        until(lambda: self.given()[-len(keys) :] == list(keys), f"the function gets {keys}")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    emulator = Emulator(free_port(), tmp_path_factory.mktemp("streams"))
    with emulator:
        table = Table(emulator)
        table.make()
        yield table


def test_an_insert_of_partiql_comes_as_a_put_does(table: Table) -> None:
    table.put("put")
    table.is_given("put")
    table.insert("one", "two")
    table.is_given("put", "one", "two")


def test_what_a_partial_batch_response_names_comes_again(table: Table) -> None:
    table.put("again")
    table.is_given("again", "again")


def test_what_each_function_has_read_is_deleted(table: Table) -> None:
    table.put("read")
    table.is_given("read")
    until(table.is_read, "the records are deleted")


def test_a_function_of_an_event_bus_gets_records_while_the_bus_has_a_rule(table: Table) -> None:
    table.client("lambda").update_function_configuration(
        FunctionName="probe", Environment={"Variables": {"EVENT_BUS": "bus"}}
    )
    events = table.client("events")
    events.create_event_bus(Name="bus")
    table.put("without")
    until(table.is_read, "the record is passed over")
    events.put_rule(Name="rule", EventBusName="bus", EventPattern='{"source": ["probe"]}')
    table.put("with")
    table.is_given("with")
    assert "without" not in table.given()
    table.client("lambda").update_function_configuration(FunctionName="probe", Environment={"Variables": {}})


def test_what_no_function_has_read_comes_after_a_restart_and_nothing_comes_again(tmp_path: Path) -> None:
    port = free_port()
    with (first := Emulator(port, tmp_path)):
        table = Table(first)
        table.make()
        table.put("before")
        table.is_given("before")
        table.set_mapping(enabled=False)
        table.insert("kept")
    with Emulator(port, tmp_path):
        table.set_mapping(enabled=True)
        table.put("after")
        until(lambda: table.given()[-1:] == ["after"], "the function gets both")
        assert table.given() == ["kept", "after"]
