"""The table of README.md: medians, spreads and ratios of the rounds, and which goals are reached."""

import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measures import LIST_RATE, Figures

#: The figures of a round: by "service", and by variant of the peer.
Round = Mapping[str, Figures]

SERVICE = "service"

#: Goals: the least ratio to the peer.
RATIO_GOALS = {
    LIST_RATE: 100.0,
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

#: Goals: the greatest value of the figures whose names end so. They are latencies as a multiple of the latency on an
#: idle service, and seconds more than without other work.
LIMITS = {
    "small numbers, p50: times idle": 3.0,
    "digits, p50: times idle": 3.0,
    "times idle": 2.0,
    "s more": 2.0,
}


@dataclass(frozen=True)
class Spread:
    """The median, the minimum and the maximum of some values."""

    median: float
    minimum: float
    maximum: float

    def __str__(self) -> str:
        """Return the text of a table's cell: the median, and the other two if they differ."""
        if self.minimum == self.maximum:
            return short(self.median)
        return f"{short(self.median)} ({short(self.minimum)} to {short(self.maximum)})"


def spread(values: Sequence[float]) -> Spread:
    """Return the spread of `values`, of which there is at least one."""
    return Spread(statistics.median(values), min(values), max(values))


def short(value: float) -> str:
    """Return `value` with three significant digits, from 100 on as an integer."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def ratios(rounds: Sequence[Round], name: str) -> Spread | None:
    """Return how many times better this service was than the best variant of the peer; None without a peer.

    Of a rate, more is better; of any other figure, less. The ratio is computed in each round in which the peer was
    measured.
    """
    found = []
    for figures in rounds:
        peers = [of_variant[name] for who, of_variant in figures.items() if who != SERVICE and name in of_variant]
        if peers:
            own = figures[SERVICE][name]
            found.append(own / max(peers) if "/s" in name else min(peers) / own)
    return spread(found) if found else None


def verdict(rounds: Sequence[Round], name: str) -> str:
    """Return the goal of a figure and whether its median reaches it; an empty text if it has none."""
    limit = next((limit for end, limit in LIMITS.items() if name.endswith(end)), None)
    if limit is not None:
        reached = spread([figures[SERVICE][name] for figures in rounds]).median <= limit
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
        rounds: the figures of each round.
        former: this service's figures of the run before, by name, as `former_figures` returns them.
    """
    variants = [who for who in rounds[0] if who != SERVICE]
    titles = " | ".join(f"peer, {variant}" for variant in variants)
    lines = [
        f"| figure | this service | before | {titles} | ratio to the best peer | goal |",
        "|---|" + "---|" * (len(variants) + 4),
    ]
    for name in rounds[0][SERVICE]:
        peers = " | ".join(str(_of(rounds, variant, name) or "") for variant in variants)
        ratio = ratios(rounds, name) or ""
        cells = f"{_of(rounds, SERVICE, name)} | {former.get(name, '')} | {peers} | {ratio} | {verdict(rounds, name)}"
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
    """Return the description of the machine in one line: processor, cores, memory, kernel, Python."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return f"{model}, {os.cpu_count()} cores, {gib:.0f} GiB, {system}, Python {platform.python_version()}"


def today() -> str:
    """Return the date in UTC in the format of RFC 3339."""
    return datetime.now(UTC).date().isoformat()
