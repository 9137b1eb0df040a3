"""The table of README.md: medians, spreads and ratios of the runs, and which goals are reached."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.harness.report import markdown, reached, short
from benchmarks.measures import LIST_RATE, LONE, MERSENNE, Figures

#: The figures of a run: by "service", and by variant of the peer.
Run = Mapping[str, Figures]

SERVICE = "service"

#: Goals: the least ratio to the peer.
RATIO_GOALS = {
    "submits/s, 1 client": 0.6,
    "submits/s, 8 clients": 1.0,
    "submits/s, 32 clients": 1.3,
    "reads/s of finished tasks, 1 client": 1.5,
    "reads/s of finished tasks, 8 clients": 2.0,
    "reads/s of finished tasks, 32 clients": 2.0,
    "small tasks/s to the last final": 1.3,
    LONE: 1.0,
    MERSENNE: 1000.0,
    LIST_RATE: 100.0,
}
#: Goals: the greatest value of the figures whose names end so.
LIMITS = {"memory MiB, idle": 310.0, "times idle": 3.0, "s more": 2.0}


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
    """Return the spread of `values`, which has at least one."""
    return Spread(statistics.median(values), min(values), max(values))


def ratios(runs: Sequence[Run], name: str) -> Spread | None:
    """Return how many times better this service was than the best variant of the peer; None without a peer.

    Of a rate, more is better; of any other figure, less. The ratio is computed in each run in which the peer was
    measured.
    """
    found = []
    for figures in runs:
        peers = [of_variant[name] for who, of_variant in figures.items() if who != SERVICE and name in of_variant]
        if peers:
            own = figures[SERVICE][name]
            found.append(own / max(peers) if "/s" in name else min(peers) / own)
    return spread(found) if found else None


def verdict(runs: Sequence[Run], name: str) -> str:
    """Return the goal of a figure and whether its median reaches it; an empty text if it has none."""
    limit = next((limit for end, limit in LIMITS.items() if name.endswith(end)), None)
    if limit is not None:
        is_reached = spread([figures[SERVICE][name] for figures in runs]).median <= limit
        goal = f"at most {limit:g}"
    elif name in RATIO_GOALS and (ratio := ratios(runs, name)):
        is_reached = ratio.median >= RATIO_GOALS[name]
        goal = f"ratio at least {RATIO_GOALS[name]:,g}"
    else:
        return ""
    return f"{goal}: {reached(is_reached=is_reached)}"


def table(runs: Sequence[Run], former: Mapping[str, str]) -> str:
    """Return the Markdown table of all figures, in the order of their measurement.

    Args:
        runs: the figures of each run.
        former: this service's figures of the run before, by name, as `former_figures` returns them.
    """
    variants = [who for who in runs[0] if who != SERVICE]
    titles = " | ".join(f"peer, {variant}" for variant in variants)
    rows = [
        (
            name,
            _of(runs, SERVICE, name),
            former.get(name, ""),
            *(_of(runs, variant, name) or "" for variant in variants),
            ratios(runs, name) or "",
            verdict(runs, name),
        )
        for name in runs[0][SERVICE]
    ]
    return markdown(f"figure | this service | before | {titles} | ratio to the best peer | goal", rows)


def _of(runs: Sequence[Run], who: str, name: str) -> Spread | None:
    """Return the spread of a figure over the runs that measured it."""
    found = [figures[who][name] for figures in runs if name in figures[who]]
    return spread(found) if found else None


def former_figures(text: str) -> dict[str, str]:
    """Return the medians of this service in the table of a README.md that `table` wrote, by name."""
    rows = (line.split(" | ") for line in text.splitlines() if line.startswith("| "))
    return {cells[0].removeprefix("| "): cells[1].partition(" (")[0] for cells in rows if len(cells) > 2}
