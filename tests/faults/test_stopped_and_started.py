"""`make run` is killed, loses its disk or its emulator, and is started again: what it keeps, reports and ends."""

import os
import re
import resource
import signal
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from infra.local.lost_tasks import REASON
from tests.support.checkout import Checkout, Run
from tests.support.emulator import children, descendants, function_of, is_running
from tests.support.polling import final_task, until

pytestmark = pytest.mark.emulator

#: Composites of two Mersenne primes. The worker takes some tenths of a second for each, so that it holds some, and
#: others are queued, when the last one is accepted.
SLOW = [(2**9689 - 1) * (2**exponent - 1) for exponent in (3217, 2281, 2203)] * 2

Task = dict[str, Any]


@dataclass(frozen=True)
class Ended:
    """A run that has ended."""

    #: What it has printed.
    text: str
    returncode: int
    #: What ran when it ended.
    processes: set[int]
    #: A task that it finished.
    finished: Task
    #: The ids of the tasks that were queued when it ended.
    queued: tuple[str, ...] = ()
    #: What else was read before it ended.
    read: tuple[Task, ...] = ()

    def assert_no_process_runs(self) -> None:
        until(lambda: not any(map(is_running, self.processes)), "all have ended")


def read(run: Run, task: Task) -> Task:
    shown: Task = requests.get(run.url + task["task_id"], timeout=30).json()
    return shown


def start_long_proof(run: Run) -> str:
    """Submit a number whose proof takes long, and wait until a child process of a function computes it."""
    task_id = run.submit("10^1000+453")
    until(lambda: read(run, {"task_id": task_id})["result"], "it is screened")
    until(lambda: any(children(pid) for pid in descendants(run.process.pid) if is_prover(pid)), "the proof runs")
    return task_id


def is_prover(pid: int) -> bool:
    return "LongProver" in function_of(pid).split("-")


def look_more_often(checkout: Checkout, pause: str) -> None:
    """Let the next runs wait for half a second between saves, or between the attempts of one."""
    saver = checkout.folder / "infra" / "emulator" / "saver.py"
    text, count = re.subn(rf"(?m)^{pause} = .*", f"{pause} = 0.5", saver.read_text())
    assert count == 1
    saver.write_text(text)


@pytest.fixture(scope="module")
def killed(checkout: Checkout) -> Ended:
    """Kill a run that has finished a task, computes a proof and has tasks in its queues."""
    with checkout.run(signal.SIGKILL) as run:
        finished = final_task(run.url, run.submit(101))
        proof = start_long_proof(run)
        # The messages that a worker holds when it is killed are visible again after this time.
        checkout.set_queues(VisibilityTimeout=5)
        queued = [run.submit(number) for number in SLOW]
        queued.append(requests.post(run.url, json={"numbers": list(range(10_000))}, timeout=30).json()["task_id"])
        # However slow the test is, this one is not finished before all is killed.
        checkout.set_queues(DelaySeconds=5)
        queued.append(run.submit(91))
        processes = descendants(run.process.pid)
    ended = Ended(run.text(), run.process.returncode, processes, finished, (*queued, proof))
    ended.assert_no_process_runs()  # the next run takes its ports
    return ended


def limit_files(run: Run, size: int) -> None:
    """Let the emulator write no file that is larger, as if the disk were full; -1 means no limit."""
    resource.prlimit(run.emulator(), resource.RLIMIT_FSIZE, (size, -1))


@pytest.fixture(scope="module")
def started_again(checkout: Checkout, killed: Ended) -> Ended:
    """Start it again, finish the queued tasks, and end it while the disk is full, which then gets space."""
    look_more_often(checkout, "RETRY_SECONDS")
    with checkout.run() as run:
        before = read(run, killed.finished)
        *queued, proof = killed.queued
        requests.delete(run.url + proof, timeout=30)
        checkout.set_queues(VisibilityTimeout=180, DelaySeconds=0)
        tasks = [final_task(run.url, task_id) for task_id in queued]
        finished = final_task(run.url, run.submit(109))
        processes = descendants(run.process.pid)
        limit_files(run, 5_000)
        run.process.send_signal(signal.SIGINT)
        until(lambda: "The state cannot be saved (File too large): free " in run.text(), "it says so")
        limit_files(run, -1)
        run.process.wait(60)
    return Ended(run.text(), run.process.returncode, processes, finished, read=(before, *tasks))


@pytest.fixture(scope="module")
def given_up(checkout: Checkout, started_again: Ended) -> Ended:
    """Let the next run save often, fill its disk while it runs, and end it without waiting for space."""
    look_more_often(checkout, "PAUSE_SECONDS")
    with checkout.run() as run:
        before = read(run, started_again.finished)
        final_task(run.url, run.submit(2))  # the worker has started
        limit_files(run, 5_000)
        lost = final_task(run.url, run.submit(113))
        until(lambda: "The state cannot be saved (File too large): free " in run.text(), "it says so while it runs")
        processes = descendants(run.process.pid)
        run.process.send_signal(signal.SIGINT)
        until(lambda: "Ctrl-C ends it without this save" in run.text(), "it waits for space")
        run.process.send_signal(signal.SIGINT)
        run.process.wait(60)
    return Ended(run.text(), run.process.returncode, processes, lost, read=(before,))


@pytest.fixture(scope="module")
def without_emulator(checkout: Checkout, given_up: Ended, started_again: Ended) -> Ended:
    """Kill the emulator of the next run after it has saved, while it computes a proof."""
    saves = checkout.folder / ".state" / str(checkout.emulator_port) / "saves"
    with checkout.run() as run:
        before, lost = read(run, started_again.finished), read(run, given_up.finished)
        finished, proof = final_task(run.url, run.submit(127)), start_long_proof(run)
        saved = max(saves.glob("0*"))
        until(lambda: int(max(saves.glob("0*")).name) >= int(saved.name) + 2, "it has saved these tasks")
        processes = descendants(run.process.pid)
        os.kill(run.emulator(), signal.SIGKILL)
        run.process.wait(60)
    return Ended(run.text(), run.process.returncode, processes, finished, (proof,), (before, lost))


@pytest.fixture(scope="module")
def last(checkout: Checkout, without_emulator: Ended) -> Ended:
    """Read the tasks in one more run."""
    with checkout.run() as run:
        tasks = [read(run, without_emulator.finished), read(run, {"task_id": without_emulator.queued[0]})]
    return Ended(run.text(), run.process.returncode, set(), tasks[0], read=tuple(tasks))


def test_killed_it_leaves_no_process_nor_a_proof(killed: Ended) -> None:
    assert len(killed.processes) >= 6, "the watchdog, the emulator, a server, a worker, a prover and its child"
    killed.assert_no_process_runs()


def test_started_again_it_has_what_was_finished_and_finishes_what_was_queued(
    killed: Ended, started_again: Ended
) -> None:
    finished, *queued = started_again.read
    assert finished == killed.finished
    assert [(task["status"], task["error"]) for task in queued] == [("SUCCESS", None)] * (len(SLOW) + 2)
    *numbers, a_list, last = queued
    assert {task["result"]["verdict"] for task in [*numbers, last]} == {"composite"}
    assert a_list["result"]["primes"] == 1229


def test_while_the_disk_is_full_the_end_waits_for_space_and_nothing_is_lost(
    started_again: Ended, given_up: Ended
) -> None:
    assert started_again.returncode == 0
    assert "The state is saved again." in started_again.text
    started_again.assert_no_process_runs()
    assert given_up.read[0] == started_again.finished


def test_an_end_without_a_save_reports_the_loss_and_keeps_the_save_before(
    started_again: Ended, given_up: Ended, without_emulator: Ended
) -> None:
    assert given_up.returncode == 1
    assert "make run: The state could not be saved. The state of 20" in given_up.text
    given_up.assert_no_process_runs()
    before, lost = without_emulator.read
    assert before == started_again.finished
    assert (lost["status"], lost["error"]) == ("FAILURE", REASON)
    assert "and are FAILURE now: 1" in without_emulator.text


def test_when_the_emulator_is_killed_all_ends_and_what_was_saved_is_kept(without_emulator: Ended, last: Ended) -> None:
    assert without_emulator.returncode == 1
    assert "MiniStack has ended. The state of 20" in without_emulator.text
    without_emulator.assert_no_process_runs()
    finished, proof = last.read
    assert finished == without_emulator.finished
    assert proof["status"] in {"PENDING", "STARTED"}


def test_a_damaged_state_is_refused_by_name_before_anything_starts(checkout: Checkout, last: Ended) -> None:
    save = max((checkout.folder / ".state" / str(checkout.emulator_port) / "saves").glob("0*"))
    save.write_text("{")
    output = checkout.output_of_failed_start()
    assert f"make run: The state cannot be read: {save} is damaged. Nothing was changed." in output
    assert "packaging" not in output
