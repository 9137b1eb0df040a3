"""The calls of an emulator have the same responses and the same errors as botocore's own, and share a call to send."""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from chalicelib import aws
from infra.emulator import client
from tests.support.polling import until

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BODY = b'{"Messages":[{"MessageId":"m"}]}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
OK = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}"
REFUSED = b'HTTP/1.1 400 Bad Request\r\nContent-Length: 22\r\n\r\n{"__type":"Throttling"}'
#: What a scripted server does with a request, given its connection.
Step = Callable[[socket.socket], None]


class Server(socketserver.ThreadingTCPServer):
    """A server on loopback that does the next step of its script with each request."""

    daemon_threads = True

    def __init__(self, script: list[Step]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script, self.requests, self.connections = script, list[tuple[bytes, bytes]](), 0
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()


class Handler(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.server.connections += 1
        with contextlib.suppress(OSError):
            while head := self.rfile.readline():
                while (line := self.rfile.readline()).strip():
                    head += line
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                self.server.requests.append((head, self.rfile.read(length)))
                self.server.script.pop(0)(self.connection)


def send(content: bytes) -> Step:
    return lambda connection: connection.sendall(content)


def close(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def serve() -> Iterator[Callable[[list[Step]], Server]]:
    """Return a function that starts a scripted server."""
    with contextlib.ExitStack() as servers:

        def start(script: list[Step]) -> Server:
            server = Server(script)
            servers.callback(server.server_close)
            servers.callback(server.shutdown)
            return server

        yield start


Serve = Callable[[list[Step]], Server]


@cache
def session() -> boto3.Session:
    """Return a session, which reads the description of SQS once: that takes longer than a test."""
    made = boto3.Session("key", "secret", region_name="us-east-1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aws, "session", lambda: made)
        client.install()
    return made


def client_of(url: str, monkeypatch: pytest.MonkeyPatch) -> SQSClient:
    """Return a client with one attempt."""
    monkeypatch.setattr(aws, "session", session)
    retries: Any = {"mode": "standard", "total_max_attempts": 1}
    return session().client("sqs", endpoint_url=url, config=Config(read_timeout=0.1, retries=retries))


def call(sqs: SQSClient) -> str:
    """Receive a message and return its id."""
    return sqs.receive_message(QueueUrl=f"{sqs.meta.endpoint_url}/queue")["Messages"][0]["MessageId"]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        pytest.param(close, ConnectionClosedError, id="closed"),
        pytest.param(send(HALF), ReadTimeoutError, id="half a body"),
        pytest.param(lambda _: None, ReadTimeoutError, id="no response"),
        pytest.param(send(b"SSH-2.0-OpenSSH\r\n"), ConnectionClosedError, id="not HTTP"),
        pytest.param(send(REFUSED), ClientError, id="refused"),
    ],
)
def test_a_fault_is_the_error_that_botocore_raises(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, step: Step, expected: type[Exception]
) -> None:
    monkeypatch.setattr(client, "TIMEOUT", (0, 100_000))
    server = serve([step] * 2)
    with pytest.raises(expected):
        call(client_of(server.url, monkeypatch))
    assert len(server.requests) == 2, "the second attempt is botocore's"


def test_a_connection_is_kept_and_opened_again_when_the_server_has_closed_it(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = threading.Event()

    def respond_and_close(connection: socket.socket) -> None:
        connection.sendall(OK)
        close(connection)
        closed.set()

    server = serve([send(OK), respond_and_close, send(OK)])
    lean = client_of(server.url, monkeypatch)
    assert call(lean) == call(lean) == "m"
    assert server.connections == 1
    assert closed.wait(timeout=60)
    assert call(lean) == "m"
    assert (server.connections, len(server.requests)) == (2, 3)


@pytest.mark.parametrize("url", ["https://127.0.0.1:9", "http://sqs.us-east-1.amazonaws.com", "http://10.0.0.1:4566"])
def test_other_endpoints_keep_botocores_transport(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "session", session)
    params = {"url": url, "url_path": "/", "method": "POST", "headers": {}, "body": b"{}"}
    assert client._Transport().call(None, params, None) is None


class Sender:
    """Stands for SQS: it waits for `gate`, and refuses what begins with `bad`."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.groups: list[list[str]] = []

    def call(self, params: dict[str, Any]) -> tuple[Any, dict[str, str]]:
        self.groups.append([json.loads(params["body"])["MessageBody"]])
        self.gate.wait(10)
        return None, {}

    def send_message_batch(self, Entries: list[dict[str, str]], **_: object) -> dict[str, Any]:  # noqa: N803 - SQS's
        bodies = [entry["MessageBody"] for entry in Entries]
        self.groups.append(bodies)
        self.gate.wait(10)
        if "fail" in bodies:
            raise ClientError({"Error": {"Code": "Down", "Message": ""}}, "SendMessageBatch")
        bad = [entry for entry in Entries if entry["MessageBody"].startswith("bad")]
        return {
            "Successful": [{"Id": entry["Id"], "MessageId": "m"} for entry in Entries if entry not in bad],
            "Failed": [{"Id": entry["Id"], "Code": "InternalError", "SenderFault": False} for entry in bad],
            "ResponseMetadata": {"HTTPStatusCode": 200},
        }


def send_at_once(monkeypatch: pytest.MonkeyPatch, bodies: list[str]) -> tuple[list[list[str]], list[str]]:
    """Send the first message, then the others while it is being sent; return the groups, and the code of each error."""
    sender: Any = Sender()
    groups = client._Groups(sender)
    monkeypatch.setattr(aws, "sqs", lambda: sender)

    def send_one(body: str) -> str:
        try:
            groups.send(params={"body": json.dumps({"QueueUrl": "queue", "MessageBody": body})})
        except ClientError as error:
            return error.response["Error"]["Code"]
        return ""

    with ThreadPoolExecutor(len(bodies)) as pool:
        outcomes = [pool.submit(send_one, bodies[0])]
        until(lambda: sender.groups, "the first is being sent")
        for count, body in enumerate(bodies[1:], 1):
            outcomes.append(pool.submit(send_one, body))
            until(lambda count=count: len(groups._waiting.get("queue", ())) == count, "it waits")  # type: ignore[misc]
        sender.gate.set()
        return sender.groups, [outcome.result(10) for outcome in outcomes]


@pytest.mark.parametrize(
    ("bodies", "sizes", "refused"),
    [
        pytest.param([str(number) for number in range(13)], [1, 10, 2], {}, id="as many messages as a call may have"),
        pytest.param(["ä" * 200_000] * 5, [1, 2, 2], {}, id="as many bytes as a call may have"),
        pytest.param(["a", "bad b", "c", "bad d"], [1, 3], {1: "InternalError", 3: "InternalError"}, id="refused"),
        pytest.param(["a", "b", "fail"], [1, 2], {1: "Down", 2: "Down"}, id="a call that fails"),
    ],
)
def test_messages_that_come_while_one_is_sent_share_a_call_and_fail_alone(
    monkeypatch: pytest.MonkeyPatch, bodies: list[str], sizes: list[int], refused: dict[int, str]
) -> None:
    groups, errors = send_at_once(monkeypatch, bodies)
    assert [len(group) for group in groups] == sizes
    assert {place: error for place, error in enumerate(errors) if error} == refused
