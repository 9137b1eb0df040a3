"""Long computations in a process of their own, which a deadline, a cancel or the parent's death ends.

The libraries hold the interpreter for a whole call, so nothing less stops one. Fork and a pipe are all that it
takes: AWS Lambda has no /dev/shm for the queues, pools and locks of multiprocessing (AWS Compute Blog,
"Parallel Processing in Python with AWS Lambda").
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

from chalicelib.primality import ladder
from chalicelib.primality.progress import JSON, Progress, Report
from chalicelib.primality.verdict import Verdict

T = TypeVar("T")

PR_SET_PDEATHSIG = 1  # linux/prctl.h
#: Seconds between two messages of the child: its reports come far oftener than anyone reads them.
REPORT_SECONDS = 0.5

_FORK = multiprocessing.get_context("fork")


class ChildDied(RuntimeError):
    """The child process ended without an answer: try again, with more memory if a signal killed it."""


def prove_in_child(
    n: int, deadline_seconds: float, on_progress: Callable[[JSON], None], interval: float = 5.0
) -> Verdict | None:
    """Return `ladder.prove(n)`, or None if the deadline comes first; raises ChildDied.

    A proof that has no hope of ending by then is not begun: the verdict comes early, and is `probable_prime`.
    """
    return run_in_child(
        lambda report: ladder.prove(n, report, deadline_seconds), "proving", deadline_seconds, on_progress, interval
    )


def screen_in_child(
    numbers: list[int], deadline_seconds: float, on_progress: Callable[[JSON], None], interval: float = 5.0
) -> list[Verdict] | None:
    """Return `ladder.screen` of each number, or None if the deadline comes first; raises ChildDied."""

    def screen_all(report: Report) -> list[Verdict]:
        verdicts: list[Verdict] = []
        for n in numbers:
            report(Progress(len(verdicts), len(numbers), "numbers"))
            verdicts.append(ladder.screen(n))
        return verdicts

    return run_in_child(screen_all, "screening", deadline_seconds, on_progress, interval)


def run_in_child(
    job: Callable[[Report], T],
    phase: str,
    deadline_seconds: float,
    on_progress: Callable[[JSON], None],
    interval: float,
) -> T | None:
    """Return what the job returns in a forked child, or None if the deadline comes first.

    Every `interval` seconds `on_progress` gets the job's latest report or else `{"phase": …, "seconds": …}`;
    an exception that it raises goes to the caller. However this ends, the child is gone. Raises ChildDied.
    """
    start = time.monotonic()

    def tick(latest: JSON | None) -> None:
        on_progress(latest or {"phase": phase, "seconds": round(time.monotonic() - start, 1)})

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
    tick: Callable[[JSON | None], None],
    interval: float,
) -> T | None:
    due = time.monotonic() + interval
    latest: JSON | None = None
    while (now := time.monotonic()) < deadline:
        if now >= due:
            tick(latest)
            due = now + interval
        alive = child.is_alive()  # asked before the pipe is, which may hold the answer of one that has ended
        if receiver.poll(max(0.0, min(due, deadline) - time.monotonic()) if alive else 0):
            try:
                kind, content = receiver.recv()
            except (EOFError, OSError):
                alive = False
            else:
                if kind == "answer":
                    answer: T = content
                    return answer
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
    return f"the computation ended without an answer, exit code {exitcode}: try again"


def _run(job: Callable[[Report], T], sender: Connection, parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before it could be tied to us
        os._exit(1)
    # What libraries print would land among the parent's log lines.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    last_sent = time.monotonic()

    def report(progress: Progress) -> None:
        nonlocal last_sent
        now = time.monotonic()
        if now - last_sent >= REPORT_SECONDS:
            last_sent = now
            sender.send(("progress", progress.as_json()))

    try:
        sender.send(("answer", job(report)))
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent has to hear of it
        sender.send(("error", f"{type(error).__name__}: {error}"))
