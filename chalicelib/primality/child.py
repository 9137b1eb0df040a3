"""Long computations in a child process, which a deadline, a cancellation or the end of the parent stops.

The libraries hold the interpreter's lock for a whole call, so that nothing in the same process can stop one.
A fork and a pipe suffice: AWS Lambda has no /dev/shm for the queues, pools and locks of multiprocessing (AWS
Compute Blog, "Parallel Processing in Python with AWS Lambda").
"""

import ctypes
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeVar

from chalicelib.primality import proving, screening
from chalicelib.primality.progress import Elapsed, Progress, Report, Steps
from chalicelib.primality.result import Proof, Result

T = TypeVar("T")

PR_SET_PDEATHSIG = 1  # linux/prctl.h
#: Seconds between two messages of the child: computations report far more often than anyone reads.
REPORT_SECONDS = 0.5

_FORK = multiprocessing.get_context("fork")


class ChildDied(RuntimeError):
    """The child process ended without a result. Try again, with more memory if a signal killed it."""


def prove_in_child(
    screened: Result,
    deadline_seconds: float,
    on_progress: Callable[[Progress], None],
    interval: float = 5.0,
    *,
    curve_seconds: float | None = None,
) -> Proof | None:
    """Return `proving.prove(screened)`, or None if the deadline comes first.

    A proof by elliptic curves that cannot end within `curve_seconds`, by default the deadline, is not started: the
    result is then a probable prime. See `run_in_child`.
    """
    seconds = deadline_seconds if curve_seconds is None else curve_seconds
    return run_in_child(
        lambda report: proving.prove(screened, report, seconds),
        "proving",
        deadline_seconds,
        on_progress,
        interval,
    )


def screen_in_child(
    numbers: list[int], deadline_seconds: float, on_progress: Callable[[Progress], None], interval: float = 5.0
) -> list[Result] | None:
    """Return `screening.screen` of each number, or None if the deadline comes first. See `run_in_child`."""

    def screen_all(report: Report) -> list[Result]:
        results: list[Result] = []
        for n in numbers:
            report(Steps(len(results), len(numbers), "numbers"))
            results.append(screening.screen(n))
        return results

    return run_in_child(screen_all, "screening", deadline_seconds, on_progress, interval)


def run_in_child(
    job: Callable[[Report], T],
    phase: str,
    deadline_seconds: float,
    on_progress: Callable[[Progress], None],
    interval: float,
) -> T | None:
    """Return what the job returns in a forked child, or None if the deadline comes first.

    However this function ends, the child has ended too.

    Args:
        job: The computation. It gets a function to which it reports its steps.
        phase: The name of the computation.
        deadline_seconds: The wall-clock time that the child gets.
        on_progress: Called every `interval` seconds with the latest report, or with the time that has passed if
            there is none. An exception that it raises ends the child and goes to the caller.
        interval: Seconds between two calls of `on_progress`.

    Raises:
        ChildDied: The child ended without a result, or the job raised an exception.
    """
    start = time.monotonic()

    def tick(latest: Steps | None) -> None:
        on_progress(latest or Elapsed(phase, round(time.monotonic() - start, 1)))

    receiver, sender = _FORK.Pipe(duplex=False)
    child = _FORK.Process(target=_run, args=(job, sender, os.getpid()))
    child.start()
    sender.close()
    try:
        return _wait(child, receiver, start + deadline_seconds, tick, interval)
    finally:
        child.kill()
        child.join()
        child.close()
        receiver.close()


def _wait(
    child: BaseProcess,
    receiver: Connection,
    deadline: float,
    tick: Callable[[Steps | None], None],
    interval: float,
) -> T | None:
    due = time.monotonic() + interval
    latest: Steps | None = None
    while (now := time.monotonic()) < deadline:
        if now >= due:
            tick(latest)
            due = now + interval
        # Asked before the pipe is read: a child that has ended may have left its result in the pipe.
        alive = child.is_alive()
        if receiver.poll(max(0.0, min(due, deadline) - time.monotonic()) if alive else 0):
            try:
                kind, content = receiver.recv()
            except (EOFError, OSError):
                alive = False
            else:
                if kind == "result":
                    result: T = content
                    return result
                if kind == "error":
                    raise ChildDied(f"the computation failed: {content}")
                latest = content
        if not alive:
            child.join()
            raise ChildDied(_ending(child.exitcode))
    return None


def _ending(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        name = signal.Signals(-exitcode).name
        return f"the computation was killed by {name}: try again, with more memory if it happens again"
    return f"the computation ended without a result, exit code {exitcode}: try again"


def _run(job: Callable[[Report], T], sender: Connection, parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # the parent ended before its end could be made the child's
        os._exit(1)
    # Libraries may print; their output would appear among the parent's log lines.
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    last_sent = time.monotonic()

    def report(steps: Steps) -> None:
        nonlocal last_sent
        now = time.monotonic()
        if now - last_sent >= REPORT_SECONDS:
            last_sent = now
            sender.send(("progress", steps))

    try:
        sender.send(("result", job(report)))
    except BaseException as error:  # noqa: BLE001 - the parent reports every failure
        sender.send(("error", f"{type(error).__name__}: {error}"))
