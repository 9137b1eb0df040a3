"""Lambda's Runtime API for one function process: it asks for invocations and posts what each returned.

Source: AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes".
"""

import json
import re
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue

RESULT = re.compile(r"/2018-06-01/runtime/(?:init/error|invocation/([\w-]+)/(response|error))")


class FunctionError(Exception):
    """A function could not start, or its process ended: the argument is what Lambda would return of it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.payload = json.dumps({"errorType": kind, "errorMessage": message}).encode()


@dataclass(frozen=True)
class Response:
    """What a handler returned, or the error that it raised, as JSON."""

    payload: bytes
    is_error: bool


@dataclass
class Invocation:
    """One call of a function; `deadline` is in seconds since 1970."""

    request_id: str
    payload: bytes
    arn: str
    trace_id: str
    deadline: float
    response: Future[Response] = field(default_factory=Future)

    def headers(self) -> dict[str, str]:
        """Return the headers that the runtime client reads; without the last three its native part crashes."""
        return {
            "Lambda-Runtime-Aws-Request-Id": self.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(self.deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": self.arn,
            "Lambda-Runtime-Trace-Id": self.trace_id,
            "Content-Type": "application/json",
        }


class RuntimeApi:
    """Serves one function process on a free port of loopback; `started` is done when it asks the first time."""

    def __init__(self) -> None:
        self.started: Future[None] = Future()
        self._waiting: SimpleQueue[Invocation | None] = SimpleQueue()
        self._current: Invocation | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"api": self}))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def invoke(self, invocation: Invocation) -> Response:
        """Run one invocation and return its response.

        Raises:
            FunctionError: the process ended or did not respond before the deadline.
        """
        self._current = invocation
        self._waiting.put(invocation)
        try:
            return invocation.response.result(invocation.deadline - time.time())
        except TimeoutError as error:
            message = f"RequestId: {invocation.request_id} Error: Task timed out"
            raise FunctionError("Sandbox.Timedout", message) from error

    def fail(self, error: FunctionError) -> None:
        """Let whoever waits for the process know that it has failed."""
        for future in (self.started, self._current.response if self._current else None):
            if future and not future.done():
                future.set_exception(error)

    def next(self) -> Invocation | None:
        """Wait for an invocation and return it, None when the API was closed."""
        if not self.started.done():
            self.started.set_result(None)
        return self._waiting.get()

    def respond(self, request_id: str, response: Response) -> None:
        """Take the response of the current invocation; drop a response that comes too late."""
        current = self._current
        if current and current.request_id == request_id and not current.response.done():
            current.response.set_result(response)

    def close(self) -> None:
        self._waiting.put(None)
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    api: RuntimeApi
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        invocation = self.api.next()
        if invocation is None:
            self.close_connection = True
            return
        self._send(200, invocation.payload, invocation.headers())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        matched = RESULT.fullmatch(self.path)
        if matched is None:
            self._send(404, b"{}", {})
            return
        request_id, outcome = matched.groups()
        if request_id is None:
            error = FunctionError("Runtime.InitError", "the handler's module did not load")
            error.payload = body
            self.api.fail(error)
        else:
            self.api.respond(request_id, Response(body, is_error=outcome == "error"))
        self._send(202, b"{}", {})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response_only(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing: only the function's own lines are logged."""
