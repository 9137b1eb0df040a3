"""Calls the Chalice application as API Gateway and Lambda do on AWS."""

import threading
import time
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from chalice.app import Chalice
from chalice.local import LambdaContext, LambdaEventConverter, LocalChalice, RouteMatcher

from chalicelib import clock, page
from chalicelib.tasks import ids
from infra.emulator.disk import Disk
from infra.local.access import allowed_hosts, find_refusal
from infra.local.body_memory import BodyMemory
from infra.local.compression import compress
from infra.local.http_requests import Request
from infra.local.problems import Refused, Response, problem
from infra.local.turns import Turns

#: As long as the API function may run on AWS. Source: API Gateway quotas, "Integration timeout".
API_SECONDS = 29
#: At the same time. Beyond it a request is refused before any work begins.
MAX_REQUESTS = 128
#: Beyond it nobody waits for a result: requests that wait must not keep out those that do not.
MAX_WAITING_REQUESTS = 64

#: Reads that are worked on at once: of those that call AWS some wait for it while another one uses the interpreter.
READS_AT_ONCE, KEPT_READS_AT_ONCE = 3, 1

#: A small number of an idle service is finished so long after its submission, whose millisecond its id has. A read
#: that comes earlier waits until then: it would delay the work, and its client would pause and read again.
FIRST_READ_SECONDS = 0.00325

HEALTH_PATH = "/health"

NOTHING = "There is nothing at this address: /openapi.json lists what there is."
FAULT = "The service has a fault: send the request again, and report it if it stays."
OVERLOAD = "The service is busy with too many requests. Nothing of this one was accepted: send it again."
DISK_FULL = (
    "The disk is full: functions cannot start, and tasks cannot be kept. Nothing was accepted: free some space ({} MB)"
    " and send the request again."
)


class LocalGateway:
    """Calls a Chalice application with the events that Lambda would get."""

    def __init__(
        self, app: Chalice, state: Path | None = None, is_kept: Callable[[str], object] = lambda _: False
    ) -> None:
        """Make the gateway of an application.

        Args:
            app: the application.
            state: the folder of the emulator's state, where that is on this machine: while its disk is full, requests
                that queue work are refused, and the service is not healthy.
            is_kept: returns whether the task with an id is in memory.
        """
        # Chalice keeps the current request on the application: this makes it one per thread, as `chalice local` does.
        app.__class__ = type("ThreadSafeChalice", (LocalChalice, app.__class__), {})
        self._app = app
        self._disk = Disk(state) if state else None
        self._events = LambdaEventConverter(RouteMatcher(list(app.routes)), app.api.binary_types)
        self._allowed_hosts = allowed_hosts()
        self.memory = BodyMemory()
        self._is_kept = is_kept
        self._turns, self._turns_of_kept = Turns(READS_AT_ONCE), Turns(KEPT_READS_AT_ONCE)
        self._lock = threading.Lock()
        self._active = 0

    def check(self, request: Request) -> None:
        """Raise Refused for a request of another origin, whose body is not read yet."""
        refusal = find_refusal(request.method, request.headers, names=self._allowed_hosts, links=True)
        if refusal:
            raise Refused(403, refusal)

    def respond(self, request: Request) -> Response:
        """Return the response to a request that was checked."""
        if self._disk and (request.method == "POST" or request.target == HEALTH_PATH) and self._disk.is_full():
            return problem(503, DISK_FULL.format(self._disk.needed_bytes() // 1_000_000), ("retry-after", "1"))
        with self._lock:
            if self._active >= MAX_REQUESTS:
                return problem(503, OVERLOAD, ("retry-after", "1"))
            self._active += 1
            may_wait = self._active <= MAX_WAITING_REQUESTS
        try:
            with self._turns_of(request) or nullcontext():
                return self._call(request, may_wait=may_wait)
        except Exception:  # noqa: BLE001 - a fault in the application is a 500 to this client, and ends nothing else
            traceback.print_exc()
            return problem(500, FAULT)
        finally:
            self._app.current_request = None  # of this thread: it would keep the body until the next request
            with self._lock:
                self._active -= 1

    @property
    def is_idle(self) -> bool:
        """Whether no request is waiting for its response."""
        return not self._active

    def _turns_of(self, request: Request) -> Turns | None:
        """Return the turns of a read, that of a new task as soon as its result can be there; None for others."""
        if request.method not in {"GET", "HEAD"} or request.values("prefer"):
            return None  # those that submit share their calls, and those with a wait sleep
        task_id = request.target[1:]
        if self._is_kept(task_id):
            return self._turns_of_kept
        if ids.is_well_formed(task_id):  # for one of a key, which has no time, nothing is left to wait
            seconds = ids.submitted_at(task_id) + FIRST_READ_SECONDS - clock.now()
            if 0 < seconds <= FIRST_READ_SECONDS:
                time.sleep(seconds)
        return self._turns

    def _call(self, request: Request, *, may_wait: bool) -> Response:
        try:
            body = request.body.decode()
        except UnicodeDecodeError:
            return problem(400, "Send the body in UTF-8.")
        headers = dict(request.headers)
        if request.target.startswith("/page/"):
            return _page_file(request.target.removeprefix("/page/"), headers.get("accept-encoding", ""))
        if not may_wait:
            headers.pop("prefer", None)
        event = self._event(request, headers, body.encode() if body else None)
        if event is None:
            return problem(404, NOTHING)
        return _response(
            self._app(event, LambdaContext(self._app.app_name, 128, API_SECONDS * 1000)),
            headers.get("accept-encoding", ""),
        )

    def _event(self, request: Request, headers: dict[str, str], body: bytes | None) -> dict[str, Any] | None:
        """Return the event of API Gateway, or None if there is no such route."""
        if request.target.startswith("//"):
            return None  # Chalice, which parses it as a URL, takes what follows for a host
        method = "GET" if request.method == "HEAD" else request.method
        try:
            event: dict[str, Any] = self._events.create_lambda_event(method, request.target, headers, body)
        except ValueError:
            return None
        return event


def _page_file(name: str, accept_encoding: str) -> Response:
    """Return a file of the page, which is one file on AWS and many here."""
    asset = page.asset(name)
    if asset is None:
        return problem(404, NOTHING)
    headers = {"content-type": asset.content_type} | {name.lower(): text for name, text in asset.headers.items()}
    body = compress(asset.body.encode(), headers, accept_encoding)
    return 200, [*headers.items()], body


def _response(output: dict[str, Any], accept_encoding: str) -> Response:
    """Return what API Gateway makes of a function's response."""
    content = output["body"] or ""
    headers = {"content-type": "application/json"} | {name.lower(): text for name, text in output["headers"].items()}
    body = compress(content if isinstance(content, bytes) else content.encode(), headers, accept_encoding)
    several = [(name.lower(), text) for name, texts in output["multiValueHeaders"].items() for text in texts]
    return output["statusCode"], [*headers.items(), *several], body
