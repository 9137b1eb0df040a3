"""A service that breaks the contract: each response is one line of an error, exit status 2, and nothing else."""

from __future__ import annotations

import gzip
import json
import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import Result

from command import run
from conftest import Clock
from fake import FakeService, problem, served
from isprime import Client, Unavailable, UnexpectedResponse, exchange, lists
from isprime.bodies import MAX_RESPONSE_BYTES

pytestmark = pytest.mark.usefixtures("service_url")

ID = "00000000-0000-4000-8000-000000000001"
#: What moves a cursor, changes a title or reverses a line where it is written to a terminal.
CONTROLS = "\x1b]0;owned\x07\x9b2J\r\x00\u202e\ud800"
DEEP = b"[" * 100_000 + b"]" * 100_000


def assert_one_line(result: Result) -> None:
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code == 2
    assert re.fullmatch(r"Error: [^\n]+\n", result.stderr)
    assert_printable(result)


def assert_printable(result: Result) -> None:
    text = (result.stdout + result.stderr).replace("\n", "").replace("\t", "")
    assert text.isprintable(), ascii(text)


def task(result: Any = "prime", **changes: Any) -> dict[str, Any]:
    """Return a finished task of the number 97; `result` are changes to its result, or another value in its place."""
    found = {"number": 97, "verdict": "prime", "proven": True, "witness": None, "method": "trial division"}
    found |= {"seconds": 0.5, "certificate": f"/{ID}/certificate", "expression": None}
    times = dict.fromkeys(("submitted_at", "started_at", "finished_at", "expires_at"))
    base = {"task_id": ID, "status": "SUCCESS", "progress": None, "error": None, "attempts": 1, **times}
    value = found if result == "prime" else found | result if isinstance(result, dict) else result
    return base | {"result": value} | changes


def ok(body: Any, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.Response(200, content=content, headers={"Content-Type": "application/json", **headers})


RESPONSES: dict[str, httpx.Response] = {
    "unknown verdict": ok(task({"verdict": "certainly"})),
    "no verdict": ok(task({"verdict": None})),
    "prime and not proven": ok(task({"proven": False})),
    "proven that is text": ok(task({"proven": "yes"})),
    "success without a result": ok(task(None)),
    "counts in place of a result": ok(task({"total": 1, "primes": 1, "composites": 0})),
    "result of another number": ok(task({"number": 101})),
    "unknown status": ok(task(status="DONE")),
    "number that is text": ok(task({"number": "ninety-seven"})),
    "number of too many digits": ok(task({"number": "9" * 1_000_000})),
    "integer of too many digits": ok(b'{"result": ' + b"9" * 10_000 + b"}"),
    "factor that is an object": ok(task({"verdict": "composite", "witness": {"factor": {}}})),
    "seconds without end": ok(json.dumps(task()).replace("0.5", "1e999").encode()),
    "seconds that are not a number": ok(json.dumps(task()).replace("0.5", "NaN").encode()),
    "task of another id": ok(task(task_id="1")),
    "progress of text": ok(task(None, status="STARTED", progress={"phase": "proving", "seconds": "1"})),
    "list in place of a task": ok([]),
    "deep JSON": ok(DEEP),
    "no JSON": ok(b"<html>"),
    "body without end": ok(b"[" * (MAX_RESPONSE_BYTES + 1)),
    "body that unpacks without end": ok(gzip.compress(b"[" * (MAX_RESPONSE_BYTES + 1)), **{"Content-Encoding": "gzip"}),
    "control characters in a problem": problem(400, CONTROLS.replace("\ud800", "")),
    "control characters in a type": httpx.Response(418, content=b"no", headers={b"Content-Type": b"text/\x9b2J"}),
    "problem that is text": httpx.Response(404, json="no", headers={"Content-Type": "application/problem+json"}),
    "index of too many digits": problem(400, "numbers[" + "9" * 400 + "]: no"),
    "redirect": httpx.Response(302, content=b"no", headers={"Location": "http://evil.example/"}),
    "unknown class of status": httpx.Response(999, content=b"no"),
    "Retry-After without end": problem(503, "Later.", Retry_After="9" * 5_000),
    "Retry-After that is a power": httpx.Response(503, content=b"no", headers={b"Retry-After": b"\xb2"}),
}


@pytest.fixture(autouse=True)
def short_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command wait for a service that does not respond for no time."""
    monkeypatch.setattr(exchange, "MAX_OUTAGE_SECONDS", 0.0)


@pytest.mark.parametrize("args", [["97"], ["show", ID]], ids=" ".join)
@pytest.mark.parametrize("name", RESPONSES)
def test_a_task_that_breaks_the_contract_is_one_line(service: FakeService, name: str, args: list[str]) -> None:
    service.on_request = lambda request: None if request.method == "POST" else RESPONSES[name]
    result = run(*args)
    shown = {"counts in place of a result": "A list of 1 numbers", "result of another number": "101 is prime"}
    if args[0] == "show" and name in shown:
        assert result.stdout.startswith(shown[name])
    else:
        assert_one_line(result)


SUBMITTED = {
    "no id": ok({"status": "success"}),
    "id that is a path": ok({"task_id": "../queue"}),
    "id of control characters": ok({"task_id": CONTROLS}),
    "id that is a list": ok({"task_id": [ID]}),
    "deep JSON": ok(DEEP),
}


@pytest.mark.parametrize("args", [["97"], ["97", "--no-wait"], ["--file", "-"]], ids=" ".join)
@pytest.mark.parametrize("name", SUBMITTED)
def test_a_submission_that_breaks_the_contract_is_one_line(service: FakeService, name: str, args: list[str]) -> None:
    service.on_request = lambda _: SUBMITTED[name]
    assert_one_line(run(*args, stdin="97\n"))


ROW: dict[str, Any] = {"number": 7, "verdict": "prime", "proven": True, "witness": None}
PAGES: dict[str, Callable[[httpx.Request], Any]] = {
    "surplus rows": lambda _: {"results": [ROW] * 4, "next": None},
    "rows of another number": lambda _: {"results": [ROW, ROW | {"number": 11}, ROW], "next": None},
    "missing rows": lambda _: {"results": [ROW], "next": None},
    "the same cursor twice": lambda _: {"results": [], "next": "1"},
    "cursors without end": lambda request: {"results": [], "next": request.url.params.get("cursor", "") + "1"},
    "cursor that is a number": lambda _: {"results": [ROW], "next": 1},
    "unknown verdict": lambda _: {"results": [ROW | {"verdict": "maybe"}] * 3, "next": None},
    "rows that are text": lambda _: {"results": "abc", "next": None},
    "no rows": lambda _: {"next": None},
    "never complete": lambda _: {"results": [], "next": None, "complete": False},
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_results_that_breaks_the_contract_is_one_line(
    service: FakeService, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def respond(request: httpx.Request) -> httpx.Response | None:
        return ok(PAGES[name](request)) if request.url.path.endswith("/results") else None

    monkeypatch.setattr(lists, "MAX_INCOMPLETE_READS", 0)
    monkeypatch.setattr(lists, "MAX_EMPTY_PAGES", 3)
    service.on_request = respond
    result = run("--file", "-", stdin="7\n7\n7\n")
    assert_one_line(result)
    assert len(result.stdout.splitlines()) <= 3


@pytest.mark.parametrize(
    ("command", "body"),
    [
        ("queue", {"queues": [], "failed": []}),
        ("queue", {"queues": {"tasks": "many"}, "failed": []}),
        ("queue", {"queues": {}, "failed": "none"}),
        ("queue", {"queues": {}, "failed": [{}]}),
        ("tasks", {"tasks": [{}], "next": None}),
        ("tasks", {"tasks": [], "next": "the same"}),
    ],
    ids=str,
)
def test_queues_and_tasks_that_break_the_contract_are_one_line(service: FakeService, command: str, body: Any) -> None:
    service.on_request = lambda _: ok(body)
    assert_one_line(run(command))


@pytest.mark.parametrize("text", [b"\xff\xfe", "\u202e[97]".encode(), b"[97]\x1b[2J", b" "])
def test_a_certificate_that_is_no_text_is_not_written(service: FakeService, tmp_path: Path, text: bytes) -> None:
    certificate = httpx.Response(200, content=text, headers={"Content-Type": "text/plain; charset=utf-8"})
    service.on_request = lambda request: certificate if "certificate" in request.url.path else ok(task())
    file = tmp_path / "certificate"
    result = run("show", ID, "--certificate", str(file))
    assert (result.exit_code, file.exists()) == (2, False)
    assert result.stderr.count("\n") == 1


SHOWN: dict[str, tuple[list[str], Any]] = {
    "method": (["show", ID], task({"method": CONTROLS})),
    "expression": (["show", ID], task({"expression": CONTROLS})),
    "error": (["show", ID], task(None, status="FAILURE", error=CONTROLS)),
    "phase": (["show", ID], task(None, status="STARTED", progress={"phase": CONTROLS, "seconds": 1})),
    "method as JSON": (["show", ID, "--json"], task({"method": CONTROLS})),
    "queue": (["queue"], {"queues": {CONTROLS: {CONTROLS: 1}}, "failed": [{"task_id": CONTROLS, "error": CONTROLS}]}),
    "unknown fields": (["queue"], {"queues": {"tasks": {"waiting": 1, "new": [CONTROLS]}}, "failed": []}),
}


@pytest.mark.parametrize("name", SHOWN)
def test_control_characters_of_the_service_are_not_written(service: FakeService, name: str) -> None:
    args, body = SHOWN[name]
    service.on_request = lambda _: ok(body)
    result = run(*args)
    assert result.exit_code in {0, 4}
    assert_printable(result)


@pytest.mark.usefixtures("clock")
def test_control_characters_in_the_reason_of_a_pause_are_not_written(
    service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "MAX_OUTAGE_SECONDS", 60.0)
    service.failures.append(problem(503, CONTROLS.replace("\ud800", ""), Retry_After="1"))
    result = run("97")
    assert "trying again" in result.stderr
    assert_printable(result)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BYTES = {
    "nothing": b"",
    "no HTTP": b"220 mail.example ESMTP\r\n",
    "another version": b"HTTP/9.9 200 OK\r\n\r\n",
    "negative length": HEAD + b"Content-Length: -1\r\n\r\n",
    "body that is cut off": HEAD + b"Content-Length: 9\r\n\r\n{",
    "chunk without a size": HEAD + b"Transfer-Encoding: chunked\r\n\r\nx\r\n",
    "body that is not a gzip": HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    "unknown character set": HEAD.replace(b"json", b"json; charset=klingon") + b"Content-Length: 2\r\n\r\n{}",
    "header without end": HEAD + b"X: " + b"a" * 1_000_000,
    "header of control characters": HEAD + b"X: \x00\x1b\r\n\r\n",
    "redirect to no address": b"HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n",
    "reason of control characters": b"HTTP/1.1 503 \x9b2J\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_response_are_one_line(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            with suppress(ConnectionError):
                self.request.sendall(BYTES[name])

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setenv("ISPRIME_URL", f"http://127.0.0.1:{server.server_address[1]}")
        assert_one_line(run("97"))
        server.shutdown()


def test_a_body_that_arrives_without_end_is_no_response(client: Client, service: FakeService, clock: Clock) -> None:
    def drip() -> Iterator[bytes]:
        while True:
            clock.now += 10
            yield b" "

    service.on_request = lambda _: httpx.Response(200, content=drip())
    with pytest.raises(Unavailable, match="no response in time"):
        client.queue()


def test_a_retry_after_without_end_does_not_end_the_wait(client: Client, service: FakeService, clock: Clock) -> None:
    reads = iter([ok(task(None, status="STARTED"), **{"Retry-After": "9" * 5_000}), ok(task())])
    service.on_request = lambda request: None if request.method == "POST" else next(reads)
    assert client.wait(ID).status == "SUCCESS"
    assert sum(clock.sleeps) <= 60


@pytest.mark.parametrize("url", ["http://me:secret@127.0.0.1:1", "http//me:secret@host", "https://me:secret@host/?q"])
def test_a_password_in_the_address_is_not_written(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr(exchange, "MAX_FIRST_CONTACT_SECONDS", 0.0)
    monkeypatch.setenv("ISPRIME_URL", url)
    result = run("97")
    assert_one_line(result)
    assert "secret" not in result.output


def test_a_key_is_not_sent_to_another_address_by_a_redirect(service: FakeService) -> None:
    other = FakeService()
    with served(other) as url, Client(key="secret") as client:
        service.on_request = lambda _: httpx.Response(307, content=b"no", headers={"Location": url})
        with pytest.raises(UnexpectedResponse):
            client.check(97)
    assert other.requests == []
