from __future__ import annotations

import pytest

from benchmarks.report import former_figures, ratios, spread, table, verdict

TWICE_AS_GOOD = [
    pytest.param("reads/s, 8 clients", 200.0, 100.0, id="more a second is better"),
    pytest.param("read p99 ms, 8 clients", 5.0, 10.0, id="fewer milliseconds are better"),
    pytest.param("memory MiB, idle", 150.0, 300.0, id="less memory is better"),
]


@pytest.mark.parametrize(("name", "service", "best"), TWICE_AS_GOOD)
def test_a_ratio_above_one_means_that_this_service_was_better(name: str, service: float, best: float) -> None:
    ratio = ratios([{"service": {name: service}, "gthread": {name: best}}], name)
    assert ratio is not None
    assert ratio.median == 2


def test_the_ratio_is_to_the_best_variant_of_the_same_round() -> None:
    name = "submits/s, 8 clients"
    rounds = [
        {"service": {name: 10.0}, "sync1": {name: 5.0}, "gthread": {name: 10.0}},
        {"service": {name: 30.0}, "sync1": {name: 15.0}, "gthread": {name: 10.0}},
    ]
    assert ratios(rounds, name) == spread([1.0, 2.0])


@pytest.mark.parametrize(
    ("name", "service", "peers", "reached"),
    [
        pytest.param("list numbers/s", 100_000.0, 1_000.0, True, id="a hundred times the numbers"),
        pytest.param("list numbers/s", 99_000.0, 1_000.0, False, id="not quite"),
        pytest.param("small number right behind two large: times idle", 1.9, 900.0, True, id="hardly waits"),
        pytest.param("small number right behind two large: times idle", 2.1, 900.0, False, id="waits"),
    ],
)
def test_a_goal_is_reached_by_the_median_or_shown_as_missed(
    name: str, service: float, peers: float, *, reached: bool
) -> None:
    shown = verdict([{"service": {name: service}, "gthread": {name: peers}}], name)
    assert shown.endswith("reached" if reached else "**missed**")


def test_a_cell_shows_the_median_and_the_extremes() -> None:
    rounds = [
        {"service": {"memory MiB, idle": value}, "sync1": {"memory MiB, idle": 100.0}} for value in (50.0, 200.0, 80.0)
    ]
    row = "| memory MiB, idle | 80 (50 to 200) | 90 | 100 | 1.25 (0.5 to 2) |  |"
    assert row in table(rounds, {"memory MiB, idle": "90"})


def test_the_former_figures_are_the_medians_of_the_table() -> None:
    rounds = [{"service": {"submits/s, 8 clients": 1_234.0}, "sync1": {"submits/s, 8 clients": 600.0}}]
    assert former_figures(f"# Title\n\n{table(rounds, {})}\n\n- a note\n")["submits/s, 8 clients"] == "1,234"


def test_a_round_without_the_peer_has_no_ratio() -> None:
    rounds = [
        {"service": {"small tasks/s": 100.0}, "sync1": {"small tasks/s": 50.0}},
        {"service": {"small tasks/s": 400.0}},
    ]
    assert str(ratios(rounds, "small tasks/s")) == "2"
