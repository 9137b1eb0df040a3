"""The service's calls of an emulator: on kept connections, without signatures, and several sends in one call.

botocore's transport and its signatures take half of the CPU time of a call to an endpoint on this machine. `install` is
called once in each process, before it makes a client: by the local server and by the parent of the functions. A call
that has no successful response this way is left to botocore, which has its attempts and raises its errors.

Source: botocore documentation, "Events", `before-call`: a handler that returns a response takes the place of what
signs, sends, tries again and parses.
"""

import json
import select
import socket
import struct
import threading
from collections import defaultdict, deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError
from botocore.parsers import create_parser

from chalicelib import aws

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
#: For a connection, and for a response: seconds and microseconds.
CONNECT_SECONDS, TIMEOUT = 2, (4, 0)
#: Messages of a call, and their bytes. Source: Amazon SQS Developer Guide, "Message quotas".
MAX_MESSAGES, MAX_BYTES = 10, 1_048_576
#: What botocore reads of an HTTP response beside what was parsed of it.
SUCCESS = SimpleNamespace(status_code=200)
#: What a handler of `before-call` returns in the place of a call.
Response = tuple[SimpleNamespace, Any]


def install() -> None:
    """Have the clients that this process makes from now on call in this way."""
    events: Any = aws.session().events
    transport = _Transport()
    events.register("before-call.sqs.SendMessage", _Groups(transport).send)
    events.register_last("before-call", transport.call)  # the others only look at the call


class _Transport:
    """Makes calls on connections that are kept: the last used one first, so that there are no more than needed."""

    def __init__(self) -> None:
        self._idle: defaultdict[tuple[str, int], list[socket.socket]] = defaultdict(list)

    def call(self, model: Any, params: dict[str, Any], request_signer: Any, **_: object) -> Response | None:  # noqa: ANN401 - botocore's
        """Return the response of an emulator; None if it is not successful, or if the call is for AWS itself."""
        url = urlsplit(params["url"])
        credentials = aws.session().get_credentials()
        if url.scheme != "http" or url.hostname not in LOOPBACK_HOSTS or credentials is None:
            return None
        # It takes the account and the region from the access key's scope, and verifies no signature of this key.
        scope = f"{credentials.access_key}/20000101/{request_signer.region_name}/{request_signer.signing_name}"
        headers = {
            "Host": url.netloc,
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}/aws4_request, SignedHeaders=host, Signature=none",
            **params["headers"],
            "Content-Length": len(params["body"]),
        }
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
        head = f"{params['method']} {params['url_path']} HTTP/1.1\r\n{lines}\r\n".encode("latin-1")
        idle = self._idle[url.hostname, url.port or 80]
        connection = None
        try:
            connection = _open(idle) or _connected(url.hostname, url.port or 80)
            connection.sendall(head + params["body"])
            response = _response(connection)
        except (OSError, ValueError, KeyError):  # not reached, closed, late, or not HTTP with a length
            if connection:
                connection.close()
            return None
        idle.append(connection)
        if response["status_code"] != SUCCESS.status_code:
            return None
        return SUCCESS, _parser(model.service_model.resolved_protocol).parse(response, model.output_shape)


def _response(connection: socket.socket) -> dict[str, Any]:
    """Return the response on a connection: its status, headers and body, by botocore's names."""
    data = b""
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += _received(connection)
    first, *lines = data[:end].decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body, length = data[end + 4 :], int(headers["content-length"])
    while len(body) < length:
        body += _received(connection)
    return {"status_code": int(first.split(" ", 2)[1]), "headers": headers, "body": body}


def _received(connection: socket.socket) -> bytes:
    data = connection.recv(262_144)
    if not data:
        raise ConnectionResetError("the server closed the connection")
    return data


@cache
def _parser(protocol: str) -> Any:  # noqa: ANN401 - botocore's
    return create_parser(protocol)


def _open(idle: list[socket.socket]) -> socket.socket | None:
    """Return the last used connection that the server has not closed."""
    while idle:
        try:
            connection = idle.pop()
        except IndexError:  # another thread has taken it
            break
        closed = select.poll()
        closed.register(connection, select.POLLIN)
        if not closed.poll(0):
            return connection
        connection.close()
    return None


def _connected(host: str, port: int) -> socket.socket:
    connection = socket.create_connection((host, port), CONNECT_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # The kernel's timeout, socket(7): with Python's, each call waits for the interpreter's lock after a poll, too.
    connection.settimeout(None)
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        connection.setsockopt(socket.SOL_SOCKET, option, struct.pack("@ll", *TIMEOUT))
    return connection


@dataclass(slots=True, eq=False)
class _Message:
    parameters: dict[str, Any]
    #: The response; None when it is its thread's turn to send.
    outcome: Future[dict[str, Any] | None] = field(default_factory=Future)


class _Groups:
    """Group commit: threads that send to a queue at the same time share a call.

    A thread that finds another one sending waits. Then the first of those that wait sends what has arrived meanwhile.
    A thread alone sends at once. Source: P. Helland et al., "Group commit timers and high volume transaction systems",
    HPTS 1987.
    """

    def __init__(self, transport: _Transport) -> None:
        self._transport = transport
        self._lock = threading.Lock()
        #: The messages that wait, of each queue to which a thread is sending.
        self._waiting: dict[str, deque[_Message]] = {}

    def send(self, params: dict[str, Any], **call: Any) -> Response | None:  # noqa: ANN401 - botocore's
        """Send a message, alone or with other threads' messages, and return its response as `_Transport.call` does.

        Raises:
            ClientError: The queue refuses it, or the call.
            BotoCoreError: There is no response.
        """
        parameters = json.loads(params["body"])
        queue = parameters.pop("QueueUrl")
        message = _Message(parameters)
        with self._lock:
            is_first = queue not in self._waiting
            self._waiting.setdefault(queue, deque()).append(message)
        if not is_first and (response := message.outcome.result()):
            return SUCCESS, response
        message.outcome = Future()
        try:
            with self._lock:
                group = _next_group(self._waiting[queue])
            if len(group) == 1:
                return self._transport.call(params=params, **call)
            _send(queue, group)
        finally:
            with self._lock:
                if self._waiting[queue]:
                    self._waiting[queue][0].outcome.set_result(None)
                else:
                    del self._waiting[queue]
        return SUCCESS, message.outcome.result()


def _next_group(waiting: deque[_Message]) -> list[_Message]:
    """Take as many messages as fit into a call, in their order."""
    group, size = [waiting.popleft()], 0
    while waiting and len(group) < MAX_MESSAGES:
        size += len(group[-1].parameters["MessageBody"].encode())
        if size + len(waiting[0].parameters["MessageBody"].encode()) > MAX_BYTES:
            break
        group.append(waiting.popleft())
    return group


def _send(queue: str, group: list[_Message]) -> None:
    """Send messages by one call, and give each its outcome."""
    entries: Any = [{"Id": str(place), **message.parameters} for place, message in enumerate(group)]
    try:
        response: Any = aws.sqs().send_message_batch(QueueUrl=queue, Entries=entries)
    except Exception as error:  # noqa: BLE001 - each thread raises it
        for message in group:
            message.outcome.set_exception(error)
        return
    for entry in response.get("Successful", []):
        group[int(entry["Id"])].outcome.set_result({**entry, "ResponseMetadata": response["ResponseMetadata"]})
    for entry in response.get("Failed", []):
        refused: Any = {
            "Error": {"Code": entry["Code"], "Message": entry.get("Message", "")},
            "ResponseMetadata": {"HTTPStatusCode": 400 if entry["SenderFault"] else 500},
        }
        group[int(entry["Id"])].outcome.set_exception(ClientError(refused, "SendMessage"))
