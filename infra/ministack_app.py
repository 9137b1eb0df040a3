"""MiniStack's application as the emulator's own environment serves it.

- It serves this machine only. MiniStack itself serves every host and every origin, so that a web page could create
  a function on it and run it.
- It keeps its state whole, see emulator_state.py, and writes the functions' log lines to files, see function_logs.py.
- Its event source poller sleeps for 2 ms after a look at the queues that finds nothing, and not for 50, in which a
  message that arrives would wait: most of the latency of a task on one machine. AWS polls without such a gap.
  MiniStack has no setting for it, so its constant is changed; emulator-requirements.txt pins the exact version.
"""

import os
from pathlib import Path

from ministack.app import app as ministack
from ministack.services import lambda_svc

from infra import function_logs
from infra.access import find_refusal
from infra.emulator_state import Message, Receive, Send, keep_whole
from infra.problems import problem

IDLE_PAUSE_SECONDS = 0.002

STATE = Path(os.environ["STATE_DIR"])

if not hasattr(lambda_svc, "_ESM_IDLE_WAKE_GAP_SECONDS"):
    raise RuntimeError("This version of MiniStack has no _ESM_IDLE_WAKE_GAP_SECONDS: look for what it is called now.")
lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS = IDLE_PAUSE_SECONDS  # noqa: SLF001 - there is no setting for it
function_logs.write_to(STATE / "logs")


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Refuse the requests of pages of another origin; MiniStack gets the others."""
    if scope["type"] == "lifespan":
        await ministack(scope, *keep_whole(STATE, receive, send))
        return
    headers = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    refusal = find_refusal(scope.get("method", "GET"), headers)
    if refusal is None:
        await ministack(scope, receive, send)
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})  # before an accept: the server responds with 403
    else:
        await _refuse(refusal, send)


async def _refuse(detail: str, send: Send) -> None:
    status, headers, body = problem(403, detail, ("connection", "close"))
    encoded = [(name.encode(), value.encode()) for name, value in headers]
    encoded.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
