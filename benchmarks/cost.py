"""The cost of a million numbers on AWS, by the list prices: `python -m benchmarks.cost`.

The calls are those that the tests count; the functions' memory, the access log's format, the retention and the tracing
are those of the template of prod. Sizes and computing times are measured here. What only AWS can show is assumed: each
assumption is a constant below.
"""

import math
import random
import time
import timeit
from dataclasses import dataclass, replace

from benchmarks import prices
from benchmarks.harness.report import markdown, reached
from benchmarks.log_lines import access_line_bytes, api_line_bytes, publisher_line_bytes, worker_line_bytes
from benchmarks.scale.template import Deployment, read
from chalicelib.api.pages import page_response
from chalicelib.primality.chunk_screening import screen_chunk
from chalicelib.primality.lines import read_line
from chalicelib.service.read import ResultsPage
from chalicelib.store.result_codec import chunk_to_item
from chalicelib.store.stored_results import KEEP_SECONDS
from chalicelib.store.table import Item
from chalicelib.store.task_index import SHARDS
from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS, split
from chalicelib.tasks.ids import new_id
from chalicelib.tasks.messages import encode
from chalicelib.tasks.task import ListResult

# Calls, counted by the tests. A single number: one SendMessage, one read, one statement of one INSERT. A list: one
# PutItem; for ten chunks a SendMessageBatch; for a chunk a PutItem and an UpdateItem.
SENDS_PER_SUBMIT = READS_PER_READ = WRITES_PER_NUMBER = PUTS_PER_LIST = UPDATES_PER_CHUNK = 1
CHUNKS_PER_SEND = 10
# Under steady load an execution environment handles ten invocations a second. It writes to the history of GET /queue at
# most once a second, and counts a queue for an estimate at most every two; where invocations come rarely, with each.
HISTORY_WRITES, COUNTS = 1 / 10, 1 / 20
RARE_HISTORY_WRITES, RARE_COUNTS = 1, 1

#: Messages in a batch of the worker or the list worker: ten under steady load, one when they arrive rarely.
BATCH = 10
#: Numbers in a list.
LIST = 100_000
#: Rows of a page of results: those that the client asks for.
PAGE = 10_000

# Assumed: AWS responds to a call from the same region in about 8 ms, and the code of the service takes 2 ms more.
SUBMIT_SECONDS = READ_SECONDS = 0.010
# Assumed: the submit of a list takes at most 1 s; and a page of results, beside its measured CPU time, two calls.
LIST_SUBMIT_SECONDS, PAGE_CALLS_SECONDS = 1.0, 0.020
BATCH_SECONDS = 0.020
# Assumed: a result is stored 100 ms after the submit, and a request that waits for it has read five times by then.
WAIT_SECONDS = 0.100
WAIT_READS = 5
# Assumed: X-Ray's default rule, which keeps one in twenty; and an item's bytes.
TRACED = 0.05
ITEM_BYTES = 500

# The stored result of a proof of 1,000 bits: the worker and the prover look for it by reads that are not consistent,
# the prover writes an item, and the certificate lives longer. Its sizes were measured.
LOOKUPS, LOOKUP_UNITS, STORED_WRITES = 2, 0.5, 1
STORED_ITEM_BYTES, CERTIFICATE_BYTES = 700, 16_000

# A list, and a number that is forwarded, is one write to the index of tasks. A page of these is a query of each shard
# of both indexes, half a unit each, and a read of each item. Assumed: an entry's bytes, 100 of them DynamoDB's own, and
# the time of a page's calls, eight at a time, on a fifth of a core.
INDEX_WRITES, INDEX_ENTRY_BYTES = 1, 220
TASKS_OF_A_PAGE, TASK_PAGE_READS, TASK_PAGE_SECONDS = 100, 2 * SHARDS * 0.5 + 100, 0.150

#: A core has this memory. Source: AWS Lambda Developer Guide, "Configure Lambda function memory".
CORE_GB = 1769 / 1024
#: The least that a single number costs: its request, the API's invocation, its message and its item.
FIXED = prices.REST_REQUEST + prices.LAMBDA_REQUEST + prices.SQS_REQUEST + prices.WRITE_UNIT
#: Goals, in US dollars for a million numbers.
MAX_SINGLE_DOLLARS = 5.00
MAX_LIST_DOLLARS = 0.010
MAX_EVENT_DOLLARS = 1.50


@dataclass(frozen=True)
class Cost:
    """US dollars for a million numbers, by part of AWS; `queues` has the event bus, too."""

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
class Use:
    """What a way of asking uses, for a number: counts, seconds and bytes.

    Attributes:
        requests: requests to the API.
        api_seconds: the time of the API's function.
        invocations: those of the worker or the list worker.
        worker_seconds: their time.
        sqs_requests: requests to SQS.
        writes: write units.
        reads: read units.
        stored_bytes: what stays in the table.
        log_bytes: the functions' lines; the access log's come with the requests.
    """

    requests: float
    api_seconds: float
    invocations: float = 0
    worker_seconds: float = 0
    sqs_requests: float = 0
    writes: float = 0
    reads: float = 0
    stored_bytes: float = 0
    log_bytes: float = 0


@dataclass(frozen=True)
class Chunk:
    """A chunk of random 64-bit numbers, measured: bytes of its message and of its results, seconds of a core.

    The seconds are of its screening, and of a page of its results.
    """

    numbers: int
    message_bytes: int
    result_bytes: int
    seconds: float
    page_seconds: float


def measure_chunk() -> Chunk:
    """Return the sizes of a full chunk's message and results, and the least CPU times of five runs."""
    source = random.Random(20261124)
    numbers = [source.getrandbits(63) | 1 << 63 for _ in range(MAX_CHUNK_NUMBERS)]
    message = split(new_id(), numbers, expires_at=1_800_000_000)[0]
    lines = screen_chunk(message.numbers).text.decode("ascii").split("\n")
    page = ([*zip(numbers, lines, strict=True)] * (PAGE // len(numbers) + 1))[:PAGE]

    def screen_and_pack() -> Item:
        return chunk_to_item(message, screen_chunk(message.numbers).text)

    def show() -> None:
        results = [ListResult(place, read_line(number, line), None) for place, (number, line) in enumerate(page)]
        page_response(ResultsPage(results, None, is_complete=True), "", "", {})

    item = screen_and_pack()
    stored = len(item["numbers"]) + len(item["results"])
    seconds, page_seconds = (
        min(timeit.repeat(act, timer=time.thread_time, number=1, repeat=5)) for act in (screen_and_pack, show)
    )
    return Chunk(len(numbers), len(encode(message)), stored, seconds, page_seconds)


def cost_of(name: str, goal: float | None, deployment: Deployment, use: Use) -> Cost:
    """Return the cost of a million numbers."""
    memory = deployment.memory_gb
    return Cost(
        name,
        goal,
        api=use.requests * prices.REST_REQUEST,
        functions=(use.requests + use.invocations) * prices.LAMBDA_REQUEST
        + (use.api_seconds * memory["APIHandler"] + use.worker_seconds * memory["Worker"]) * prices.GB_SECOND,
        queues=use.sqs_requests * prices.SQS_REQUEST,
        table=use.writes * prices.WRITE_UNIT
        + use.reads * prices.READ_UNIT
        + use.stored_bytes * deployment.retention_days * prices.STORED_BYTE_DAY,
        logs_and_traces=(use.requests * access_line_bytes(deployment.access_log) + use.log_bytes) * prices.LOG_BYTE
        + (use.requests + use.invocations) * TRACED * prices.TRACE * deployment.is_traced,
    )


def single(requests: int, api_seconds: float, reads: int, batch: int) -> Use:
    """Return what a number uses that is submitted alone, `batch` of them in a batch of the worker."""
    return Use(
        requests,
        api_seconds,
        invocations=1 / batch,
        worker_seconds=BATCH_SECONDS / batch,
        # The worker's poller receives and deletes a batch in one call each.
        sqs_requests=SENDS_PER_SUBMIT + 2 / batch + (COUNTS if batch > 1 else RARE_COUNTS),
        writes=WRITES_PER_NUMBER + (HISTORY_WRITES if batch > 1 else RARE_HISTORY_WRITES) / batch,
        # All but the first one of a request are not consistent, which is half a unit.
        reads=(reads and (reads + 1) / 2) * READS_PER_READ,
        stored_bytes=ITEM_BYTES,
        log_bytes=requests * api_line_bytes() + worker_line_bytes(batch) / batch,
    )


def listed(chunk: Chunk, deployment: Deployment) -> Use:
    """Return what a number uses that is sent in a list, every result read by pages."""
    chunks, lists, pages = 1 / chunk.numbers, 1 / LIST, 1 / PAGE
    send_units = _units(CHUNKS_PER_SEND * chunk.message_bytes, prices.SQS_UNIT_BYTES) / CHUNKS_PER_SEND
    receive_units = _units(BATCH * chunk.message_bytes, prices.SQS_UNIT_BYTES) / BATCH
    chunk_writes = _units(chunk.result_bytes, prices.WRITE_UNIT_BYTES) + UPDATES_PER_CHUNK + HISTORY_WRITES / BATCH
    page_reads = _units(math.ceil(PAGE / chunk.numbers) * chunk.result_bytes, prices.READ_UNIT_BYTES) + READS_PER_READ
    core = min(deployment.memory_gb["APIHandler"] / CORE_GB, 1.0)
    return Use(
        lists + pages,
        lists * LIST_SUBMIT_SECONDS + pages * (chunk.page_seconds / core + PAGE_CALLS_SECONDS),
        invocations=chunks / BATCH,
        worker_seconds=chunks * (chunk.seconds + BATCH_SECONDS),
        sqs_requests=chunks * (send_units + receive_units + 1 / BATCH),
        writes=chunks * chunk_writes + lists * (PUTS_PER_LIST + INDEX_WRITES),
        reads=pages * page_reads,
        stored_bytes=chunks * chunk.result_bytes,
        log_bytes=(lists + pages) * api_line_bytes() + chunks * worker_line_bytes(BATCH) / BATCH,
    )


def event_cost(name: str, deployment: Deployment, batch: int) -> Cost:
    """Return what the events of a million tasks cost, `batch` of them in a batch of the publisher."""
    seconds = BATCH_SECONDS / batch * deployment.memory_gb["Publisher"]
    return Cost(
        name,
        MAX_EVENT_DOLLARS,
        api=0,
        functions=prices.LAMBDA_REQUEST / batch + seconds * prices.GB_SECOND,
        queues=prices.EVENT,
        table=0,
        logs_and_traces=publisher_line_bytes(batch) / batch * prices.LOG_BYTE,
    )


def stored(deployment: Deployment) -> Use:
    """Return what a stored result adds to the proof of its number."""
    days = KEEP_SECONDS / 86_400 / deployment.retention_days
    stored_bytes = STORED_ITEM_BYTES * days + CERTIFICATE_BYTES * (days - 1)
    return Use(0, 0, reads=LOOKUPS * LOOKUP_UNITS, writes=STORED_WRITES, stored_bytes=stored_bytes)


def costs(chunk: Chunk, deployment: Deployment) -> list[Cost]:
    """Return the cost of a million numbers for each way of submitting them."""
    wait, goal = WAIT_SECONDS, MAX_SINGLE_DOLLARS
    poll = Use(1, READ_SECONDS, reads=READS_PER_READ, log_bytes=api_line_bytes())
    rare = single(1, wait, WAIT_READS, 1)
    entry = Use(0, 0, writes=INDEX_WRITES, stored_bytes=INDEX_ENTRY_BYTES)
    page = Use(1, TASK_PAGE_SECONDS, reads=TASK_PAGE_READS, log_bytes=api_line_bytes())
    ways = [
        ("single, submitted", goal, single(1, SUBMIT_SECONDS, 0, BATCH)),
        ("single, submitted and read by `Prefer: wait`", goal, single(1, wait, WAIT_READS, BATCH)),
        ("single, submitted and read once", None, single(2, SUBMIT_SECONDS + READ_SECONDS, 1, BATCH)),
        ("single, by `Prefer: wait`, rarely", None, rare),
        ("a stored result, in addition to its proof of 1,000 bits", None, stored(deployment)),
        ("single, its result stored, by `Prefer: wait`, rarely", None, replace(rare, reads=rare.reads + LOOKUP_UNITS)),
        ("a poll: a read of a task that is not finished", None, poll),
        ("its place in the pages of tasks, of a list or of a number that is forwarded", None, entry),
        (f"a page of {TASKS_OF_A_PAGE} tasks", None, page),
        (f"in lists of {LIST:,}, all results read", MAX_LIST_DOLLARS, listed(chunk, deployment)),
    ]
    *single_numbers, lists = [cost_of(name, goal, deployment, use) for name, goal, use in ways]
    events = [
        event_cost("beside these, with `Events`: the event of a task", deployment, BATCH),
        event_cost("the same, rarely", deployment, 1),
    ]
    return [*single_numbers, *events, lists]


def section() -> str:
    """Return the costs as a section of README.md."""
    chunk, deployment = measure_chunk(), read()
    rows = []
    for cost in costs(chunk, deployment):
        digits = 2 if cost.total > 1 else 4
        parts = (cost.api, cost.functions, cost.queues, cost.table, cost.logs_and_traces, cost.total)
        goal = f"at most {cost.goal:.{digits}f}: {reached(is_reached=cost.total <= cost.goal)}" if cost.goal else ""
        rows.append((cost.name, *(f"{part:.{digits}f}" for part in parts), goal))
    notes = f"""
Prices: us-east-1, 2026-11-24, no free tier (`prices.py`). From the template of prod: the API's function has
{deployment.memory_gb["APIHandler"] * 1024:.0f} MB and the worker {deployment.memory_gb["Worker"] * 1024:.0f} MB,
{deployment.retention_days} days of retention, X-Ray {"on" if deployment.is_traced else "off"}. Measured: a chunk of
{chunk.numbers:,} random 64-bit numbers is a message of {chunk.message_bytes:,} bytes and a result of
{chunk.result_bytes:,} bytes, and is screened in {1000 * chunk.seconds:.0f} ms; a page of {PAGE:,} results takes
{1000 * chunk.page_seconds:.0f} ms of a core; a request's lines have
{access_line_bytes(deployment.access_log) + api_line_bytes()} bytes, a batch's {worker_line_bytes(BATCH)}. Assumed,
because no AWS account was available: a call of AWS takes 8 ms, a result is stored after {1000 * WAIT_SECONDS:.0f} ms, a
core of AWS is as fast as this one, and a batch of the worker has {BATCH} numbers (*rarely*: one).

The request, its invocation, the message and the item of a number are ${FIXED:.2f}: a single number has
${MAX_SINGLE_DOLLARS - FIXED:.2f} below its goal for all else."""
    heads = "a million numbers, US dollars | API | functions | queues, event bus | table | logs, traces | total | goal"
    return f"{markdown(heads, rows)}\n{notes}"


def _units(size: int, unit: int) -> int:
    return math.ceil(size / unit)


if __name__ == "__main__":
    print(section())
