"""What a million numbers cost on AWS, computed from counted calls and the list prices: `python -m benchmarks.cost`.

The calls are those that the tests count. The sizes, and the seconds that a chunk of a list takes, are measured here.
What only AWS can show is assumed: each assumption is a constant below.
"""

import math
import random
import time
import timeit
import zlib
from dataclasses import dataclass

from benchmarks import prices
from benchmarks.harness.report import markdown, reached
from chalicelib.primality.chunk_screening import screen_chunk
from chalicelib.store.list_results import COMPRESSION_LEVEL
from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS, split
from chalicelib.tasks.ids import new_id
from chalicelib.tasks.messages import encode

# Calls, counted by the tests. A single number: one SendMessage, one read, one statement of one INSERT. A list: one
# PutItem; for ten chunks a SendMessageBatch; for a chunk a PutItem and an UpdateItem.
SENDS_PER_SUBMIT = 1
READS_PER_READ = 1
WRITES_PER_NUMBER = 1
PUTS_PER_LIST = 1
CHUNKS_PER_SEND = 10
UPDATES_PER_CHUNK = 1
# The history of GET /queue: at most one UpdateItem for an invocation, and at most one per second in each process.
HISTORY_WRITES = 1

#: Numbers in a batch of the worker: ten under steady load, one when numbers arrive rarely.
BATCH = 10
#: Numbers in a list.
LIST = 100_000
#: Rows of a page of results.
PAGE = 1_000

# Sizes of the functions in infra/template/resources.yaml, in GB.
API_GB = 512 / 1024
WORKER_GB = 1769 / 1024

# Assumed: AWS responds to a call from the same region in about 8 ms, and the code of the service takes 2 ms more.
SUBMIT_SECONDS = READ_SECONDS = 0.010
# Assumed: the submit of a list takes at most 1 s, and a page of results 50 ms.
LIST_SUBMIT_SECONDS, PAGE_SECONDS = 1.0, 0.050
BATCH_SECONDS = 0.020
# Assumed: a result is stored 100 ms after the submit, and a request that waits for it has read five times by then.
WAIT_SECONDS = 0.100
WAIT_READS = 5
# Assumed: an access log's line and a worker's line, in bytes; and X-Ray's default rule, which keeps one in twenty.
ACCESS_LOG_BYTES = 300
WORKER_LOG_BYTES = 1000
TRACED = 0.05

#: Goals, in US dollars for a million numbers.
MAX_SINGLE_DOLLARS = 7.00
MAX_LIST_DOLLARS = 0.10


@dataclass(frozen=True)
class Cost:
    """US dollars for a million numbers, by part of AWS."""

    name: str
    goal: float | None
    api: float
    functions: float
    queues: float
    table: float
    logs_and_traces: float

    @property
    def total(self) -> float:
        """The sum of all parts."""
        return self.api + self.functions + self.queues + self.table + self.logs_and_traces


@dataclass(frozen=True)
class Single:
    """A way to submit one number: requests, the API function's seconds and reads, numbers in a worker's batch."""

    name: str
    goal: float | None
    requests: int
    seconds: float
    reads: int
    batch: int


@dataclass(frozen=True)
class Chunk:
    """A chunk of random 64-bit numbers, measured: bytes of its message and of its results, seconds of screening."""

    numbers: int
    message_bytes: int
    result_bytes: int
    seconds: float


def measure_chunk() -> Chunk:
    """Return the sizes of a full chunk's message and results, and the least CPU time of five screenings."""
    source = random.Random(20261124)
    numbers = [source.getrandbits(63) | 1 << 63 for _ in range(MAX_CHUNK_NUMBERS)]
    message = split(new_id(), numbers)[0]

    def pack() -> bytes:
        return zlib.compress(screen_chunk(message.numbers).text, level=COMPRESSION_LEVEL)

    packed = pack()
    seconds = min(timeit.repeat(pack, timer=time.thread_time, number=1, repeat=5))
    return Chunk(len(numbers), len(encode(message)), len(packed), seconds)


def single_cost(single: Single) -> Cost:
    """Return the cost of a million single numbers."""
    return Cost(
        single.name,
        single.goal,
        api=single.requests * prices.REST_REQUEST,
        functions=(single.requests + 1 / single.batch) * prices.LAMBDA_REQUEST
        + (single.seconds * API_GB + BATCH_SECONDS * WORKER_GB / single.batch) * prices.GB_SECOND,
        # The worker's poller receives and deletes a batch in one call each.
        queues=(SENDS_PER_SUBMIT + 2 / single.batch) * prices.SQS_REQUEST,
        table=(WRITES_PER_NUMBER + HISTORY_WRITES / single.batch) * prices.WRITE_UNIT
        + single.reads * READS_PER_READ * prices.READ_UNIT,
        logs_and_traces=(single.requests * ACCESS_LOG_BYTES + WORKER_LOG_BYTES / single.batch) * prices.LOG_BYTE
        + single.requests * TRACED * prices.TRACE,
    )


def list_cost(chunk: Chunk) -> Cost:
    """Return the cost of a million numbers sent in lists, every result read by pages."""
    chunks, lists, pages = 1 / chunk.numbers, 1 / LIST, 1 / PAGE
    send_units = _units(CHUNKS_PER_SEND * chunk.message_bytes, prices.SQS_UNIT_BYTES) / CHUNKS_PER_SEND
    receive_units = _units(chunk.message_bytes, prices.SQS_UNIT_BYTES)
    chunk_writes = _units(chunk.result_bytes, prices.WRITE_UNIT_BYTES) + UPDATES_PER_CHUNK + HISTORY_WRITES
    # A query of a page reads one chunk, and one more for each full chunk that the page may have.
    page_reads = _units((1 + PAGE // chunk.numbers) * chunk.result_bytes, prices.READ_UNIT_BYTES)
    requests = lists + pages
    return Cost(
        f"in lists of {LIST:,}, all results read",
        MAX_LIST_DOLLARS,
        api=requests * prices.REST_REQUEST,
        functions=(requests + chunks) * prices.LAMBDA_REQUEST
        + (
            (pages * PAGE_SECONDS + lists * LIST_SUBMIT_SECONDS) * API_GB
            + chunks * (chunk.seconds + BATCH_SECONDS) * WORKER_GB
        )
        * prices.GB_SECOND,
        queues=chunks * (send_units + receive_units + 1) * prices.SQS_REQUEST,
        table=(chunks * chunk_writes + lists * PUTS_PER_LIST) * prices.WRITE_UNIT
        + pages * page_reads * prices.READ_UNIT,
        logs_and_traces=(requests * ACCESS_LOG_BYTES + chunks * WORKER_LOG_BYTES) * prices.LOG_BYTE
        + requests * TRACED * prices.TRACE,
    )


def costs(chunk: Chunk) -> list[Cost]:
    """Return the cost of a million numbers for each way of submitting them."""
    read = SUBMIT_SECONDS + READ_SECONDS
    wait = WAIT_SECONDS
    ways = [
        Single("single, submitted", MAX_SINGLE_DOLLARS, requests=1, seconds=SUBMIT_SECONDS, reads=0, batch=BATCH),
        Single(
            "single, with `Prefer: wait`", MAX_SINGLE_DOLLARS, requests=1, seconds=wait, reads=WAIT_READS, batch=BATCH
        ),
        Single("single, submitted and read once", None, requests=2, seconds=read, reads=1, batch=BATCH),
        Single("single, with `Prefer: wait`, rarely", None, requests=1, seconds=wait, reads=WAIT_READS, batch=1),
    ]
    return [*map(single_cost, ways), list_cost(chunk)]


def section() -> str:
    """Return the costs as a section of README.md."""
    chunk = measure_chunk()
    rows = []
    for cost in costs(chunk):
        digits = 2 if cost.total > 1 else 4
        parts = (cost.api, cost.functions, cost.queues, cost.table, cost.logs_and_traces, cost.total)
        goal = f"under {cost.goal:.2f}: {reached(is_reached=cost.total < cost.goal)}" if cost.goal else ""
        rows.append((cost.name, *(f"{part:.{digits}f}" for part in parts), goal))
    history = HISTORY_WRITES * prices.WRITE_UNIT
    notes = f"""
Prices: us-east-1, 2026-11-24, no free tier (`prices.py`). Measured: a chunk of {chunk.numbers:,} random 64-bit numbers
is a message of {chunk.message_bytes:,} bytes and a result of {chunk.result_bytes:,} bytes, that is
{chunk.result_bytes / chunk.numbers:.1f} a number, and is screened in {1000 * chunk.seconds:.0f} ms. Assumed, because
no AWS account was available: a call of AWS takes 8 ms, a result is stored after {1000 * WAIT_SECONDS:.0f} ms, and a
batch of the worker has {BATCH} numbers (*rarely*: one). The column *table* includes the history that `GET /queue`
shows, with a write for each invocation, which is the maximum: ${history / BATCH:.2f} for a million single numbers,
${history:.3f} if they arrive rarely, ${history / chunk.numbers:.4f} in lists."""
    heads = "a million numbers, US dollars | API | functions | queues | table | logs, traces | total | goal"
    return f"{markdown(heads, rows)}\n{notes}"


def _units(size: int, unit: int) -> int:
    return math.ceil(size / unit)


if __name__ == "__main__":
    print(section())
