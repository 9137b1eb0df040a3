"""The durations of the functions on AWS: CPU times as measured here, and calls as assumed in limits.py."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from benchmarks.scale import limits
from benchmarks.scale.cohorts import Cohort
from benchmarks.scale.measure import LIST_NUMBERS
from benchmarks.scale.measured import Measured
from benchmarks.scale.template import Deployment
from chalicelib.consumers.queue_choice import MAX_SHORT_CURVE_SECONDS
from chalicelib.numbers.cost import proving_seconds
from chalicelib.queues import MAX_BATCH_MESSAGES
from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS

LIST_CHUNKS = ceil(LIST_NUMBERS / MAX_CHUNK_NUMBERS)

#: The calls of a proof: the heartbeat, a write of the task's item at the start and at the end, and the certificate.
PROOF_CALLS = 4
#: The write units of a prover for a proof: two for the item, and six for a certificate of up to 6 KB.
PROOF_UNITS = 8


@dataclass
class Work:
    """Computes the durations of invocations, with random times of calls and proofs."""

    measured: Measured
    deployment: Deployment
    source: random.Random

    def calls(self, count: int) -> float:
        """Return the seconds of `count` calls of SQS or DynamoDB, one after another."""
        extra = sum(self.source.expovariate(1 / limits.CALL_MEAN_EXTRA_SECONDS) for _ in range(count))
        return limits.CALL_MIN_SECONDS * count + extra

    def start_up(self, queue: str) -> float:
        """Return the seconds of a start-up: Lambda's part, and the imports on the function's share of a core."""
        seconds = self.measured.api_import if queue == "api" else self.measured.consumer_import
        return limits.ENVIRONMENT_SECONDS + seconds / self._share(queue)

    def submit(self, *, is_list: bool) -> float:
        """Return the seconds of the API's function for a submit. A list takes a write, and a send for ten chunks."""
        if is_list:
            sends = ceil(LIST_CHUNKS / MAX_BATCH_MESSAGES)
            return self.measured.submit_list / self._share("api") + self.calls(1 + sends)
        return self.measured.submit / self._share("api") + self.calls(1)

    def batch(self, queue: str, cohorts: Sequence[Cohort], batches: int = 1) -> float:
        """Return the seconds of a consumer's invocation with one of `batches` equal batches of these messages."""
        count = sum(cohort.count for cohort in cohorts) / batches
        if queue == "tasks":
            screening = sum(cohort.count * self.measured.screening.get(cohort.bits, 0.0) for cohort in cohorts)
            cpu = self.measured.batch + count * self.measured.number + screening / batches
            forwards = any(cohort.bits for cohort in cohorts)
            return cpu / self._share(queue) + self.calls(1 + forwards)
        if queue == "lists":
            cpu = self.measured.list_batch + count * self.measured.chunk
            return cpu / self._share(queue) + self.calls(1 + 2 * round(count))
        proof = self.source.choice(self.measured.proofs[cohorts[0].bits])
        return (self.measured.batch + proof) / self._share(queue) + self.calls(PROOF_CALLS)

    def units(self, queue: str) -> int:
        """Return the write units of a message."""
        if queue == "lists":
            return ceil(self.measured.result_bytes / 1024) + 1
        return 1 if queue == "tasks" else PROOF_UNITS

    def next_queue(self, queue: str, cohort: Cohort) -> str | None:
        """Return the next queue of a message of this queue, or None if its result is final."""
        if queue != "tasks" or not cohort.bits:
            return None
        return "proofs" if proving_seconds(cohort.bits) <= MAX_SHORT_CURVE_SECONDS else "long_proofs"

    def _share(self, queue: str) -> float:
        """Return a function's share of a core. Its code has one thread, which uses at most one core."""
        return min(self.deployment.memory[queue] / limits.ONE_VCPU_MB, 1.0)
