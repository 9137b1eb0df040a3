"""The ASGI application of the emulator: MiniStack, with what this project adds to it.

- It serves this machine only. MiniStack itself serves every host and every origin, so that a web page could create
  a function on it and run it.
- It keeps its state whole, see state.py, and writes the functions' log lines to files, see function_logs.py.
- It waits less between a message and its result, see ministack_waits.py.
"""

import os
from pathlib import Path

from ministack.app import app as ministack

from infra.emulator import function_logs, ministack_waits
from infra.emulator.state import Message, Receive, Send, keep_whole
from infra.local.access import find_refusal
from infra.local.problems import problem

STATE = Path(os.environ["STATE_DIR"])

ministack_waits.shorten()
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
