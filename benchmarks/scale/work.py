"""The times of the functions and the write units of their results, from benchmarks/cost.py and limits.py."""

from math import ceil

from benchmarks import cost, prices
from benchmarks.scale import limits
from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS

LIST_CHUNKS = ceil(cost.LIST / MAX_CHUNK_NUMBERS)


class Work:
    """The work of single numbers, and of lists of random 64-bit numbers, a chunk of which is measured."""

    def __init__(self) -> None:
        """Measure a chunk."""
        self.chunk = cost.measure_chunk()
        #: The write units of a message by its queue. A chunk has its results, and its count in the list's item.
        chunk_units = ceil(self.chunk.result_bytes / prices.WRITE_UNIT_BYTES) + cost.UPDATES_PER_CHUNK
        self.units = {"tasks": 1, "lists": chunk_units}

    def submit(self, *, is_list: bool) -> float:
        """Return the seconds of the API's function."""
        return cost.LIST_SUBMIT_SECONDS if is_list else cost.SUBMIT_SECONDS

    def batch(self, queue: str, count: float) -> float:
        """Return the seconds of a consumer's function for a batch of `count` messages. A chunk has two calls."""
        if queue == "tasks":
            return cost.BATCH_SECONDS
        return limits.CALL_SECONDS + count * (self.chunk.seconds + 2 * limits.CALL_SECONDS)
