"""MiniStack's application with a shorter pause, as the emulator's own environment serves it.

After a look at the queues that finds nothing its event source poller sleeps 50 ms, in which a message that
comes waits: most of the latency of a task on one machine. AWS polls without such a gap. MiniStack has no
setting for it, so its constant is changed; the exact version is pinned in emulator-requirements.txt.
"""

from ministack.app import app
from ministack.services import lambda_svc

PAUSE_SECONDS = 0.002

if not hasattr(lambda_svc, "_ESM_IDLE_WAKE_GAP_SECONDS"):
    raise RuntimeError("This version of MiniStack has no _ESM_IDLE_WAKE_GAP_SECONDS: look for what it is called now.")
lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS = PAUSE_SECONDS  # noqa: SLF001 - there is no setting for it

__all__ = ["app"]
