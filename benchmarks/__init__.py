"""Measure the speed, the memory and the cost of the service, and compare it with a tutorial's version of it."""

import sys
from pathlib import Path

# The client is a package of its own, which the benchmarks need not install.
sys.path.append(str(Path(__file__).parents[1] / "client" / "src"))
