"""The WSGI application of the local server: the limits of one machine around the API, and the files of its page."""

import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from chalice.app import Chalice

from infra.emulator.disk import Disk
from infra.local import page_files
from infra.local.access import allowed_hosts, find_refusal
from infra.local.gateway import Gateway, headers_of
from infra.local.problems import Refused, Response, problem

#: At the same time, in one process. Beyond it a request is refused before any work begins.
MAX_REQUESTS = 128
#: Beyond it nobody waits for a result: requests that wait must not keep out those that do not.
MAX_WAITING_REQUESTS = 64
#: Places of those 128 that only requests without `Prefer` get: a burst of clients that want to wait leaves them free.
PLAIN_REQUESTS = 32
#: What the service takes (5 MB), with room for JSON's own characters.
MAX_BODY_BYTES = 6_000_000
#: A body of at most this size needs no place among the large ones.
SMALL_BODY_BYTES = 65_536
#: Large bodies at the same time: the application makes several copies of a body while it works on it.
MAX_LARGE_BODIES = 8

HEALTH_PATH = "/health"
RETRY = ("retry-after", "1")

BODY_TOO_LONG = "Send at most 5 MB: split the list."
BODY_CUT_OFF = "The body ended before its Content-Length. Nothing was accepted: send the request again."
FULL = "The service has as many large requests as fit its memory. Nothing of this one was accepted: send it again."
FAULT = "The service has a fault: send the request again, and report it if it stays."
OVERLOAD = "The service is busy with too many requests. Nothing of this one was accepted: send it again."
DISK_FULL = (
    "The disk is full: functions cannot start, and tasks cannot be kept. Nothing was accepted: free some space ({} MB)"
    " and send the request again."
)


class Application:
    """Refuses what this machine must not serve or has no room for, and passes the rest to the API.

    While the disk of the folder `state`, the emulator's, is full, requests that queue work are refused, and the service
    is not healthy.
    """

    def __init__(self, app: Chalice, state: Path | None = None) -> None:
        self._gateway = Gateway(app)
        self._disk = Disk(state) if state else None
        self._allowed_hosts = allowed_hosts()
        self._large_bodies = threading.BoundedSemaphore(MAX_LARGE_BODIES)
        self._lock = threading.Lock()
        self._active = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Respond to a WSGI request."""
        try:
            status, headers, body = self._respond(environ)
        except Refused as refused:
            status, headers, body = refused.response
        except Exception:  # noqa: BLE001 - a fault in the application is a 500 to this client, and ends nothing else
            traceback.print_exc()
            status, headers, body = problem(500, FAULT)
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

    def _respond(self, environ: WSGIEnvironment) -> Response:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        refusal = find_refusal(method, headers_of(environ), names=self._allowed_hosts, links=True)
        if refusal:
            raise Refused(403, refusal)
        if self._disk and (method == "POST" or path == HEALTH_PATH) and self._disk.is_full():
            raise Refused(503, DISK_FULL.format(self._disk.needed_bytes() // 1_000_000), RETRY)
        page_files.read_again(environ.get("HTTP_ACCEPT", ""))
        if method in {"GET", "HEAD"} and path.startswith(page_files.PREFIX):
            return page_files.response(path)
        with self._place(is_plain="HTTP_PREFER" not in environ) as may_wait, self._body(environ) as body:
            if not may_wait:
                environ.pop("HTTP_PREFER", None)
            return self._gateway.respond(environ, body)

    @contextmanager
    def _place(self, *, is_plain: bool) -> Iterator[bool]:
        """Count a request while it is worked on, and give whether it may wait for a result."""
        with self._lock:
            if self._active >= MAX_REQUESTS - (0 if is_plain else PLAIN_REQUESTS):
                raise Refused(503, OVERLOAD, RETRY)
            self._active += 1
            may_wait = self._active <= MAX_WAITING_REQUESTS
        try:
            yield may_wait
        finally:
            with self._lock:
                self._active -= 1

    @contextmanager
    def _body(self, environ: WSGIEnvironment) -> Iterator[bytes]:
        """Give the body of a request, which has its place among the large ones until the response is there."""
        # The server has checked that it is a number. Without one the body has chunks, or there is none.
        length = int(environ.get("CONTENT_LENGTH") or -1)
        if length > MAX_BODY_BYTES:
            raise Refused(413, BODY_TOO_LONG)
        body = environ["wsgi.input"].read(SMALL_BODY_BYTES + 1)
        is_large = len(body) > SMALL_BODY_BYTES
        if is_large and not self._large_bodies.acquire(blocking=False):
            raise Refused(503, FULL, RETRY)
        try:
            if is_large:
                body += environ["wsgi.input"].read(MAX_BODY_BYTES + 1 - len(body))
            if len(body) > MAX_BODY_BYTES:
                raise Refused(413, BODY_TOO_LONG)
            if len(body) < length:
                raise Refused(400, BODY_CUT_OFF)
            yield body
        finally:
            if is_large:
                self._large_bodies.release()
