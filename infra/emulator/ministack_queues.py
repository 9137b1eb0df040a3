"""Polls MiniStack's queues for their functions.

MiniStack 1.5.33 sleeps 50 ms after a look that found nothing, and gives a function each message as it finds it. Of
its sources of events only queues are polled here: the streams of tables are in ministack_streams.py, and no part of the
service has others.
"""

import time
import traceback

from ministack.core.concurrency import esm_wake
from ministack.services import lambda_svc

from infra.emulator.replacement import replace

#: Between two looks while messages are worked on: those that come gather into a batch.
GATHER_SECONDS = 0.004
#: Between two looks while nothing is sent: a message may become visible again.
IDLE_SECONDS = 1.0


def poll() -> None:
    """Take the place of MiniStack's poller, which starts with the first mapping."""
    replace(lambda_svc, "_poll_loop", _poll)


def _poll() -> None:
    while True:
        esm_wake.wait(IDLE_SECONDS)  # a message was sent, or a batch has ended
        esm_wake.clear()
        try:
            if lambda_svc._poll_sqs():  # noqa: SLF001 - there is no other way
                esm_wake.set()  # there may be more
        except Exception:  # noqa: BLE001 - of one mapping: the next look may succeed
            traceback.print_exc()
        if lambda_svc._esm_inflight:  # noqa: SLF001
            time.sleep(GATHER_SECONDS)
