"""The connections of a process: as many as its files allow, and room for a new one where others send nothing."""

import contextlib
import resource
import socket
import threading
from collections.abc import Iterator

#: Each has a thread.
MAX_CONNECTIONS = 2_000
#: Files that a process has open without any connection, with room for those of an upload or a log.
OTHER_FILES = 24
#: The request of a connection may use one to the table and one to the queues, which are kept.
FILES_EACH = 3
#: For the thread of a closed connection to end.
CLOSE_SECONDS = 5.0


def max_connections() -> int:
    """Raise the process's limit of open files as far as it may, and return how many connections fit it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return max(1, min(MAX_CONNECTIONS, (most - OTHER_FILES) // FILES_EACH))


class OpenConnections:
    """Counts the connections, and closes the one that has waited longest for its client where there are too many."""

    def __init__(self, limit: int = MAX_CONNECTIONS) -> None:
        self._limit = limit
        self._open: set[socket.socket] = set()
        self._waiting: dict[socket.socket, None] = {}  # the longest first
        self._changed = threading.Condition()

    def add(self, client: socket.socket) -> bool:
        """Add a connection, and return whether there is room for it."""
        is_closing = False

        def has_room() -> bool:
            nonlocal is_closing
            if len(self._open) < self._limit:
                return True
            if self._waiting and not is_closing:
                is_closing = True
                longest = next(iter(self._waiting))
                del self._waiting[longest]
                with contextlib.suppress(OSError):  # the client has closed it
                    longest.shutdown(socket.SHUT_RDWR)
            return False

        with self._changed:
            # The threads of new connections may not have started: none of them waits for its client yet.
            if not self._changed.wait_for(has_room, CLOSE_SECONDS):
                return False
            self._open.add(client)
            return True

    def remove(self, client: socket.socket) -> None:
        """Remove a connection that is closed."""
        with self._changed:
            self._open.discard(client)
            self._waiting.pop(client, None)
            self._changed.notify()

    @contextlib.contextmanager
    def waiting(self, client: socket.socket) -> Iterator[None]:
        """Allow that a connection is closed meanwhile: it waits for the client to send a request."""
        with self._changed:
            self._waiting[client] = None
            self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._waiting.pop(client, None)
