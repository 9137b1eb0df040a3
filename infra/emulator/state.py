"""Keeps MiniStack's state on disk complete: that of this run or, where it cannot be written, of the run before."""

import logging
import os
import shutil
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: The emulator's exit status when its state could not be written.
NOT_KEPT = 3


class FormerState:
    """The state files of the run before, kept by hard links, which take no space on a full disk.

    MiniStack writes a file for each service, and replaces the former one only when the new one is complete. When the
    disk fills up in between, the files that are left would be of two runs.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept = folder / "former"
        self._part = folder / "former.part"
        if self._kept.exists():  # the run before was killed while it wrote
            self.restore()

    def keep(self) -> None:
        """Keep the files before they are replaced."""
        shutil.rmtree(self._part, ignore_errors=True)
        self._part.mkdir()
        for file in self._folder.glob("*.json"):
            (self._part / file.name).hardlink_to(file)
        self._part.rename(self._kept)

    def restore(self) -> None:
        """Put the files back, and delete those that the run before did not have."""
        for file in self._folder.glob("*.json"):
            file.unlink()
        for file in self._kept.glob("*.json"):
            (self._folder / file.name).hardlink_to(file)
        self.discard()

    def discard(self) -> None:
        """Forget the former files."""
        self._kept.rename(self._part)
        shutil.rmtree(self._part)


class Failures(logging.Handler):
    """Collects what MiniStack's persistence logs as an error: it reports in no other way."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Collect a message."""
        self.messages.append(record.getMessage())


def keep_whole(folder: Path, receive: Receive, send: Send) -> tuple[Receive, Send]:
    """Return the two ends of an ASGI lifespan between which MiniStack writes all of its state or changes none of it.

    If it cannot write all of it, the process ends with the status NOT_KEPT.
    """
    former = FormerState(folder)
    failures = Failures()
    logging.getLogger("persistence").addHandler(failures)

    async def receive_and_keep() -> Message:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            try:
                former.keep()
            except OSError:
                traceback.print_exc()
                os._exit(NOT_KEPT)
        return message

    async def send_and_check(message: Message) -> None:
        if message["type"] == "lifespan.shutdown.complete":
            if failures.messages:
                former.restore()
                os._exit(NOT_KEPT)
            former.discard()
        await send(message)

    return receive_and_keep, send_and_check
