"""Polls MiniStack's queues for the functions that get their messages, in batches that gather: see gathering.py.

MiniStack 1.5.33 looks 50 ms after a look that found nothing, and gives a function each message that it finds at once.
Of its sources of events only queues are polled here: the streams of tables are in ministack_streams.py, and no part of
the service has others.
"""

import asyncio
import threading
import time
import traceback
from collections import defaultdict
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from ministack.core.concurrency import esm_wake
from ministack.services import lambda_svc, sqs

from infra.emulator import threads
from infra.emulator.gathering import Gathering
from infra.emulator.replacement import replace

#: Between two looks while messages gather, or a batch is being worked on: a look takes the interpreter's lock from who
#: sends.
PAUSE_SECONDS = 0.004
#: Between two looks while nothing is sent: a message may become visible again.
IDLE_SECONDS = 1.0
#: The characters of ASCII that a message may have. Source: Amazon SQS API Reference, "SendMessage".
VALID_ASCII = bytes([0x9, 0xA, 0xD, *range(0x20, 0x80)])
#: After a fault of a look.
FAULT_SECONDS = 1.0


def poll() -> None:
    """Take the place of MiniStack's poller, which starts with the first mapping."""
    replace(lambda_svc, "_poll_loop", _Poller().run)


def check_characters() -> None:
    """Look through messages of ASCII in a sixth of the time: a list of 100,000 numbers has a megabyte."""

    def search(text: str) -> Any:  # noqa: ANN401 - a match, or None
        is_valid = text.isascii() and not text.encode().translate(None, VALID_ASCII)
        return None if is_valid else pattern.search(text)

    pattern = replace(sqs, "_INVALID_SQS_CHARS_RE", SimpleNamespace(search=search))


class _Poller:
    """Looks at the queues when a message is sent or a batch ends."""

    def __init__(self) -> None:
        self._gatherings: defaultdict[str, Gathering] = defaultdict(Gathering)  # by mapping
        self._lock = threading.Lock()
        self._is_holding = False
        self._ended = threading.Event()
        self._wake = esm_wake.set
        self._dispatch = replace(lambda_svc, "_dispatch_esm_batch", self.dispatch)
        replace(lambda_svc, "spawn_background", lambda run, **_: threads.run(run))
        self._concurrency = replace(lambda_svc, "_sqs_esm_concurrency", self.concurrency)
        replace(lambda_svc, "_esm_wake", SimpleNamespace(set=self._end))
        replace(esm_wake, "set", self._wake_after_response)

    def run(self) -> None:
        """Look at the queues again and again."""
        while True:
            esm_wake.wait(IDLE_SECONDS)
            esm_wake.clear()
            try:
                while self._look():
                    pass
            except Exception:  # noqa: BLE001 - of one mapping: the next look may succeed
                traceback.print_exc()
                time.sleep(FAULT_SECONDS)
            if self._is_holding or lambda_svc._esm_inflight:  # noqa: SLF001 - there is no other way
                self._ended.wait(PAUSE_SECONDS)
                self._ended.clear()
            if self._is_holding:
                self._wake()

    def dispatch(self, mapping_id: str, run: Callable[..., None], *arguments: Any) -> None:  # noqa: ANN401 - MiniStack's
        """Let a function work on a batch, on a thread of its own."""
        count, gathering = len(arguments[3]), self._gatherings[mapping_id]

        def run_and_note(*given: Any) -> None:  # noqa: ANN401
            try:
                run(*given)
            finally:
                with self._lock:
                    gathering.end(count)

        with self._lock:
            gathering.dispatch(count, time.monotonic())
        self._dispatch(mapping_id, run_and_note, *arguments)

    def concurrency(self, mapping: dict[str, Any], function: Any, config: Any, queue: dict[str, Any]) -> int:  # noqa: ANN401
        """Return how many batches of a mapping may be worked on: none while its messages gather."""
        gathering = self._gatherings[mapping["UUID"]]
        waiting = len(queue["messages"]) - gathering.in_flight
        if gathering.holds(waiting, mapping.get("BatchSize", 10), time.monotonic()):
            self._is_holding = self._is_holding or waiting > 0
            return 0
        limit: int = self._concurrency(mapping, function, config, queue)
        return limit

    def _look(self) -> bool:
        """Return whether a batch was found."""
        self._is_holding = False
        found: bool = lambda_svc._poll_sqs()  # noqa: SLF001
        return found

    def _end(self) -> None:
        """Look at once: a batch has ended."""
        self._ended.set()
        self._wake()

    def _wake_after_response(self) -> None:
        """Look at the queues once the response to the request that sent a message is written.

        The poller takes the interpreter's lock at once, and the sender would wait for its look at all queues.
        """
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a thread without requests
            self._wake()
        else:
            loop.call_soon(self._wake)
