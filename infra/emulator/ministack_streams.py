"""Makes MiniStack's stream of a table, and its event buses, what the events of final tasks need.

MiniStack 1.5.33 writes no record for an INSERT of PartiQL, calls the function of a stream in the thread that polls the
queues, takes a partial batch response for success, keeps each record for a day and each event for ever, and saves how
far a stream is read without the records.
"""

import copy
import json
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.services import dynamodb, eventbridge, lambda_svc

from infra.emulator.replacement import replace

#: For records to come together: each call of a function takes some milliseconds of a core.
GATHER_SECONDS = 0.04
#: Between two looks at a stream whose function has failed.
PAUSE_SECONDS = 1.0

_written = threading.Event()


def complete() -> None:
    """Change what MiniStack does."""
    _write_records_of_inserts()
    _heed_partial_responses()
    _pass_over_unheard()
    replace(eventbridge, "_events_log_list", list)  # nothing reads it
    _save_records()
    # A write to a table wakes the thread of the streams, and not that of the queues.
    replace(dynamodb, "esm_wake", _written)
    poll = replace(lambda_svc, "_poll_dynamodb_streams", lambda: False)
    threading.Thread(target=_read_streams, args=(poll,), name="streams", daemon=True).start()


def _write_records_of_inserts() -> None:
    """Have an INSERT of PartiQL write a record, as PutItem does."""

    def insert_and_write(table: dict[str, Any], parsed: dict[str, Any]) -> Any:  # noqa: ANN401 - MiniStack's response
        response = insert(table, parsed)
        if response[0] == 200:
            item = parsed["item"]
            dynamodb._emit_stream_event(table["TableName"], "INSERT", None, item.get("M", item))  # noqa: SLF001
        return response

    insert = replace(dynamodb, "_partiql_insert", insert_and_write)


def _heed_partial_responses() -> None:
    """Give all records of a batch again if the function's response names some as failed."""

    def execute_and_look(func: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = execute(func, event)
        if "Records" in event and event["Records"][0].get("eventSource") == "aws:dynamodb":
            body = result.get("body")
            response = json.loads(body) if isinstance(body, str | bytes) and body else body
            if isinstance(response, dict) and response.get("batchItemFailures"):
                return {**result, "error": True}
        return result

    execute = replace(lambda_svc, "_execute_function", execute_and_look)


def _pass_over_unheard() -> None:
    """Give no records to a function if its bus has no rule and no archive: nobody would get its events.

    Without, the publisher runs for each task, in 50 MiB.
    """

    def filter_and_look(records: list[dict[str, Any]], mapping: dict[str, Any]) -> list[dict[str, Any]]:
        _, config = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))  # noqa: SLF001
        bus = ((config or {}).get("Environment") or {}).get("Variables", {}).get("EVENT_BUS")
        if bus is not None and "dynamodb" in records[0] and not _is_heard(bus):
            return []
        found: list[dict[str, Any]] = apply_filters(records, mapping)
        return found

    apply_filters = replace(lambda_svc, "_apply_filter_criteria", filter_and_look)


def _is_heard(bus: str) -> bool:
    rules, archives = list(eventbridge._rules.values()), list(eventbridge._archives.values())  # noqa: SLF001
    of_archives = {archive["EventSourceArn"].rpartition("/")[2] for archive in archives}
    return bus in of_archives or any(rule.get("EventBusName") == bus for rule in rules)


def _read_streams(poll: Callable[[], bool]) -> None:
    """Give records to their functions as they come, and delete those that are read."""
    while True:
        _written.wait(PAUSE_SECONDS)
        time.sleep(GATHER_SECONDS)
        _written.clear()
        if poll():
            _delete_read()
            _written.set()  # there may be more than one batch


def _delete_read() -> None:
    """Delete the records that each function of a stream has been given."""
    read: dict[tuple[str, str, str], int] = {}
    for (account, region, mapping), position in list(lambda_svc._dynamodb_stream_positions.all_items()):  # noqa: SLF001
        arn = (lambda_svc._esms.get_scoped(account, region, mapping) or {}).get("EventSourceArn", "")  # noqa: SLF001
        key = account, region, arn.partition(":table/")[2].partition("/")[0]
        read[key] = min(position, read.get(key, position))
    for (account, region, table), position in read.items():
        records = dynamodb._stream_records.get_scoped(account, region, table)  # noqa: SLF001
        trimmed = dynamodb._stream_trimmed.get_scoped(account, region, table, 0)  # noqa: SLF001
        if records and position > trimmed:
            del records[: position - trimmed]
            dynamodb._stream_trimmed.set_scoped(account, region, table, position)  # noqa: SLF001


def _save_records() -> None:
    """Have the records that no function has read in the state of the tables: a function's position counts from them."""
    names = {"stream_records": dynamodb._stream_records, "stream_trimmed": dynamodb._stream_trimmed}  # noqa: SLF001

    def state_with_records() -> dict[str, Any]:
        return {**state(), **{name: copy.deepcopy(value) for name, value in names.items()}}

    def restore_with_records(data: dict[str, Any]) -> None:
        restore(data)
        for name, value in names.items():
            value.update(data.get(name, {}))

    state = replace(dynamodb, "get_state", state_with_records)
    restore = replace(dynamodb, "load_persisted_state", restore_with_records)
