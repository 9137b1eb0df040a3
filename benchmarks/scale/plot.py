"""Draw lines over time as an SVG. Both axes are logarithmic, so that runs of seconds and of hours fit one picture."""

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 760, 380
LEFT, RIGHT, TOP, BOTTOM = 80, 20, 40, 50
#: From a palette that people with colour blindness can distinguish (Okabe and Ito, 2008).
COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#000000")
POINTS = 300
FONT = 'font-family="sans-serif" font-size="12"'

Line = Sequence[tuple[float, float]]


def svg(title: str, lines: Mapping[str, Line], label: str) -> str:
    """Return the picture.

    Args:
        title: the title above the lines.
        lines: the points of each line by its name: seconds and values. Times below 1 s are drawn at 1 s, and values
            below 1 at the bottom.
        label: the label of the vertical axis.
    """
    last = max(10.0, *(at for line in lines.values() for at, _ in line))
    largest = max(10.0, *(value for line in lines.values() for _, value in line))
    decades_x, decades_y = math.log10(last), math.ceil(math.log10(largest))
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(at: float) -> float:
        return LEFT + wide * math.log10(max(at, 1.0)) / decades_x

    def y(value: float) -> float:
        return TOP + high * (1 - math.log10(max(value, 1.0)) / decades_y)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" {FONT}>',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-size="14" font-weight="bold">{escape(title)}</text>',
    ]
    for decade in range(decades_y + 1):
        height = y(10.0**decade)
        parts.append(f'<path d="M{LEFT} {height:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{height + 4:.1f}" text-anchor="end">{_count(10**decade)}</text>')
    for at, mark in _times(last):
        parts.append(f'<path d="M{x(at):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        parts.append(f'<text x="{x(at):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{mark}</text>')
    parts.append(f'<text x="{LEFT + wide / 2}" y="{HEIGHT - 10}" text-anchor="middle">time since the start</text>')
    parts.append(
        f'<text transform="translate(16 {TOP + high / 2}) rotate(-90)" text-anchor="middle">{escape(label)}</text>'
    )
    for index, (name, line) in enumerate(lines.items()):
        colour = COLOURS[index % len(COLOURS)]
        points = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in _thin(line))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        height = TOP + 16 + 16 * index
        parts.append(f'<path d="M{WIDTH - RIGHT - 150} {height - 4}h20" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{WIDTH - RIGHT - 124}" y="{height}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _times(last: float) -> list[tuple[float, str]]:
    marks = ((1, "1 s"), (10, "10 s"), (60, "1 min"), (600, "10 min"), (3600, "1 h"), (36_000, "10 h"))
    return [(float(at), label) for at, label in marks if at <= last]


def _count(value: int) -> str:
    return f"{value:,}"


def _thin(line: Line) -> Line:
    """Return one point for each pixel column or so: the one with the largest value."""
    last = math.log10(max(10.0, line[-1][0]))
    kept: dict[int, tuple[float, float]] = {}
    for at, value in line:
        group = round(POINTS * math.log10(max(at, 1.0)) / last)
        if group not in kept or value > kept[group][1]:
            kept[group] = (at, value)
    return [*kept.values(), line[-1]]
