"""Adds the package `primes_core`, which is next to this folder in the repository, to the build."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface[Any]):
    """A source distribution has the package in `src`, so that a wheel can be built from it alone."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - as hatchling calls it
        """Name the folder and its place in the archive."""
        if not Path(self.root, "src", "primes_core").is_dir():
            core = str(Path(self.root).parent / "primes_core")
            build_data["force_include"][core] = "src/primes_core" if self.target_name == "sdist" else "primes_core"
