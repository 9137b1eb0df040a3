"""Quotas and prices by the template of prod: `python -m benchmarks.cost` writes the tables of docs/scale.md.

Nothing is measured on AWS: what only AWS can show is a constant that says "assumed". Prices: us-east-1, on demand,
without a free tier, as of 2026-11-24, by AWS's pricing pages of each service, and of Amazon EC2 for the data out.
"""

from collections.abc import Mapping
from math import ceil

from benchmarks.harness.report import markdown, short
from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS
from infra import ROOT
from infra.packaging.package import AWS, package
from infra.packaging.roles import Template

DOCUMENT = ROOT / "docs" / "scale.md"
#: US dollars for a million of each. SQS counts each 64 KiB of a call's messages, DynamoDB each KiB written and each
#: 4 KiB read. A GB-second is one of an arm64 function. A byte is stored for a day, with its backup.
PRICES = {
    "API": {"requests": 3.50},
    "functions": {"invocations": 0.20, "gb_seconds": 0.8 * 16.6667},
    "queues, bus": {"sqs_requests": 0.40, "events": 1.00},
    "table": {"writes": 0.625, "reads": 0.125, "byte_days": 0.45e-3 / 30},
    "logs": {"log_bytes": 0.50e-3},
    "data out": {"bytes_out": 0.09e-3},
}
#: Messages of a batch under steady load, numbers of a list, results of a page; days of a stored result; queries of a
#: page of tasks.
BATCH, LIST, PAGE, STORED_DAYS, SHARDS = 10, 100_000, 10_000, 30, 16
#: Assumed, in seconds: a call of SQS or DynamoDB; a request; one that waits for a result; the submit of a list; a page
#: of 100 tasks; a batch of single numbers.
CALL, REQUEST, WAIT, SUBMIT_LIST, TASK_PAGE, BATCH_SECONDS = 0.008, 0.010, 0.100, 1.0, 0.150, 0.020
#: Measured, in seconds of a core: the screening of a chunk of 5,000 random 64-bit numbers; a page of results.
CHUNK_SECONDS, PAGE_SECONDS = 0.007, 0.061
#: Measured, in bytes: the message of such a chunk, and its stored results; a page of results, compressed and plain.
MESSAGE, RESULTS, GZIP, PLAIN = 53_500, 44_180, 163_000, 1_586_000
#: Measured, in bytes: the log lines of a request, of a batch of ten and of one, and of the publisher's batches; the
#: stored result of a proof of 1,000 bits, and its certificate.
REQUEST_LOG, BATCH_LOG, ONE_LOG, EVENTS_LOG, EVENT_LOG, STORED, CERTIFICATE = 411, 801, 390, 400, 140, 700, 16_000
#: Assumed, in bytes: an item; an entry of the index of tasks; a response with its headers.
ITEM, ENTRY, RESPONSE = 500, 220, 1_000
#: Requests per second of an execution environment, and the memory that has a core. Source: AWS Lambda Developer Guide.
ENVIRONMENT, CORE_GB = 10, 1769 / 1024
#: Requests per second of an account; write units per second of a new table. Sources: API Gateway Developer Guide,
#: "Quotas"; DynamoDB Developer Guide, "On-demand capacity mode".
ACCOUNT, TABLE = 10_000, 4_000
#: The write units of a chunk: its results, and its count in the list's item.
CHUNK_WRITES = ceil(RESULTS / 1024) + 1
Uses = Mapping[str, float]


def total(*parts: Uses, share: float = 1) -> Uses:
    """Return a share of the sum of some uses."""
    return {use: share * sum(part.get(use, 0) for part in parts) for use in {use for part in parts for use in part}}


def dollars(uses: Uses) -> list[float]:
    """Return the price of a million numbers, by part."""
    return [sum(uses.get(use, 0) * price for use, price in part.items()) for part in PRICES.values()]


def ways(template: Template) -> dict[str, Uses]:
    """Return what a number uses by each way of asking: counts that the tests hold, seconds and bytes."""
    memory = {name: of["Properties"].get("MemorySize", 0) / 1024 for name, of in template["Resources"].items()}
    days = int(template["Parameters"]["RetentionDays"]["Default"])

    def run(function: str, seconds: float, log: float) -> Uses:
        return {"invocations": 1, "gb_seconds": seconds * memory[function], "log_bytes": log}

    def request(seconds: float = REQUEST, reads: float = 0, out: float = RESPONSE) -> Uses:
        return {**run("APIHandler", seconds, REQUEST_LOG), "requests": 1, "reads": reads, "bytes_out": out}

    # A batch is received, deleted, and may count a queue and write to the history: all that come rarely do.
    item = {"sqs_requests": 1, "writes": 1, "byte_days": ITEM * days}
    batch, events = run("Worker", BATCH_SECONDS, BATCH_LOG), run("Publisher", BATCH_SECONDS, EVENTS_LOG)
    steady = total(item, total(batch, {"sqs_requests": 2.5, "writes": 0.1}, share=1 / BATCH))
    rare = total(item, run("Worker", BATCH_SECONDS, ONE_LOG), {"sqs_requests": 3, "writes": 1})
    # Ten chunks are sent in a call, and received, deleted and screened in one invocation.
    chunks = {**run("ListWorker", BATCH * (BATCH_SECONDS + CHUNK_SECONDS), BATCH_LOG), "writes": BATCH * CHUNK_WRITES}
    chunks |= {"sqs_requests": 2 * ceil(BATCH * MESSAGE / 65_536) + 1, "byte_days": BATCH * RESULTS * days}
    page_seconds = PAGE_SECONDS * max(1, CORE_GB / memory["APIHandler"]) + 2 * CALL
    page_reads = ceil(PAGE / MAX_CHUNK_NUMBERS * RESULTS / 4096) + 1
    in_list = total(
        total(chunks, share=1 / (BATCH * MAX_CHUNK_NUMBERS)),
        total(request(SUBMIT_LIST), {"writes": 2}, share=1 / LIST),
        total(request(page_seconds, page_reads, out=0), share=1 / PAGE),
    )
    stored = STORED * STORED_DAYS + CERTIFICATE * (STORED_DAYS - days)
    # The reads of a request that waits are not consistent, but for the first: half a unit each.
    return {
        "single, submitted": total(request(), steady),
        "single, submitted and read by `Prefer: wait`": total(request(WAIT, reads=3.5), steady),
        "single, submitted and read once": total(request(), request(reads=1), steady),
        "single, by `Prefer: wait`, rarely": total(request(WAIT, reads=3.5), rare),
        "a poll: a read of a task that is not finished": request(reads=1),
        "a stored result, beside its proof of 1,000 bits": {"reads": 1, "writes": 1, "byte_days": stored},
        "its entry in the pages of tasks": {"writes": 1, "byte_days": ENTRY * days},
        "a page of 100 tasks": request(TASK_PAGE, reads=SHARDS + 100, out=20 * RESPONSE),
        "the event of a task, with `Events`": total({"events": 1}, total(events, share=1 / BATCH)),
        "the same, rarely": total({"events": 1}, run("Publisher", BATCH_SECONDS, EVENT_LOG)),
        "in lists of 100,000, all results read compressed": total(in_list, {"bytes_out": GZIP / PAGE}),
        "the same, not compressed": total(in_list, {"bytes_out": PLAIN / PAGE}),
    }


def quotas(template: Template) -> dict[str, tuple[str, float, float]]:
    """Return each limit as deployed, and the numbers per second that it lets in, as single numbers and in lists."""
    resources = template["Resources"]
    value = {name: of.get("Default") for name, of in template["Parameters"].items()}
    day, rate, method = (int(value[name]) for name in ("DailyQuota", "RateLimit", "MethodRateLimit"))
    api = resources["APIHandler"]["Properties"]["ReservedConcurrentExecutions"]
    mappings = (next(iter(resources[name]["Properties"]["Events"].values())) for name in ("Worker", "ListWorker"))
    workers, lists = (mapping["Properties"]["ScalingConfig"]["MaximumConcurrency"] for mapping in mappings)
    seconds = (CALL + BATCH * (CHUNK_SECONDS + 2 * CALL)) / (BATCH * MAX_CHUNK_NUMBERS)
    return {
        "`DailyQuota` of a key": (f"{day:,} requests a day", day / 86_400, day / 86_400 * LIST),
        "`RateLimit` of a key": (f"{rate:,} requests/s", rate, rate * LIST),
        "`MethodRateLimit`: `POST /`": (f"{method:,} requests/s", method, method * LIST),
        "`Worker`, `ListWorker`": (f"{workers} functions", workers * ENVIRONMENT * BATCH, lists / seconds),
        "a new table": (f"{TABLE:,} write units/s", TABLE, TABLE / CHUNK_WRITES * MAX_CHUNK_NUMBERS),
        "`API_FUNCTIONS`": (f"{api:,} functions", api * ENVIRONMENT, api * LIST),
        "the account": (f"{ACCOUNT:,} requests/s", ACCOUNT, ACCOUNT * LIST),
    }


def main() -> None:
    """Write the tables into the document, each after the comment that names it."""
    template = package("prod", AWS).template
    limits = [(name, text, short(one), short(many)) for name, (text, one, many) in quotas(template).items()]
    prices = []
    for name, uses in ways(template).items():
        *inside, out = dollars(uses)
        digits = 2 if sum(inside) > 1 else 4
        prices.append((name, *(f"{part:.{digits}f}" for part in (*inside, sum(inside), out, sum(inside) + out))))
    heads = " | ".join(PRICES).replace("| data", "| sum | data")
    text = DOCUMENT.read_text()
    for title, table in (
        ("quotas", markdown("limit | value | numbers/s, single | numbers/s in lists", limits)),
        ("prices", markdown(f"a million | {heads} | total", prices)),
    ):
        before, mark, rest = text.partition(f"<!-- {title}: python -m benchmarks.cost -->\n")
        text = before + mark + table + rest[rest.index("\n\n") :]
    DOCUMENT.write_text(text)


if __name__ == "__main__":
    main()
