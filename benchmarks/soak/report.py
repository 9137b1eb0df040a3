"""The outcome of a soak test as the table of docs/reliability.md."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import machine, today
from benchmarks.soak.clients import Tasks
from benchmarks.soak.submissions import Kind

DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- The table of python -m benchmarks.soak begins. -->", "<!-- The table ends. -->"
#: How many failures are printed one by one.
MAX_FAILURES = 20


@dataclass(frozen=True)
class Outcome:
    """The outcome of a soak test. Tasks are named by the index of their submission."""

    tasks: Tasks
    kills: Mapping[str, int]
    starts: int
    faults: Mapping[int, str]
    changed: list[int]
    submitted_seconds: float
    last_seconds: float
    seconds: float

    @property
    def lost(self) -> list[int]:
        """Tasks that were accepted and did not become final."""
        return self.tasks.open

    @property
    def failures(self) -> list[str]:
        """A line for each task that was lost, is wrong or changed, up to `MAX_FAILURES` of them."""
        ids, submissions = self.tasks.ids, self.tasks.submissions
        lines = [f"lost: {ids[index]}, a {submissions[index].kind}" for index in self.lost]
        lines += [f"wrong: {ids[index]}, a {submissions[index].kind}: {fault}" for index, fault in self.faults.items()]
        lines += [f"changed after it was final: {ids[index]}, a {submissions[index].kind}" for index in self.changed]
        if self.tasks.two_ids:
            lines.append(f"another task for the same Idempotency-Key: {self.tasks.two_ids} times")
        missing = len(submissions) - len(set(ids.values()))
        if missing:
            lines.append(f"submissions without a task of their own: {missing}")
        return lines[:MAX_FAILURES] + ([f"and {len(lines) - MAX_FAILURES} more"] if len(lines) > MAX_FAILURES else [])


def table(outcome: Outcome, command: str) -> str:
    """Return the table, after the command, the date and the machine of the run."""
    tasks = outcome.tasks
    kinds = Counter(tasks.submissions[index].kind for index in tasks.ids)
    listed = sum(len(submission.numbers) for submission in tasks.submissions if submission.kind is Kind.LIST)
    statuses = Counter(str(finished.task["status"]) for finished in tasks.finished.values())
    attempts = Counter(int(str(finished.task["attempts"])) for finished in tasks.finished.values())
    kills = ", ".join(f"{name} {count}" for name, count in sorted(outcome.kills.items()))
    rows = {
        "tasks accepted": f"{len(tasks.ids):,}: " + ", ".join(f"{kinds[kind]:,} {kind}s" for kind in Kind),
        "numbers in the lists": f"{listed:,}",
        "processes killed": f"{sum(outcome.kills.values())}: {kills}",
        "stopped by Ctrl-C and started again": f"{outcome.starts - 1} times",
        "requests without a response, sent again": f"{tasks.sent_again:,}",
        "accepted submits sent again with their key": f"{tasks.submitted_twice:,}",
        "copies of messages, while tasks were submitted": f"{tasks.copies:,}",
        "copies of messages, after all were final": f"{tasks.copies_of_final_tasks:,}",
        "final": ", ".join(f"{count:,} {status}" for status, count in statuses.most_common()),
        "at which receive of their message": ", ".join(
            f"{count:,} at receive {receive}" for receive, count in sorted(attempts.items())
        ),
        "**lost**": f"**{len(outcome.lost)}**",
        "**wrong**": f"**{len(outcome.faults)}**",
        "**changed after they were final**": f"**{len(outcome.changed)}**",
        "all submitted after": _minutes(outcome.submitted_seconds),
        "the last one final after": _minutes(outcome.last_seconds),
        "the whole run": _minutes(outcome.seconds),
    }
    lines = [f"| {name} | {value} |" for name, value in rows.items()]
    return "\n".join(
        [f"`{command}`, {today()}.", f"The machine: {machine()}.", "", "| what happened | |", "|---|---|", *lines]
    )


def write(text: str, document: Path = DOCUMENT) -> None:
    """Replace the table in the document."""
    before, begin, rest = document.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{document} does not have the two lines that enclose the table")
    document.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"
