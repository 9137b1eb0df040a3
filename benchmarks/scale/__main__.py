"""Simulate the deployed service and write docs/scale.md: `python -m benchmarks.scale`."""

import time

from benchmarks.scale import report, template
from benchmarks.scale.loads import LOADS, Limits
from benchmarks.scale.model import simulate
from benchmarks.scale.work import Work


def main() -> None:
    """Read the limits of the built template, measure, simulate and write the page."""
    deployment, measured = template.read(), Work()
    found = []
    for load in LOADS:
        start = time.perf_counter()
        limits: Limits = {}
        results = []
        for changed in load.runs:
            limits |= changed
            results.append((changed, simulate(deployment.with_limits(limits), load.traffic, measured)))
        found.append((load, results))
        print(f"{load.title}: simulated in {time.perf_counter() - start:.0f} s", flush=True)
    report.write(deployment, measured, found)
    print("docs/scale.md is written")


if __name__ == "__main__":
    main()
