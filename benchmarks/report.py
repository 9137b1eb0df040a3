"""What the rounds found, as the table of README.md: medians, spreads and ratios, and which goals they meet."""

import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measures import Figures

#: One round's figures by who was measured: "ours" and the fronts of the peer.
Round = Mapping[str, Figures]

OURS = "ours"

#: Ratios to the peer that are to be reached.
GOALS = {
    "bulk numbers/s": 100.0,
    "2305843009213693951: submit→final s": 1000.0,
    "submit→final p50 ms, one after another": 1.0,
    "submit→final p50 ms, each after 0.3 s of rest": 1.0,
    "submits/s, 1 client": 1.0,
    "submits/s, 8 clients": 1.0,
    "submits/s, 32 clients": 1.0,
}

#: The most that a small number may wait behind large ones, as a multiple of its latency on an idle service.
MOST_TIMES_IDLE = 2.0


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

    Above 1 we did better: more of what is counted by the second, less of all else.
    """
    found = []
    for figures in rounds:
        peers = [front[name] for who, front in figures.items() if who != OURS and name in front]
        if not peers:
            return None
        mine = figures[OURS][name]
        found.append(mine / max(peers) if "/s" in name else min(peers) / mine)
    return spread(found)


def verdict(rounds: Sequence[Round], name: str) -> str:
    """Return the goal of a figure and whether its median reaches it; empty where it has none."""
    if name.endswith("times idle"):
        reached = spread([figures[OURS][name] for figures in rounds]).median <= MOST_TIMES_IDLE
        goal = f"at most {MOST_TIMES_IDLE:g}"
    elif name in GOALS:
        ratio = ratios(rounds, name)
        reached = ratio is not None and ratio.median >= GOALS[name]
        goal = f"at least {GOALS[name]:,g}"
    else:
        return ""
    return f"{goal}: {'reached' if reached else '**missed**'}"


def table(rounds: Sequence[Round]) -> str:
    """Return the Markdown table of all figures, in the order in which they were measured."""
    fronts = [who for who in rounds[0] if who != OURS]
    titles = " | ".join(f"peer, {front}" for front in fronts)
    lines = [
        f"| figure | this service | {titles} | ratio to the best peer | goal |",
        "|---|" + "---|" * (len(fronts) + 3),
    ]
    for name in rounds[0][OURS]:
        cells = [
            str(spread([figures[who][name] for figures in rounds])) if name in rounds[0][who] else ""
            for who in (OURS, *fronts)
        ]
        ratio = ratios(rounds, name)
        lines.append(f"| {name} | {' | '.join(cells)} | {ratio or ''} | {verdict(rounds, name)} |")
    return "\n".join(lines)


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
