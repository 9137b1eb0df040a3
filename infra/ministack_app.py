"""MiniStack's application as the emulator's own environment serves it: for this machine only, and with a shorter pause.

MiniStack answers every host and every origin, so a web page could create a function on it and run it. Requests
that a page of another origin makes are refused before MiniStack sees them.

After a look at the queues that finds nothing, MiniStack's event source poller sleeps 50 ms, and a message that
arrives then waits: most of the latency of a task on one machine. AWS polls without such a gap. MiniStack has no
setting for it, so its constant is changed; the exact version is pinned in emulator-requirements.txt.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from ministack.app import app as ministack
from ministack.services import lambda_svc

from infra.access import find_refusal
from infra.problems import problem

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

IDLE_PAUSE_SECONDS = 0.002

if not hasattr(lambda_svc, "_ESM_IDLE_WAKE_GAP_SECONDS"):
    raise RuntimeError("This version of MiniStack has no _ESM_IDLE_WAKE_GAP_SECONDS: look for what it is called now.")
lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS = IDLE_PAUSE_SECONDS  # noqa: SLF001 - there is no setting for it


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Refuse what a page of another origin asks for; pass the rest to MiniStack."""
    if scope["type"] == "lifespan":
        await ministack(scope, receive, send)
        return
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    refusal = find_refusal(scope.get("method", "GET"), headers)
    if refusal is None:
        await ministack(scope, receive, send)
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})  # before an accept: the server answers 403
    else:
        await _refuse(refusal, send)


async def _refuse(detail: str, send: Send) -> None:
    status, headers, body = problem(403, detail, ("connection", "close"))
    encoded = [(name.encode(), value.encode()) for name, value in headers]
    encoded.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
