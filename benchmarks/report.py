"""What the rounds found, as the table of README.md: medians, spreads and ratios, and which goals they meet."""

import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measures import LISTED, Figures

#: One round's figures by who was measured: "ours" and the fronts of the peer.
Round = Mapping[str, Figures]

OURS = "ours"

#: Ratios to the peer that are to be reached.
RATIO_GOALS = {
    LISTED: 100.0,
    "2305843009213693951: submit→final s": 1000.0,
    "submit→final p50 ms, one after another": 0.9,
    "submit→final p50 ms, each after 0.3 s of rest": 0.9,
    "submits/s, 1 client": 0.55,
    "submits/s, 8 clients": 1.0,
    "submits/s, 32 clients": 1.0,
    "reads/s of finished tasks, 8 clients": 1.5,
    "reads/s of open tasks, 8 clients": 0.5,
    "small tasks/s to the last final": 1.2,
}

#: Limits of figures by the end of their name: of waiting, as a multiple of the latency on an idle service, and of
#: seconds more than alone.
LIMITS = {
    "small numbers, p50: times idle": 3.0,
    "digits, p50: times idle": 3.0,
    "times idle": 2.0,
    "s more": 2.0,
}


@dataclass(frozen=True)
class Spread:
    """The median of some figures, the least and the greatest of them."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        """Return it as a table shows it; one round has no spread."""
        if self.least == self.most:
            return short(self.median)
        return f"{short(self.median)} ({short(self.least)} to {short(self.most)})"


def spread(values: Sequence[float]) -> Spread:
    """Return the spread of `values`, of which there is at least one."""
    return Spread(statistics.median(values), min(values), max(values))


def short(value: float) -> str:
    """Return `value` with three significant digits, whole from a hundred on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def ratios(rounds: Sequence[Round], name: str) -> Spread | None:
    """Return how many times better than the best front of the peer we did, round by round; None without a peer.

    Above 1 we did better: more of what is counted by the second, less of all else. A round in which the peer was not
    measured has no ratio.
    """
    found = []
    for figures in rounds:
        peers = [front[name] for who, front in figures.items() if who != OURS and name in front]
        if peers:
            mine = figures[OURS][name]
            found.append(mine / max(peers) if "/s" in name else min(peers) / mine)
    return spread(found) if found else None


def verdict(rounds: Sequence[Round], name: str) -> str:
    """Return the goal of a figure and whether its median reaches it; empty where it has none."""
    limit = next((limit for end, limit in LIMITS.items() if name.endswith(end)), None)
    if limit is not None:
        reached = spread([figures[OURS][name] for figures in rounds]).median <= limit
        goal = f"at most {limit:g}"
    elif name in RATIO_GOALS:
        ratio = ratios(rounds, name)
        reached = ratio is not None and ratio.median >= RATIO_GOALS[name]
        goal = f"ratio at least {RATIO_GOALS[name]:,g}"
    else:
        return ""
    return f"{goal}: {'reached' if reached else '**missed**'}"


def table(rounds: Sequence[Round], former: Mapping[str, str]) -> str:
    """Return the Markdown table of all figures, in the order in which they were measured.

    Args:
        rounds: what the rounds found.
        former: this service's figures of the run before, by name, as `former_figures` gives them.
    """
    fronts = [who for who in rounds[0] if who != OURS]
    titles = " | ".join(f"peer, {front}" for front in fronts)
    lines = [
        f"| figure | this service | before | {titles} | ratio to the best peer | goal |",
        "|---|" + "---|" * (len(fronts) + 4),
    ]
    for name in rounds[0][OURS]:
        peers = " | ".join(str(_of(rounds, front, name) or "") for front in fronts)
        ratio = ratios(rounds, name) or ""
        cells = f"{_of(rounds, OURS, name)} | {former.get(name, '')} | {peers} | {ratio} | {verdict(rounds, name)}"
        lines.append(f"| {name} | {cells} |")
    return "\n".join(lines)


def _of(rounds: Sequence[Round], who: str, name: str) -> Spread | None:
    """Return the spread of a figure over the rounds in which it was measured."""
    found = [figures[who][name] for figures in rounds if name in figures[who]]
    return spread(found) if found else None


def former_figures(text: str) -> dict[str, str]:
    """Return the medians of this service in the table of a README.md that `table` wrote, by name."""
    rows = (line.split(" | ") for line in text.splitlines() if line.startswith("| "))
    return {cells[0].removeprefix("| "): cells[1].partition(" (")[0] for cells in rows if len(cells) > 2}


def machine() -> str:
    """Return the machine in one line: processor, cores, memory, kernel, Python."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return f"{model}, {os.cpu_count()} cores, {gib:.0f} GiB, {system}, Python {platform.python_version()}"


def today() -> str:
    """Return the date in UTC, as RFC 3339 writes it."""
    return datetime.now(UTC).date().isoformat()
