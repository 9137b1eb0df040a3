"""Threads that are kept and used again: the start of one takes its turn among all threads."""

import contextvars
import queue
import threading
import traceback
from collections.abc import Callable

_calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
#: Counts the threads that wait for a call.
_idle = threading.Semaphore(0)


def run(call: Callable[[], None]) -> None:
    """Run a call on a thread, in the context of this one; an exception is logged."""
    context = contextvars.copy_context()
    _calls.put(lambda: context.run(call))
    if not _idle.acquire(blocking=False):
        threading.Thread(target=_work, daemon=True).start()


def _work() -> None:
    while True:
        call = _calls.get()
        try:
            call()
        except Exception:  # noqa: BLE001 - it must not end the thread
            traceback.print_exc()
        del call  # and with it the batch that it worked on
        _idle.release()
