import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from chalicelib.primality import child, ecpp, pipe
from chalicelib.primality.child import ChildDied, run_in_child, search_in_child
from chalicelib.primality.direction import Direction
from chalicelib.primality.progress import Elapsed, Progress, Report, Searching, Steps
from tests.support.doubles import end_once, out_of_memory
from tests.support.emulator import is_running
from tests.support.polling import until

N = 10**100 + 267
LONG = 60.0
SHORT = 0.05


def nothing(_: Progress) -> None: ...


def never_ends(_: Report) -> None:
    threading.Event().wait()


def child_pid() -> int:
    (process,) = multiprocessing.active_children()
    assert process.pid
    return process.pid


def test_at_the_deadline_there_is_no_result_and_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    pids: list[int] = []
    end_once(monkeypatch, lambda: pids)
    # The call into PARI does not come back to Python.
    long = lambda _: ecpp.certify(10**999 + 7)  # noqa: E731
    assert run_in_child(long, "proving", LONG, lambda _: pids.append(child_pid()), SHORT) is None
    assert not is_running(pids[0])


def test_a_search_at_its_deadline_says_how_far_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(_: int, __: Direction, searched: int, report: Callable[[int], None]) -> None:
        report(searched + 40)
        threading.Event().wait()

    monkeypatch.setattr(child, "find_prime", find)
    seen: list[int] = []
    end_once(monkeypatch, lambda: 42 in seen)

    def note(progress: Progress) -> None:
        assert isinstance(progress, Searching)
        seen.append(progress.searched)

    assert search_in_child(N, Direction.NEXT, 2, LONG, note, SHORT) == 42


def test_a_cancel_ends_the_child_and_reaches_the_caller() -> None:
    class Cancelled(Exception):
        pass

    pids: list[int] = []

    def cancel(_: Progress) -> None:
        pids.append(child_pid())
        raise Cancelled

    with pytest.raises(Cancelled):
        run_in_child(never_ends, "proving", LONG, cancel, SHORT)
    assert not is_running(pids[0])


@pytest.mark.parametrize(
    ("number", "name"), [(signal.SIGKILL, "SIGKILL"), (signal.SIGRTMIN + 3, f"killed by signal {signal.SIGRTMIN + 3}")]
)
def test_a_child_that_a_signal_kills_is_reported_with_the_signal(number: int, name: str) -> None:
    def kill(_: Progress) -> None:
        for process in multiprocessing.active_children():  # none where it is called once more
            assert process.pid
            os.kill(process.pid, number)

    with pytest.raises(ChildDied, match=name):
        run_in_child(never_ends, "proving", LONG, kill, SHORT)


def test_the_deadline_holds_while_half_of_a_message_has_arrived(monkeypatch: pytest.MonkeyPatch) -> None:
    def send_half(write_end: int, *_: object) -> None:
        os.write(write_end, pipe.LENGTH.pack(1_000_000) + b"half")
        threading.Event().wait()

    monkeypatch.setattr(pipe, "send", send_half)
    assert run_in_child(lambda _: 7, "proving", 0.3, nothing, SHORT) is None


def test_a_child_that_closes_its_pipe_and_goes_on_is_killed_and_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def close_all(_: Report) -> None:
        os.closerange(3, 1000)
        threading.Event().wait()

    monkeypatch.setattr(child, "ENDING_SECONDS", SHORT)
    with pytest.raises(ChildDied, match="closed its pipe"):
        run_in_child(close_all, "proving", LONG, nothing, SHORT)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    ("compute", "reason"),
    [(lambda _: os._exit(3), "exit code 3"), (out_of_memory, "the computation failed: MemoryError: no more")],
)
def test_a_child_that_ends_without_a_result_is_reported(compute: Callable[[Report], None], reason: str) -> None:
    with pytest.raises(ChildDied, match=reason):
        run_in_child(compute, "proving", LONG, nothing, SHORT)


def test_a_result_larger_than_a_pipe_holds_arrives_whole() -> None:
    assert run_in_child(lambda _: b"7" * 5_000_000, "proving", LONG, nothing, SHORT) == b"7" * 5_000_000


@pytest.mark.parametrize("steps", [None, Steps(1, 2, "steps")])
def test_progress_is_the_last_count_or_the_phase_and_its_seconds(
    monkeypatch: pytest.MonkeyPatch, steps: Steps | None
) -> None:
    def count(report: Report) -> None:
        if steps:
            report(steps)
        never_ends(report)

    monkeypatch.setattr(child, "REPORT_SECONDS", 0.0)
    reports: list[Progress] = []
    end_once(monkeypatch, lambda: reports and (steps is None or steps in reports))
    run_in_child(count, "proving", LONG, reports.append, SHORT)
    assert reports[-1] == steps if steps else isinstance(reports[-1], Elapsed) and reports[-1].phase == "proving"


def test_the_child_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    def prints(_: Report) -> None:
        os.write(1, b"to stdout")
        os.write(2, b"to stderr")

    run_in_child(prints, "proving", LONG, nothing, SHORT)
    assert capfd.readouterr() == ("", "")


def test_the_child_dies_with_its_parent() -> None:
    program = (
        "import multiprocessing, threading\n"
        "from chalicelib.primality.child import run_in_child\n"
        "run_in_child(lambda _: threading.Event().wait(), 'proving', 60,\n"
        "    lambda _: print(multiprocessing.active_children()[0].pid, flush=True), 0.05)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert is_running(pid)
        parent.kill()
    until(lambda: not is_running(pid), "the child's end")
