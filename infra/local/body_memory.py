"""The memory that the bodies of all connections may take."""

import threading

from infra.local.problems import Refused

#: Eight bodies of the greatest size. The application makes several copies of a body while it works on it.
MAX_BYTES = 48_000_000
#: So much of each body is not counted: many large bodies do not keep out a small one.
FREE_BYTES = 65_536

FULL = "The service has as many large requests as fit its memory. Nothing of this one was accepted: send it again."


class BodyMemory:
    """Counts the bytes of bodies that are received and whose requests are not finished.

    Attributes:
        free_bytes: How many more there may be.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.free_bytes = MAX_BYTES

    def grow(self, before: int, after: int) -> None:
        """Let a body grow from `before` to `after` bytes.

        Raises:
            Refused: there is no room for it.
        """
        wanted = _counted(after) - _counted(before)
        with self._lock:
            if wanted > self.free_bytes:
                raise Refused(503, FULL, ("retry-after", "1"))
            self.free_bytes -= wanted

    def release(self, size: int) -> None:
        """Give back the bytes of a body."""
        with self._lock:
            self.free_bytes += _counted(size)


def _counted(size: int) -> int:
    return max(0, size - FREE_BYTES)
