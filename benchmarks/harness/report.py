"""The report of figures: Markdown tables, goals, the machine and the date."""

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path


def short(value: float) -> str:
    """Return `value` with three significant digits, from 100 on as an integer."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def markdown(heads: str, rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table with these heads, which are separated by vertical bars."""
    rule = "---|" * len(heads.split("|"))
    return "\n".join([f"| {heads} |", f"|{rule}", *(f"| {' | '.join(map(str, row))} |" for row in rows)])


def reached(*, is_reached: bool) -> str:
    """Return the words that say whether a goal is reached."""
    return "reached" if is_reached else "**missed**"


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
