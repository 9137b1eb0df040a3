"""How long the functions take on AWS: what was measured here, and calls as limits.py assumes them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from benchmarks.scale import limits
from benchmarks.scale.measure import LIST_NUMBERS
from benchmarks.scale.measured import Measured
from benchmarks.scale.parcels import Parcel
from benchmarks.scale.template import Deployment
from chalicelib.consumers.queue_choice import MAX_SHORT_CURVE_SECONDS
from chalicelib.numbers.cost import proving_seconds
from chalicelib.queues import MAX_BATCH_MESSAGES
from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS

LIST_CHUNKS = ceil(LIST_NUMBERS / MAX_CHUNK_NUMBERS)

#: Calls of a proof: the heartbeat, the task's item at its start and at its end, the certificate.
PROOF_CALLS = 4
#: Write units of a proof beside the worker's: two of the item, and a certificate of up to 6 KB.
PROOF_UNITS = 8


@dataclass
class Work:
    """Draws how long an invocation takes."""

    measured: Measured
    deployment: Deployment
    source: random.Random

    def calls(self, count: int) -> float:
        """Return the seconds of calls of SQS or DynamoDB, one after another."""
        more = sum(self.source.expovariate(1 / limits.CALL_MORE_SECONDS) for _ in range(count))
        return limits.CALL_LEAST_SECONDS * count + more

    def start_up(self, queue: str) -> float:
        """Return the seconds of a start-up: Lambda's part, then the imports on as much of a core as they have."""
        seconds = self.measured.api_import if queue == "api" else self.measured.consumer_import
        return limits.ENVIRONMENT_SECONDS + seconds / self._share(queue)

    def submit(self, *, is_list: bool) -> float:
        """Return the seconds of the API's function for a submit: a list takes a write, and a send for ten chunks."""
        if is_list:
            sends = ceil(LIST_CHUNKS / MAX_BATCH_MESSAGES)
            return self.measured.submit_list / self._share("api") + self.calls(1 + sends)
        return self.measured.submit / self._share("api") + self.calls(1)

    def batch(self, queue: str, parcels: Sequence[Parcel], batches: int = 1) -> float:
        """Return the seconds of a consumer's invocation, where these messages are so many batches of equal size."""
        count = sum(parcel.count for parcel in parcels) / batches
        if queue == "tasks":
            screening = sum(parcel.count * self.measured.screening.get(parcel.bits, 0.0) for parcel in parcels)
            cpu = self.measured.batch + count * self.measured.number + screening / batches
            forwards = any(parcel.bits for parcel in parcels)
            return cpu / self._share(queue) + self.calls(1 + forwards)
        if queue == "lists":
            cpu = self.measured.list_batch + count * self.measured.chunk
            return cpu / self._share(queue) + self.calls(1 + 2 * round(count))
        proof = self.source.choice(self.measured.proofs[parcels[0].bits])
        return (self.measured.batch + proof) / self._share(queue) + self.calls(PROOF_CALLS)

    def units(self, queue: str) -> int:
        """Return the write units of a message."""
        if queue == "lists":
            return ceil(self.measured.result_bytes / 1024) + 1
        return 1 if queue == "tasks" else PROOF_UNITS

    def next_queue(self, queue: str, parcel: Parcel) -> str | None:
        """Return where a message of this queue goes on, or None where it is final."""
        if queue != "tasks" or not parcel.bits:
            return None
        return "proofs" if proving_seconds(parcel.bits) <= MAX_SHORT_CURVE_SECONDS else "long_proofs"

    def _share(self, queue: str) -> float:
        """Return how much of a core a function has: its code is one thread and uses no more than one."""
        return min(self.deployment.memory[queue] / limits.ONE_VCPU_MB, 1.0)
