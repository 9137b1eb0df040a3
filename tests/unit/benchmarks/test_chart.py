from __future__ import annotations

import pytest

from benchmarks.chart import COLOURS, IMAGES, README, bars, chart
from benchmarks.table import RATIO_GOALS


@pytest.mark.parametrize("scheme", COLOURS)
def test_the_chart_in_docs_shows_the_figures_on_record(scheme: str) -> None:
    recorded = bars(README.read_text())
    assert {bar.name for bar in recorded} == set(RATIO_GOALS)
    assert (IMAGES / f"benchmark-{scheme}.svg").read_text() == chart(recorded, scheme)
