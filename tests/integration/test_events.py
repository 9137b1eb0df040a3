"""From a submission to the event on the bus, through the deployed service."""

from typing import Any

import pytest
import requests
from isprime.watching import PREFIX, Watch, watching

from tests.support.emulator import emulator_session
from tests.support.polling import until

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("outputs")]


def events_of(watch: Watch, task_ids: set[str]) -> list[dict[str, Any]]:
    """Wait until each task has an event, and return these tasks' events."""
    found: list[dict[str, Any]] = []

    def are_complete() -> bool:
        found.extend(detail for detail in watch.receive() if detail["task_id"] in task_ids)
        return {detail["task_id"] for detail in found} == task_ids

    until(are_complete, "each task has an event")
    return found


def test_each_task_has_an_event_that_says_what_the_task_does(endpoint: str, gateway_url: str) -> None:
    bodies = [{"number": 11}, {"number": "2^127-1"}, {"number": 15, "factors": True}, {"numbers": [1, 2, 3]}]
    with watching(endpoint) as watch:
        task_ids = {requests.post(gateway_url, json=body, timeout=60).json()["task_id"] for body in bodies}
        found = events_of(watch, task_ids)
    assert len({detail["id"] for detail in found}) == len(bodies)
    for detail in found:
        task = requests.get(gateway_url + detail["task_id"], timeout=60).json()
        result = task["result"] if detail["kind"] == "number" else {}
        shown = [task["status"], task["finished_at"], result.get("number_text"), result.get("verdict")]
        assert [detail["status"], detail["finished_at"], detail["number"], detail["verdict"]] == shown
        assert detail["complete"] == result.get("complete")


def test_a_watch_deletes_its_rule_and_its_queue_and_those_of_one_that_was_killed(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = emulator_session(endpoint)

    def left() -> list[str]:
        buses = [bus["Name"] for bus in session.client("events").list_event_buses()["EventBuses"]]
        rules = [session.client("events").list_rules(EventBusName=bus)["Rules"] for bus in buses]
        queues = session.client("sqs").list_queues(QueueNamePrefix=PREFIX).get("QueueUrls", [])
        return [*queues, *(rule["Name"] for of_bus in rules for rule in of_bus)]

    with monkeypatch.context() as patch:
        patch.setattr("os.getpid", lambda: 999_999_999)  # no process has this number
        Watch(endpoint)
    assert len(left()) == 2
    with watching(endpoint):
        assert [name for name in left() if "999999999" in name] == []
    assert left() == []
