"""Kill the emulator while tasks are submitted, and check what is kept: `python -m benchmarks.killed_emulator`.

What was accepted in the last 30 s before a kill may be lost; every other task must become final with the right result.
The exit status is 1 if one does not.
"""

import argparse
import os
import random
import signal
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor

from benchmarks.harness import report, service
from benchmarks.harness.processes import command, descendants, handle_sigterm_as_interrupt, stat
from benchmarks.soak.checking import faults_of
from benchmarks.soak.clients import Clients
from benchmarks.soak.submissions import Kind, draw
from infra.emulator.saves import Saves

#: What docs/reliability.md promises.
SAVED_WITHIN_SECONDS = 30.0
#: The minimum and the maximum of the seconds from a start to the next kill.
PAUSE = (35.0, 70.0)
END_SECONDS = 60.0


def submit_and_kill(copy: service.Checkout, clients: Clients, source: random.Random) -> dict[float, float]:
    """Submit all tasks while the emulator is killed and the service is started again.

    Returns:
        The age of the last save in seconds at the time of each kill.
    """
    saves = Saves(copy.folder / ".state" / str(copy.emulator_port) / "saves")
    kills: dict[float, float] = {}
    submitting: Future[None] | None = None
    with ThreadPoolExecutor(1) as pool:
        while True:
            with copy.run() as running:
                copy.use_queues()
                submitting = submitting or pool.submit(clients.submit_all)
                due = time.monotonic() + source.uniform(*PAUSE)
                while time.monotonic() < due and not submitting.done():
                    time.sleep(0.1)
                if submitting.done():
                    submitting.result()
                    running.interrupt()
                    return kills
                os.kill(_emulator(running.pid), signal.SIGKILL)
                killed = time.monotonic()
                latest = saves.latest()
                kills[killed] = time.time() - latest.stat().st_mtime if latest else float("inf")
                running.process.wait(END_SECONDS)
                print(f"{len(clients.ids):,} are accepted; the emulator is killed", flush=True)


def _emulator(run: int) -> int:
    """Return the emulator of a run. A copy of it, which writes a save, is its child."""
    found = [pid for pid in descendants(run) if stat(pid)[1] == str(run) and "ministack_app" in command(pid)]
    return found[0]


def main() -> None:
    """Run with the arguments of the command line, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.killed_emulator", description=__doc__)
    parser.add_argument("--tasks", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1, help="the seed of the random numbers and kills")
    arguments = parser.parse_args()
    handle_sigterm_as_interrupt()
    service.prepare()
    source = random.Random(arguments.seed)
    with service.checkout() as copy:
        # The message of a long proof is hidden for 15 minutes after a kill: the run would take as long for each.
        submissions = [of for of in draw(arguments.tasks, source) if of.kind is not Kind.LONG_PROOF]
        clients = Clients(copy.port, submissions, arguments.seed)
        kills = submit_and_kill(copy, clients, source)
        clients.finished.clear()  # what became final just before a kill is computed again
        clients.excused = {
            index
            for index, accepted in clients.accepted.items()
            if any(0 <= kill - accepted <= SAVED_WITHIN_SECONDS for kill in kills)
        }
        with copy.run() as running:
            clients.read_until_final()
            clients.finished |= clients.read(sorted(clients.excused))
            running.interrupt()
    finished = clients.finished
    wrong = [*faults_of(clients).values()]
    lost = [
        f"{clients.ids[index]} is lost, a {submissions[index].kind}, accepted"
        f" {min((kill - clients.accepted[index] for kill in kills if kill > clients.accepted[index]), default=0):.1f} s"
        " before a kill"
        for index in clients.open
    ]
    rows = {
        "tasks accepted": f"{len(clients.ids):,}",
        "times that the emulator was killed": len(kills),
        "seconds from the last save to each kill": ", ".join(f"{age:.1f}" for age in kills.values()),
        "accepted in the 30 s before a kill, and kept": f"{len(clients.excused):,}"
        f", {len(clients.excused & finished.keys()):,}",
        "accepted at other times, and **lost**": f"{len(clients.ids) - len(clients.excused):,}, **{len(lost)}**",
        "final": ", ".join(
            f"{n:,} {status}" for status, n in Counter(task["status"] for task, _ in finished.values()).items()
        ),
        "**wrong**": f"**{len(wrong)}**",
    }
    print(f"{report.today()}, {report.machine()}\n\n" + report.markdown("what happened | ", rows.items()))
    if lost or wrong:
        raise SystemExit("\n".join([*lost[:20], *wrong[:20]]))


if __name__ == "__main__":
    main()
