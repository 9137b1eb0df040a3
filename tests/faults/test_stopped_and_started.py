"""`make run` is killed, loses its disk or its emulator, and is started again: what it keeps, reports and ends."""

from __future__ import annotations

import os
import resource
import signal
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.support.checkout import Checkout, Run
from tests.support.emulator import descendants, is_running
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

    def assert_no_process_runs(self) -> None:
        until(lambda: not any(map(is_running, self.processes)), "all have ended")


def read(run: Run, task: Task) -> Task:
    shown: Task = requests.get(run.url + task["task_id"], timeout=30).json()
    return shown


def start_long_proof(run: Run) -> str:
    """Submit a number whose proof takes long, and wait until a child process of a function computes it."""
    task_id = run.submit("10^1000+453")
    until(lambda: requests.get(run.url + task_id, timeout=30).json()["progress"], "the proof has started")
    return task_id


@pytest.fixture(scope="module")
def killed(checkout: Checkout) -> Ended:
    """Kill a run that has finished a task, computes a proof and has tasks in its queues."""
    with checkout.run(signal.SIGKILL) as run:
        finished = final_task(run.url, run.submit(101))
        proof = start_long_proof(run)
        # The messages that a worker holds when it is killed are visible again after this time.
        checkout.set_queues(VisibilityTimeout=15)
        queued = [run.submit(number) for number in SLOW]
        queued.append(requests.post(run.url, json={"numbers": list(range(10_000))}, timeout=30).json()["task_id"])
        # However slow the test is, this one is not finished before all is killed.
        checkout.set_queues(DelaySeconds=10)
        queued.append(run.submit(91))
        processes = descendants(run.process.pid)
    ended = Ended(run.text(), run.process.returncode, processes, finished, (*queued, proof))
    ended.assert_no_process_runs()  # the next run takes its ports
    return ended


@pytest.fixture(scope="module")
def started_again(checkout: Checkout, killed: Ended) -> tuple[Task, list[Task]]:
    """Start it again, and return the finished task, and the queued ones when they are final."""
    with checkout.run() as run:
        before = read(run, killed.finished)
        *queued, proof = killed.queued
        requests.delete(run.url + proof, timeout=30)
        checkout.set_queues(VisibilityTimeout=180, DelaySeconds=0)
        tasks = [final_task(run.url, task_id) for task_id in queued]
        return before, tasks


@pytest.fixture(scope="module")
def full_disk(checkout: Checkout, started_again: object) -> Ended:
    """End a run whose emulator can write no large file, as if the disk were full."""
    with checkout.run() as run:
        finished = final_task(run.url, run.submit(109))
        processes = descendants(run.process.pid)
        resource.prlimit(run.emulator(), resource.RLIMIT_FSIZE, (5_000, 5_000))
        run.process.send_signal(signal.SIGINT)
        run.process.wait(60)
    return Ended(run.text(), run.process.returncode, processes, finished)


@pytest.fixture(scope="module")
def without_emulator(checkout: Checkout, killed: Ended, full_disk: Ended) -> tuple[Ended, Task, Task]:
    """Kill the emulator of the next run; return what that run showed of the tasks of two runs before it, too."""
    with checkout.run() as run:
        kept, lost = read(run, killed.finished), read(run, full_disk.finished)
        start_long_proof(run)
        processes = descendants(run.process.pid)
        os.kill(run.emulator(), signal.SIGKILL)
        run.process.wait(60)
    return Ended(run.text(), run.process.returncode, processes, lost), kept, lost


def test_killed_it_leaves_no_process_nor_a_proof(killed: Ended) -> None:
    assert len(killed.processes) >= 6, "the watchdog, the emulator, a server, a worker, a prover and its child"
    killed.assert_no_process_runs()


def test_started_again_it_has_what_was_finished_and_finishes_what_was_queued(
    killed: Ended, started_again: tuple[Task, list[Task]]
) -> None:
    finished, queued = started_again
    assert finished == killed.finished
    assert [(task["status"], task["error"]) for task in queued] == [("SUCCESS", None)] * (len(SLOW) + 2)
    *numbers, a_list, last = queued
    assert {task["result"]["verdict"] for task in [*numbers, last]} == {"composite"}
    assert a_list["result"]["primes"] == 1229


def test_when_the_disk_is_full_the_loss_is_reported(full_disk: Ended) -> None:
    assert full_disk.returncode == 1
    assert "make run: The state could not be kept: free some space on the disk." in full_disk.text
    full_disk.assert_no_process_runs()


def test_when_the_disk_is_full_the_state_of_the_previous_run_is_kept(
    killed: Ended, without_emulator: tuple[Ended, Task, Task]
) -> None:
    _, kept, lost = without_emulator
    assert kept == killed.finished
    assert lost.get("status") != "SUCCESS"


def test_when_the_emulator_is_killed_the_loss_is_reported_and_all_ends(
    without_emulator: tuple[Ended, Task, Task],
) -> None:
    ended, _, _ = without_emulator
    assert ended.returncode == 1
    assert "MiniStack has ended. The tasks of this run are lost" in ended.text
    ended.assert_no_process_runs()
