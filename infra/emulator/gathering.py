"""The rule by which messages of a queue gather into batches."""

from dataclasses import dataclass, field

#: From the dispatch of a batch to that of the next one, where messages keep coming.
GATHER_SECONDS = 0.012
#: So few messages after a single one go when none has come for so long: who sent them waits for a result.
FEW, QUIET_SECONDS = 2, 0.003


@dataclass
class Gathering:
    """Decides when the next batch of a queue may go: an invocation costs the emulator more than a message does.

    A message goes at once if none of the queue is being worked on, and the last batch was a single one: so a client
    that waits for each result waits for nothing else. Otherwise messages gather for some milliseconds after the last
    dispatch, and for fewer where they are few. As many as a batch can have go at once.

    Attributes:
        in_flight: The messages that are being worked on.
    """

    in_flight: int = 0
    _last_count: int = 0
    _last_dispatch: float = field(default=float("-inf"))
    _last_waiting: int = 0
    _last_arrival: float = field(default=float("-inf"))

    def dispatch(self, count: int, now: float) -> None:
        """Note that a batch goes."""
        self.in_flight += count
        self._last_count, self._last_dispatch = count, now

    def end(self, count: int) -> None:
        """Note that the function has responded to a batch, or failed."""
        self.in_flight -= count

    def holds(self, waiting: int, batch_size: int, now: float) -> bool:
        """Return whether the messages that wait stay in the queue for now."""
        if waiting > self._last_waiting:
            self._last_arrival = now
        self._last_waiting = waiting
        if waiting >= batch_size or not (self.in_flight or self._last_count > 1):
            return False
        if self._last_count == 1 and waiting <= FEW and now - self._last_arrival >= QUIET_SECONDS:
            return False
        return now - self._last_dispatch < GATHER_SECONDS
