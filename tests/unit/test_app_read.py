"""The routes that read, cancel and retry a task, and the routes of the queues, the health and the page."""

import json

import pytest

from chalicelib.queues import Queue
from chalicelib.tasks import ids
from tests.support.api import Api, assert_problem, fits, invoke
from tests.support.consumers import fail_waiting, run_all
from tests.support.tasks import set_chunk_size, submit_keyed


@pytest.fixture
def done(api: Api) -> str:
    """Return the id of a finished task, whose number is composite."""
    task_id: str = api.submit("3215031751").json["task_id"]
    run_all()
    return task_id


@pytest.fixture
def failed(api: Api) -> str:
    task_id: str = api.submit(11).json["task_id"]
    fail_waiting(Queue.TASKS)
    return task_id


def test_what_is_read_fits_the_contract_and_head_has_its_headers(api: Api, done: str, failed: str) -> None:
    listed = api.submit([11, "3^2"]).json["task_id"]
    run_all()
    schemas = dict.fromkeys((f"/{done}", f"/{failed}", f"/{api.submit(13).json['task_id']}"), "Task")
    schemas |= {f"/{listed}/results": "Results", "/queue": "Queues", "/tasks": "TaskPage", "/health": "Health"}
    for path in (*schemas, "/openapi.json", "/docs", "/"):
        head, response = api.send("HEAD", path), api.get(path)
        assert head.status == response.status == 200, path
        assert head.text == ""
        assert head.headers["content-type"] == response.headers["content-type"]
        assert response.headers["x-content-type-options"] == "nosniff"
        assert path not in schemas or fits(schemas[path], response.json)


@pytest.mark.parametrize(
    "task_id",
    ["nobody", ids.new_id(seconds=1.0), ids.new_id()[:-1] + "!", ids.keyed_id("", "never"), "%00", "favicon.ico"],
    ids=["word", "expired", "typing error", "key never used", "null character", "file"],
)
def test_an_unknown_task_is_404_on_every_address(api: Api, task_id: str) -> None:
    for method, rest in (("GET", ""), ("DELETE", ""), ("POST", "/retry"), ("GET", "/results"), ("GET", "/certificate")):
        assert_problem(api.send(method, f"/{task_id}{rest}"), 404)


def test_a_method_that_an_address_does_not_take_is_a_problem_that_names_the_others(api: Api) -> None:
    response = api.send("DELETE", "/queue/")
    assert_problem(response, 405)
    assert response.headers["allow"] == "GET, HEAD"


def test_a_cancel_that_is_sent_again_has_the_same_response(api: Api) -> None:
    task_id = api.submit(11).json["task_id"]
    first, second = api.send("DELETE", f"/{task_id}"), api.send("DELETE", f"/{task_id}")
    assert (first.status, first.json["status"]) == (200, "REVOKED")
    assert (second.status, second.json) == (200, first.json)
    assert_problem(api.send("POST", f"/{task_id}/retry"), 409)


def test_the_queues_have_their_counts_and_the_tasks_that_failed_last(api: Api, failed: str) -> None:
    api.submit(13)
    body = api.get("/queue").json
    counts = {"waiting": 1, "in_flight": 1, "delayed": 0, "slots": None}
    assert body["queues"]["tasks"] == counts | {"expected_seconds": 0.0, "oldest_seconds": None}
    assert [task["task_id"] for task in body["failed"]] == [failed]


def test_a_key_is_shown_no_task_of_another_key(aws: None) -> None:
    listed = submit_keyed([11, 13], "key", is_list=True, caller="key-1")
    failed = submit_keyed([11], "other key", caller="key-1")
    fail_waiting(Queue.TASKS)

    def shown(path: str, caller: str) -> set[str]:
        body = json.loads(invoke("GET", path, caller=caller)["body"])
        return {task["task_id"] for task in body.get("tasks", body.get("failed"))}

    for path, own in (("/tasks", {listed, failed}), (f"/tasks?q={listed}", {listed}), ("/queue", {failed})):
        assert shown(path, "key-1") == own
        assert shown(path, "key-2") == shown(path, "") == set()


def test_tasks_are_listed_page_by_page(api: Api, failed: str) -> None:
    listed = api.submit([11, 13]).json["task_id"]
    run_all()
    first = api.get("/tasks?limit=1").json
    second = api.get(f"/tasks?limit=1&cursor={first['next']}").json
    assert [task["task_id"] for page in (first, second) for task in page["tasks"]] == [listed, failed]
    assert second["next"] is None
    assert (first["tasks"][0]["total"], first["tasks"][0]["finished"]) == (2, 2)
    assert [task["task_id"] for task in api.get("/tasks?status=FAILURE&q=0xb").json["tasks"]] == [failed]
    assert_problem(api.get("/tasks?status=DONE"), 400)


def test_the_pages_of_results_follow_each_other_by_their_links(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    set_chunk_size(monkeypatch, 4)
    task_id = api.submit(list(range(10))).json["task_id"]
    run_all()
    numbers, link = [], f"</{task_id}/results?limit=3&only=composites>"
    while link:
        page = api.get(link.partition("<")[2].partition(">")[0], accept="application/x-ndjson")
        numbers += [json.loads(line)["number"] for line in page.text.splitlines()]
        link = page.headers.get("link", "")
    assert numbers == [0, 1, 4, 6, 8, 9]


def test_a_certificate_is_text_in_the_requested_format(api: Api, done: str) -> None:
    task_id = api.submit("10^30+57").json["task_id"]
    run_all()
    address = api.get(f"/{task_id}").json["result"]["certificate"]
    assert address == f"/{task_id}/certificate"
    assert api.get(address).text.startswith("[")
    assert "PRIMO" in api.get(f"{address}?format=primo").text
    assert_problem(api.get(f"{address}?format=other"), 400)
    assert_problem(api.get(f"/{done}/certificate"), 404)


def test_a_request_without_a_body_may_have_any_media_type(api: Api, done: str) -> None:
    assert api.get(f"/{done}", content_type="text/plain").status == 200
    assert api.send("DELETE", f"/{done}", content_type="text/plain").status == 409


def test_a_browser_gets_the_page_at_the_address_of_a_task(api: Api, done: str) -> None:
    response = api.get(f"/{done}", accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["vary"] == "Accept"
    task = api.get(f"/{done}", accept="*/*")
    assert (task.json["task_id"], task.headers["vary"]) == (done, "Accept")


@pytest.mark.parametrize("text", ['"\r\nX-Injected: yes', "a\nb", "<script>", "=1+1", "%0d%0aX-Injected:%20yes"])
def test_nothing_that_a_client_sends_becomes_a_header(api: Api, text: str) -> None:
    for response in (
        api.submit(11, prefer=text),
        api.submit(11, idempotency_key=text),
        api.get("/queue", accept=text),
        api.get(f"/queue?cursor={text}"),
        api.submit(11, x_forwarded_host=text, host=text),
    ):
        assert "x-injected" not in response.headers
        assert not any(text in value for value in response.headers.values())
