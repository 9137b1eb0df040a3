"""The space on the emulator's disk that the service needs."""

import shutil
import time
from pathlib import Path

from infra.emulator.saves import Saves
from infra.errors import InfraError

#: For the code of the functions, and for logs.
FUNCTION_BYTES = 20_000_000
#: What packaging takes the first time: the libraries are 28 MB, and 91 MB unpacked.
PACKAGING_BYTES = 140_000_000
#: Between two looks at the size of the saves.
LOOK_SECONDS = 5


class Disk:
    """The disk of the emulator's state; it is full if a function could not start or the state could not be saved."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._saves = Saves(state / "saves")
        self._needed_bytes = 0
        self._looked = float("-inf")

    def needed_bytes(self) -> int:
        """Return the free space below which the disk is full."""
        now = time.monotonic()
        if now - self._looked > LOOK_SECONDS:
            self._looked = now
            self._needed_bytes = FUNCTION_BYTES + self._saves.needed_bytes()
        return self._needed_bytes

    def is_full(self) -> bool:
        """Return whether a function could not start, or the state not be saved."""
        return shutil.disk_usage(self._state).free < self.needed_bytes()

    def require_for_start(self) -> None:
        """Raise InfraError if the service would find the disk full after a start."""
        free, needed = shutil.disk_usage(self._state).free, self.needed_bytes() + PACKAGING_BYTES
        if free < needed:
            message = (
                f"The disk of {self._state} has {free // 1_000_000} MB free, and {needed // 1_000_000} MB are needed:"
                " free space, then `make run` again."
            )
            raise InfraError(message)
