"""Simulate the deployed service and write docs/scale.md: `python -m benchmarks.scale`."""

import argparse
import sys
import time

from benchmarks.scale import check, measure, report, scenarios
from benchmarks.scale.measured import load, save


def main() -> None:
    """Measure, check or simulate."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--measure", action="store_true", help="measure the service's times first, then simulate")
    which.add_argument("--check", action="store_true", help="compare prediction and measurement on this machine")
    arguments = parser.parse_args()
    if arguments.check:
        sys.exit(0 if check.run() else 1)
    if arguments.measure:
        save(measure.measure())
    measured = load()
    found = {}
    for scenario in scenarios.SCENARIOS:
        start = time.perf_counter()
        found[scenario.name] = scenarios.run(scenario, measured)
        print(f"{scenario.title}: simulated in {time.perf_counter() - start:.0f} s", flush=True)
    report.write(found, measured, check.section())
    print("docs/scale.md is written")


if __name__ == "__main__":
    main()
