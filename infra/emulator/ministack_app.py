"""The emulator: MiniStack, with what this project adds to it: `python -m infra.emulator.ministack_app --port 4566`.

- It serves the user who started it, and no web page of another origin. MiniStack itself serves everyone, so that
  another user, or a page, could create a function on it and run it.
- The processes of its functions are forks of one that has imported their code, and write their own logs, see
  functions.py; a layer may name a folder of this machine, see layers.py.
- It saves its state while it runs, see saver.py.
- It looks for messages at once, and they gather into batches, see ministack_queues.py.
- Its streams of tables have every write, once and for as long as needed, see ministack_streams.py.
"""

import argparse
import asyncio
import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from ministack.app import app as ministack
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from infra.emulator import functions, ministack_queues, ministack_streams, snapshot
from infra.emulator.connections import is_own
from infra.emulator.layers import FOLLOWS_LINKS
from infra.emulator.saver import Saver
from infra.emulator.saves import Saves
from infra.local.access import find_refusal
from infra.local.problems import problem

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

STATE = Path(os.environ["STATE_DIR"])
#: The names of calls that change nothing, in X-Amz-Target.
READS = re.compile(rb"\.(BatchGet|Describe|Get|List|Query|Scan)")
OTHER_USER = "A process of another user made this request. Only the user who started the emulator may call it."


class Connection(HttpToolsProtocol):  # type: ignore[misc] # uvicorn is not in the environment of the type checker
    """A connection, whose requests are all refused if it is another user's."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Choose the application for the requests to come."""
        super().connection_made(transport)
        if not is_own(self.client, self.server):
            self.app = refuse_other_user


class Application:
    """The ASGI application: MiniStack, and the saver of its state."""

    def __init__(self, saver: Saver) -> None:
        self._saver = saver

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Refuse the requests of pages of another origin; MiniStack gets the others."""
        if scope["type"] == "lifespan":
            self._saver.start()
            await ministack(scope, partial(self._saved, receive), send)
            return
        headers = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
        if refusal := find_refusal(scope["method"], headers):
            await _refuse(refusal, send)
            return
        if may_change(scope):
            self._saver.note_change()
        await ministack(scope, receive, send)

    async def _saved(self, receive: Receive) -> Message:
        """Return the next event of the server's life; at its end, when all requests have their response, save first."""
        event = await receive()
        if event["type"] == "lifespan.shutdown":
            await self._saver.end()
        return event


def may_change(scope: Message) -> bool:
    """Return whether a request may change the state."""
    if scope["method"] in {"GET", "HEAD"}:
        return False
    target = next((value for name, value in scope["headers"] if name == b"x-amz-target"), b"")
    return READS.search(target) is None


async def refuse_other_user(_scope: Message, _receive: Receive, send: Send) -> None:
    """Refuse a request."""
    await _refuse(OTHER_USER, send)


async def _refuse(detail: str, send: Send) -> None:
    status, headers, body = problem(403, detail, ("connection", "close"))
    encoded = [(name.encode(), value.encode()) for name, value in headers]
    encoded.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


def main() -> None:
    """Serve on loopback until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--report-fd", type=int, required=True, help="a pipe, for what becomes of the saves")
    arguments = parser.parse_args()
    ministack_queues.poll()
    ministack_streams.complete()
    functions.fork()
    snapshot.keep_code()
    saves = Saves(STATE / "saves")
    if state := saves.read():
        snapshot.restore(state)
    saver = Saver(saves, arguments.report_fd)
    # Under uvicorn a call costs half of what it costs under MiniStack's own server. No part of the service uses
    # WebSockets, and a connection that becomes one would pass the check above.
    config = uvicorn.Config(
        Application(saver),
        host="127.0.0.1",
        port=arguments.port,
        http=Connection,
        ws="none",
        loop="uvloop",
        lifespan="on",
        proxy_headers=False,
        headers=[(FOLLOWS_LINKS, "yes")],
        access_log=False,
        log_level="warning",
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
