"""The local server's part of API Gateway: errors, overload and compression around the application."""

import gzip
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from chalice.app import Chalice, Response

from chalicelib import clock
from chalicelib.tasks import ids
from infra.emulator.disk import Disk
from infra.local import gateway as local_gateway
from infra.local.http_requests import Request
from tests.infra.raw_http import assert_problem, connect, get, held_requests, post, send, serving, tiny_app
from tests.support.polling import until


def test_an_error_of_the_app_is_a_500_that_shows_nothing_of_the_implementation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("the secret")

    monkeypatch.setattr(Chalice, "__call__", fail)
    with serving(tiny_app()) as server:
        response = send(server, get())
    assert "secret" not in str(assert_problem(response, 500))
    assert "the secret" in capsys.readouterr().err


def test_requests_over_the_limit_are_refused_before_work_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_gateway, "MAX_REQUESTS", 3)
    with held_requests(tiny_app(), 3) as (server, preferences):
        response = send(server, get("/slow"))
        assert "Nothing of this one was accepted" in assert_problem(response, 503)["detail"]
        assert response[1]["retry-after"] == "1"
        assert len(preferences) == 3


def test_while_the_disk_is_full_no_work_is_accepted_and_the_service_is_not_healthy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    disk = SimpleNamespace(free=Disk(tmp_path).needed_bytes() - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk)
    submission = post(b"Content-Length: 1\r\n", b"1")
    with serving(tiny_app(), tmp_path) as server:
        for request in (submission, get("/health")):
            assert "Nothing was accepted" in assert_problem(send(server, request), 503)["detail"]
        assert send(server, get())[0] == 200
        disk.free += 1
        assert send(server, submission)[0] == 200


def test_a_read_of_a_new_task_waits_until_its_result_can_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(local_gateway, "time", SimpleNamespace(sleep=waits.append))
    monkeypatch.setattr(clock, "now", lambda: 1_000.001)
    gateway = local_gateway.LocalGateway(tiny_app())
    new, old, of_the_future = map(ids.new_id, (1_000, 999, 1_001))
    for task_id in (new, old, of_the_future, ids.keyed_id("", "key"), "health"):
        gateway.respond(Request("GET", f"/{task_id}", []))
    assert waits == [pytest.approx(local_gateway.FIRST_READ_SECONDS - 0.001)]


def test_a_refused_request_leaves_the_connection_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_gateway, "MAX_REQUESTS", 0)
    with serving(tiny_app()) as server, connect(server) as client:
        client.sendall(get())
        assert client.recv(65536).startswith(b"HTTP/1.1 503 ")
        monkeypatch.setattr(local_gateway, "MAX_REQUESTS", 1)
        client.sendall(get())
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_when_many_wait_further_requests_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_gateway, "MAX_WAITING_REQUESTS", 2)
    with held_requests(tiny_app(), 4) as (_, preferences):
        assert sorted(map(str, preferences)) == ["None", "None", "wait=25", "wait=25"]


def test_a_request_in_progress_gets_its_response_when_the_server_ends() -> None:
    with ThreadPoolExecutor(1) as pool:
        with held_requests(tiny_app(), 1) as (server, _):
            drained = pool.submit(server.drain)
            until(lambda: server.socket.fileno() == -1, "it no longer listens")
            assert not drained.done()
        drained.result(30)


@pytest.mark.parametrize(
    ("content_type", "size", "accepted", "is_compressed"),
    [
        ("application/json", 5000, "gzip, deflate", True),
        ("application/x-ndjson; charset=utf-8", 5000, "br;q=1.0, *;q=0.8", True),
        ("application/json", 5000, "gzip;q=0", False),
        ("application/json", 100, "gzip", False),
        ("image/svg+xml", 5000, "gzip", False),
    ],
)
def test_large_json_and_lines_are_compressed_for_clients_that_take_gzip(
    content_type: str, size: int, accepted: str, is_compressed: bool
) -> None:
    app = Chalice(app_name="tiny")

    @app.route("/", methods=["GET"])
    def page() -> Response:
        return Response("0" * size, {"Content-Type": content_type, "ETag": '"tag"'})

    with serving(app) as server:
        _, headers, body = send(server, get("/", f"Accept-Encoding: {accepted}\r\n".encode()))
    assert (headers.get("content-encoding") == "gzip") == is_compressed
    assert headers["etag"] == ('W/"tag"' if is_compressed else '"tag"')
    assert ("vary" in headers) == (size > 1024 and "svg" not in content_type)
    assert (gzip.decompress(body) if is_compressed else body) == b"0" * size
