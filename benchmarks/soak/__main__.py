"""Run the soak and write its table into docs/reliability.md: `python -m benchmarks.soak`.

The exit status is 1 if a task was lost, is wrong or changed after it was final.
"""

import argparse
import random
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.harness import report, service
from benchmarks.harness.processes import handle_sigterm_as_interrupt
from benchmarks.soak.checking import faults_of
from benchmarks.soak.clients import Clients
from benchmarks.soak.kills import killing
from benchmarks.soak.submissions import Kind, draw

DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- The table of python -m benchmarks.soak begins. -->\n", "<!-- The table ends. -->"


def soak(count: int, seed: int) -> tuple[dict[str, str], list[str]]:
    """Run the soak test and return the rows of its table, and a line for each failure."""
    source, kills, start = random.Random(seed), Counter[str](), time.monotonic()
    with service.checkout() as copy, ThreadPoolExecutor(1) as pool:
        clients = Clients(copy.port, draw(count, source), seed)
        with service.run(copy) as running:
            service.use_queues(copy)
            with killing(running.pid, source, kills):
                submitting = pool.submit(clients.submit_all)
                while len(clients.ids) < count // 2 and not submitting.done():
                    time.sleep(0.1)
            running.interrupt()
        with service.run(copy) as running:
            with killing(running.pid, source, kills):
                submitting.result()
            clients.read_until_final()
            last = time.monotonic() - start
            clients.send_copies_of_final_tasks()
            running.interrupt()
        with service.run(copy):
            again = clients.read(sorted(clients.finished))
    submissions, finished, counts = clients.submissions, clients.finished, clients.counts
    failures = {
        "lost": dict.fromkeys(clients.open, ""),
        "wrong": faults_of(clients),
        "changed after they were final": {index: "" for index in finished if again.get(index) != finished[index]},
    }
    lines = [
        f"{name}: {clients.ids[index]}, a {submissions[index].kind} {why}"
        for name, found in failures.items()
        for index, why in found.items()
    ]
    if counts["two ids"] or len(set(clients.ids.values())) < count:
        lines.append("two submits with one Idempotency-Key have two tasks, or two submissions have one")
    tasks, kinds = [task for task, _ in finished.values()], Counter(submission.kind for submission in submissions)
    attempts = sorted(Counter(task["attempts"] for task in tasks).items())
    rows = {
        "tasks accepted": f"{len(clients.ids):,}: " + ", ".join(f"{kinds[kind]:,} {kind}s" for kind in Kind),
        "numbers in the lists": f"{sum(len(of.numbers) for of in submissions if of.kind is Kind.LIST):,}",
        "processes killed": f"{kills.total()}: " + ", ".join(f"{part} {n}" for part, n in sorted(kills.items())),
        "requests without a response, sent again": f"{counts['sent again']:,}",
        "accepted submits sent again with their key": f"{counts['submitted twice']:,}",
        "copies of messages while tasks were open, and after": f"{counts['copies']:,}; {counts['final copies']:,}",
        "final": ", ".join(f"{n:,} {status}" for status, n in Counter(task["status"] for task in tasks).items()),
        "at which receive of their message": ", ".join(f"{n:,} at receive {attempt}" for attempt, n in attempts),
        **{f"**{name}**": f"**{len(found)}**" for name, found in failures.items()},
        "the last one final after": f"{last / 60:.1f} min",
    }
    return rows, lines


def main() -> None:
    """Run the soak test with the arguments of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--tasks", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1, help="the seed of the random numbers and kills")
    parser.add_argument("--print", action="store_true", help="print the table and do not write it into the document")
    arguments = parser.parse_args()
    handle_sigterm_as_interrupt()
    service.prepare()
    rows, failures = soak(arguments.tasks, arguments.seed)
    heads = f"`{' '.join([parser.prog, *sys.argv[1:]])}`, {report.today()}.\nThe machine: {report.machine()}.\n\n"
    table = heads + report.markdown("what happened | ", rows.items())
    print(table)
    if failures:
        raise SystemExit("\n".join([f"the soak failed, {len(failures)} times:", *failures[:20]]))
    if not arguments.print:
        before, _, rest = DOCUMENT.read_text().partition(BEGIN)
        DOCUMENT.write_text(f"{before}{BEGIN}{table}\n{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    main()
