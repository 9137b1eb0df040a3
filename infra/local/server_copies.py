"""The processes of the local server: copies, made by fork, of one that has imported the application.

They share its memory, and the import is made once.
"""

import contextlib
import gc
import os
import signal
import sys
import time
from collections.abc import Callable

#: The signal for changed files of the page. A process that does not handle it yet ignores it, and has read no file.
READ_PAGE_AGAIN = signal.SIGURG
ENDING = (signal.SIGTERM, signal.SIGINT)
#: A copy that ends sooner has a fault that the next one would have, too.
MIN_SECONDS = 5


class Copies:
    """Runs copies of this process, which must have one thread and no connections.

    Signals are passed on to the copies. A copy that something ends is made again.
    """

    def __init__(self, count: int, serve: Callable[[], None], read_page_again: Callable[[], object]) -> None:
        """Note what they run.

        Args:
            count: How many run at once.
            serve: What each of them runs, until a signal ends it; it handles its signals.
            read_page_again: What this process does with the signal, for the copies to come.
        """
        self._count = count
        self._serve = serve
        self._read_page_again = read_page_again
        self._running: dict[int, float] = {}
        self._is_ending = False

    def run(self) -> None:
        """Run them until a signal ends them.

        Raises:
            SystemExit: One of them has ended at once.
        """
        gc.collect()
        gc.freeze()  # the collector would write to the objects, and no longer share their memory
        for number in (READ_PAGE_AGAIN, *ENDING):
            signal.signal(number, self._pass_on)
        while self._running or not self._is_ending:
            while len(self._running) < self._count and not self._is_ending:
                self._start()
            pid, _ = os.wait()
            started = self._running.pop(pid)
            if not self._is_ending and time.monotonic() - started < MIN_SECONDS:
                self._pass_on(signal.SIGTERM)
                sys.exit("a process of the API has ended at once")

    def _start(self) -> None:
        """Make a copy; no signal arrives before it handles them, and none before this process knows it."""
        handled = {READ_PAGE_AGAIN, *ENDING}
        signal.pthread_sigmask(signal.SIG_BLOCK, handled)
        pid = os.fork()
        if pid == 0:
            for number in ENDING:
                signal.signal(number, signal.SIG_DFL)
            signal.signal(READ_PAGE_AGAIN, lambda *_: self._read_page_again())
            signal.pthread_sigmask(signal.SIG_UNBLOCK, handled)
            sys.exit(self._serve())
        self._running[pid] = time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, handled)

    def _pass_on(self, number: int, _frame: object = None) -> None:
        if number == READ_PAGE_AGAIN:
            self._read_page_again()
        else:
            self._is_ending = True
        for pid in self._running:
            with contextlib.suppress(ProcessLookupError):  # it has ended, and is not taken off yet
                os.kill(pid, number)
