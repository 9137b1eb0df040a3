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
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from tempfile import TemporaryFile
from typing import Any, TypeVar

from chalicelib.primality import pipe, proving, screening
from chalicelib.primality.direction import Direction
from chalicelib.primality.ecpp import read_chain
from chalicelib.primality.pipe import Messages
from chalicelib.primality.prime_search import find_prime
from chalicelib.primality.progress import Elapsed, Progress, Proving, Report, Searching, Steps
from chalicelib.primality.result import Proof, Result

T = TypeVar("T")

PR_SET_PDEATHSIG = 1  # linux/prctl.h
#: Seconds between two messages of the child: computations report far more often than anyone reads.
REPORT_SECONDS = 0.5
#: What was found is told after half a second at the earliest, and then once in so many seconds at most: a computation
#: that ends sooner tells it with its result.
FIRST_NEWS_SECONDS, NEWS_SECONDS = 0.5, 1.5
#: Seconds that a child which has closed its pipe gets to end, before it is killed.
ENDING_SECONDS = 1.0
#: The kinds of messages of the child.
STEPS, FOUND, RESULT, ERROR = "steps", "found", "result", "error"

_FORK = multiprocessing.get_context("fork")


class ChildDied(RuntimeError):
    """The child process ended without a result. Try again, with more memory if a signal killed it."""


#: Exceptions of a computation that the parent raises as such: another attempt would raise the same one.
RAISED_AGAIN = (ImportError, ValueError, ArithmeticError)


def prove_in_child(
    screened: Result,
    deadline_seconds: float,
    on_progress: Callable[[Progress], None],
    interval: float = 5.0,
    helpers: Sequence[int] = (),
) -> Proof | None:
    """Return `proving.prove(screened)`, or None if the deadline comes first.

    A proof that cannot end by the deadline is not started: the result comes at once and is a probable prime.
    See `run_in_child`.
    """

    def tick(progress: Progress) -> None:
        chain = read_chain(output)
        on_progress(
            Proving("proving", progress.seconds, chain) if chain and isinstance(progress, Elapsed) else progress
        )

    with TemporaryFile() as file:
        output = file.fileno()
        return run_in_child(
            lambda report: proving.prove(screened, report, deadline_seconds, output, helpers),
            "proving",
            deadline_seconds,
            tick,
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


def search_in_child(  # noqa: PLR0913 - the search, and how it is watched
    n: int,
    direction: Direction,
    searched: int,
    deadline_seconds: float,
    on_progress: Callable[[Progress], None],
    interval: float = 5.0,
) -> Result | int:
    """Return `prime_search.find_prime`, or the distance within which there is no prime if the deadline comes first.

    See `run_in_child`.
    """
    latest = searched

    def keep(distance: int) -> bool:
        nonlocal latest
        latest = distance
        return False

    def tick(progress: Progress) -> None:
        elapsed = progress.seconds if isinstance(progress, Elapsed) else 0.0
        on_progress(Searching("searching", elapsed, latest))

    found = run_in_child(
        lambda report: find_prime(n, direction, searched, report),
        "searching",
        deadline_seconds,
        tick,
        interval,
        keep,
    )
    return latest if found is None else found


def run_in_child(  # noqa: PLR0913 - two callbacks with what they need
    compute: Callable[[Callable[[Any], None]], T],
    phase: str,
    deadline_seconds: float,
    on_progress: Callable[[Progress], None],
    interval: float,
    on_found: Callable[[Any], bool] | None = None,
) -> T | None:
    """Return what a computation returns in a forked child, or None if the deadline comes first.

    However this function ends, the child has ended too.

    Args:
        compute: The computation. It gets a function to which it reports its steps, and what it found so far.
        phase: The name of the computation.
        deadline_seconds: The wall-clock time that the child gets.
        on_progress: Called every `interval` seconds with the latest report, or with the time that has passed if
            there is none. An exception that it raises ends the child and goes to the caller.
        interval: Seconds between two calls of `on_progress`.
        on_found: Called at once with each report of the computation that is not `Steps`. Where it returns that this is
            news, `on_progress` is called soon.

    Raises:
        ChildDied: The child ended without a result, or the computation raised an exception.
        ImportError, ValueError, ArithmeticError: The computation raised that.
    """
    start = time.monotonic()

    def tick(latest: Steps | None) -> None:
        on_progress(latest or Elapsed(phase, round(time.monotonic() - start, 1)))

    read_end, write_end = os.pipe()
    child = _FORK.Process(target=_run, args=(compute, write_end, os.getpid()))
    child.start()
    os.close(write_end)
    try:
        return _wait(child, Messages(read_end), start + deadline_seconds, tick, interval, on_found)
    finally:
        child.kill()
        child.join()
        child.close()
        os.close(read_end)


def _wait(  # noqa: PLR0913 - as run_in_child
    child: BaseProcess,
    messages: Messages,
    deadline: float,
    tick: Callable[[Steps | None], None],
    interval: float,
    on_found: Callable[[Any], bool] | None,
) -> T | None:
    started = time.monotonic()
    due, news_due = started + interval, started + FIRST_NEWS_SECONDS
    latest: Steps | None = None
    while (now := time.monotonic()) < deadline:
        if now >= due:
            tick(latest)
            due, news_due = now + interval, now + NEWS_SECONDS
        # Asked before the pipe is read: a child that has ended may have left its result in the pipe.
        alive = child.is_alive()
        wait([messages.read_end, child.sentinel], max(0.0, min(due, deadline) - time.monotonic()))
        for kind, content in messages.read():
            if kind == RESULT:
                result: T = content
                return result
            if kind == ERROR:
                error_type, text = content
                raise error_type(f"the computation failed: {text}")
            if kind == FOUND and on_found is not None:
                due = min(due, news_due) if on_found(content) else due
            elif kind == STEPS:
                latest = content
        if messages.ended or not alive:
            _wait_for_end(child, min(deadline, time.monotonic() + ENDING_SECONDS))
            raise ChildDied(_ending(child.exitcode))
    return None


def _wait_for_end(child: BaseProcess, deadline: float) -> None:
    # Not child.join(timeout), which waits without a timeout for a child that has closed all its descriptors.
    while child.is_alive() and time.monotonic() < deadline:
        time.sleep(0.005)


def _ending(exitcode: int | None) -> str:
    if exitcode is None:
        return "the computation closed its pipe without a result: try again"
    if exitcode >= 0:
        return f"the computation ended without a result, exit code {exitcode}: try again"
    try:
        name = signal.Signals(-exitcode).name
    except ValueError:  # most of the real-time signals have no name
        name = f"signal {-exitcode}"
    return f"the computation was killed by {name}: try again, with more memory if it happens again"


def _run(compute: Callable[[Callable[[Any], None]], T], write_end: int, parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # the parent ended before the child could be set to end with it
        os._exit(1)
    # Libraries may print; their output would appear among the parent's log lines.
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    last_sent = time.monotonic()

    def report(content: Any) -> None:  # noqa: ANN401 - Steps, or what was found
        nonlocal last_sent
        if not isinstance(content, Steps):
            pipe.send(write_end, FOUND, content)
            return
        now = time.monotonic()
        if now - last_sent >= REPORT_SECONDS:
            last_sent = now
            pipe.send(write_end, STEPS, content)

    try:
        pipe.send(write_end, RESULT, compute(report))
    except BaseException as error:  # noqa: BLE001 - the parent reports every failure
        error_type = next((each for each in RAISED_AGAIN if isinstance(error, each)), ChildDied)
        pipe.send(write_end, ERROR, (error_type, f"{type(error).__name__}: {error}"))
