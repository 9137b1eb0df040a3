"""Messages from a child process through a pipe, read without waiting for the rest of one."""

import os
import pickle
import struct
from contextlib import suppress
from typing import Any

#: A message is its length and the pickle of its kind and its content.
LENGTH = struct.Struct(">Q")
READ_BYTES = 2**20


class Messages:
    """The messages that arrive at the read end of a pipe."""

    def __init__(self, read_end: int) -> None:
        """Make the pipe non-blocking."""
        os.set_blocking(read_end, False)
        #: The file descriptor.
        self.read_end = read_end
        #: Whether the write end is closed.
        self.ended = False
        self._buffer = bytearray()

    def read(self) -> list[tuple[str, Any]]:
        """Return the kind and the content of the messages that have arrived whole."""
        with suppress(BlockingIOError):
            received = os.read(self.read_end, READ_BYTES)
            self._buffer += received
            self.ended = not received
        messages = []
        while len(self._buffer) >= LENGTH.size:
            end = LENGTH.size + LENGTH.unpack_from(self._buffer)[0]
            if len(self._buffer) < end:
                break
            messages.append(pickle.loads(self._buffer[LENGTH.size : end]))  # noqa: S301 - our own child wrote it
            del self._buffer[:end]
        return messages


def send(write_end: int, kind: str, content: object) -> None:
    """Write a message to the write end of a pipe."""
    message = pickle.dumps((kind, content))
    with open(write_end, "wb", closefd=False) as pipe:
        pipe.write(LENGTH.pack(len(message)) + message)
