"""How far a proof has come."""

from collections.abc import Callable
from dataclasses import dataclass

JSON = dict[str, int | float | str]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a known number of steps are done."""

    done: int
    total: int
    unit: str = "iterations"

    def as_json(self) -> JSON:
        """Return `{"done": 12, "total": 44, "unit": "iterations"}`."""
        return {"done": self.done, "total": self.total, "unit": self.unit}


Report = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Report to nobody."""
