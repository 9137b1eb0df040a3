"""The chart of the comparison, from the table of README.md: `python -m benchmarks.chart` writes it to docs/images.

A bar is how many times better this service was than the best variant of its peer, on a logarithmic scale: of a rate,
more is better; of a latency, less. It shows the figures that have a goal for this ratio, reached or missed.
"""

import math
from dataclasses import dataclass
from html import escape
from pathlib import Path

from benchmarks.harness.report import short
from benchmarks.table import RATIO_GOALS

ROOT = Path(__file__).parents[1]
README = ROOT / "benchmarks" / "README.md"
IMAGES = ROOT / "docs" / "images"

#: Text, faint text and lines, better, worse: those of the page.
COLOURS = {"light": ("#1c1b19", "#66625a", "#0b6b53", "#b05a0a"), "dark": ("#edebe6", "#a39f96", "#62d0aa", "#f0a04b")}
WIDTH, LABELS, VALUES, ROW, TOP = 900, 325, 80, 30, 64
#: The ends of the scale: powers of ten.
LEAST, MOST = -1, 4


@dataclass(frozen=True)
class Bar:
    """A figure, and the median of its ratios in the runs."""

    name: str
    ratio: float


def bars(text: str) -> list[Bar]:
    """Return the bars of a README.md that `make bench` wrote, in the order of its table."""
    found = []
    for line in text.splitlines():
        name, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        if name in RATIO_GOALS and len(cells) == 7:
            found.append(Bar(name, float(cells[-2].partition(" ")[0].replace(",", ""))))
    return found


def chart(shown: list[Bar], scheme: str) -> str:
    """Return the chart of some bars in the colours of a scheme, as SVG."""
    ink, faint, better, worse = COLOURS[scheme]
    height = TOP + ROW * len(shown) + 8
    title = "How many times better than the best variant of the Celery version, on the same machine"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}">',
        f'<g font-family="system-ui, sans-serif" font-size="14" fill="{ink}">',
        f'<text x="0" y="18" font-weight="600">{title}</text>',
    ]
    for power in range(LEAST, MOST + 1):
        x, label = _x(10.0**power), f"{10**power:,}×" if power >= 0 else "0.1×"
        parts.append(f'<text x="{x:.0f}" y="44" fill="{faint}" text-anchor="middle" font-size="12">{label}</text>')
        width = 2 if power == 0 else 0.5
        parts.append(f'<path d="M{x:.0f} 50V{height}" stroke="{faint}" stroke-width="{width}"/>')
    for place, bar in enumerate(shown):
        y = TOP + ROW * place
        start, end = sorted((_x(1), _x(bar.ratio)))
        colour = better if bar.ratio >= 1 else worse
        parts += [
            f'<text x="0" y="{y + 14}">{escape(bar.name)}</text>',
            f'<rect x="{start:.1f}" y="{y}" width="{end - start:.1f}" height="18" rx="2" fill="{colour}"/>',
            f'<text x="{WIDTH}" y="{y + 14}" text-anchor="end" font-weight="600">{short(bar.ratio)}×</text>',
        ]
    return "\n".join([*parts, "</g>\n</svg>\n"])


def _x(ratio: float) -> float:
    """Return the position of a ratio on the scale."""
    place = (min(max(math.log10(ratio), LEAST), MOST) - LEAST) / (MOST - LEAST)
    return LABELS + place * (WIDTH - VALUES - LABELS)


def write(text: str) -> None:
    """Write the charts of a README.md."""
    for scheme in COLOURS:
        (IMAGES / f"benchmark-{scheme}.svg").write_text(chart(bars(text), scheme))


if __name__ == "__main__":
    write(README.read_text())
