"""Measure the service's CPU times, which the simulation uses: `python -m benchmarks.scale --measure`.

The functions run in this process, one call at a time, with botocore's own transport as on AWS, against the emulator's
table and queues. Only the CPU time of this process counts, and not that of the emulator and of other processes.
"""

import io
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import gmpy2

from benchmarks import cost, report
from benchmarks.scale.measured import Measured
from benchmarks.service_processes import free_port
from benchmarks.startup import ENVIRONMENT, ROOT

REPEATS = 200
PROOFS = 5
PROOF_BITS = (256, 512, 1024, 2048)
LIST_NUMBERS = 100_000
#: The remaining time of a function in the measurement, in milliseconds: longer than any of its proofs.
REMAINING_MS = 600_000.0

API_IMPORT = "import app; from chalicelib import aws; aws.dynamodb(); aws.sqs()"
CONSUMER_IMPORT = f"{API_IMPORT}; from chalicelib.consumers import entry, worker, list_worker"


def measure() -> Measured:
    """Measure all values, which takes about three minutes."""
    chunk = cost.measure_chunk()
    with _emulated():
        batch, number = _worker()
        list_batch, per_chunk = _list_worker()
        submit, submit_list = _submit({"number": 11}, REPEATS), _submit({"numbers": random_numbers(LIST_NUMBERS)}, 5)
    return Measured(
        machine=report.machine(),
        date=report.today(),
        api_import=_import_seconds(API_IMPORT),
        consumer_import=_import_seconds(CONSUMER_IMPORT),
        submit=submit,
        submit_list=submit_list,
        batch=batch,
        number=number,
        list_batch=list_batch,
        chunk=per_chunk,
        screening=_screening(),
        proofs=_proofs(),
        message_bytes=chunk.message_bytes,
        result_bytes=chunk.result_bytes,
    )


@contextmanager
def _emulated() -> Iterator[None]:
    """Run the emulator with a table and queues that no function reads, and set its endpoint for the service."""
    import os  # noqa: PLC0415 - so that nothing else here changes the environment

    from chalicelib import loopback  # noqa: PLC0415
    from infra.emulator.ministack import Emulator  # noqa: PLC0415

    with (
        redirect_stdout(io.StringIO()),  # the functions print a line for each invocation
        tempfile.TemporaryDirectory(prefix="scale-") as folder,
        Emulator(free_port(), Path(folder)) as endpoint,
    ):
        os.environ |= {**ENVIRONMENT, "AWS_ENDPOINT_URL": endpoint}
        boto3.client("dynamodb").create_table(
            TableName="tasks",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "task_id", "AttributeType": "S"},
                {"AttributeName": "part", "AttributeType": "N"},
            ],
            KeySchema=[
                {"AttributeName": "task_id", "KeyType": "HASH"},
                {"AttributeName": "part", "KeyType": "RANGE"},
            ],
        )
        for name in ("tasks", "lists", "proofs", "long_proofs", "dead_letters"):
            url = boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"]
            os.environ[f"{name.upper()}_QUEUE_URL"] = url
        loopback.LOOPBACK_HOSTS = frozenset()  # botocore's own transport and signatures, as on AWS
        yield


def _submit(body: dict[str, Any], repeats: int) -> float:
    from app import app  # noqa: PLC0415 - reads the environment

    event = {
        "resource": "/",
        "path": "/",
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/json"},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "body": json.dumps(body),
        "isBase64Encoded": False,
        "requestContext": {"resourcePath": "/", "httpMethod": "POST", "path": "/", "identity": {}},
    }

    def call() -> None:
        response = app(event, _context())
        assert response["statusCode"] == 202, response

    return _cpu(call, repeats)


def _worker() -> tuple[float, float]:
    from app import worker  # noqa: PLC0415
    from chalicelib.tasks.ids import new_id  # noqa: PLC0415
    from chalicelib.tasks.messages import NumberMessage  # noqa: PLC0415

    def seconds_of(count: int) -> float:
        events = [
            _event([NumberMessage(new_id(), number) for number in random_numbers(count, seed)])
            for seed in range(REPEATS)
        ]
        return _cpu(lambda: _handle(worker, events.pop()), REPEATS - 1)

    return _line(1, seconds_of(1), 10, seconds_of(10))


def _list_worker() -> tuple[float, float]:
    from app import list_worker  # noqa: PLC0415
    from chalicelib import clock  # noqa: PLC0415
    from chalicelib.store import items, tasks  # noqa: PLC0415
    from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS, split  # noqa: PLC0415
    from chalicelib.tasks.ids import new_id  # noqa: PLC0415
    from chalicelib.tasks.status import Status  # noqa: PLC0415
    from chalicelib.tasks.task import ListTask  # noqa: PLC0415

    def event(count: int, seed: int) -> dict[str, Any]:
        task_id, total = new_id(), count * MAX_CHUNK_NUMBERS
        tasks.create(
            ListTask(
                task_id=task_id,
                status=Status.PENDING,
                submitted_at=clock.timestamp(),
                expires_at=items.expiry(),
                total=total,
                chunks=count,
                remaining=count,
            )
        )
        return _event(split(task_id, random_numbers(total, seed)))

    def seconds_of(count: int, repeats: int = 30) -> float:
        events = [event(count, seed) for seed in range(repeats + 1)]
        return _cpu(lambda: _handle(list_worker, events.pop()), repeats)

    return _line(1, seconds_of(1), 10, seconds_of(10))


def _screening() -> dict[int, float]:
    from chalicelib.primality.screening import screen_thoroughly  # noqa: PLC0415

    times = {}
    for bits in PROOF_BITS:
        prime = _primes(bits, 1)[0]
        runs = timeit.repeat(partial(screen_thoroughly, prime), timer=time.thread_time, number=3, repeat=5)
        times[bits] = min(runs) / 3
    return times


def _proofs() -> dict[int, list[float]]:
    from chalicelib.primality.child import prove_in_child  # noqa: PLC0415
    from chalicelib.primality.screening import screen_thoroughly  # noqa: PLC0415

    times: dict[int, list[float]] = {}
    for bits in PROOF_BITS:
        times[bits] = []
        for prime in _primes(bits, PROOFS):
            screened = screen_thoroughly(prime)
            start = _cpu_with_children()
            assert prove_in_child(screened, REMAINING_MS / 1000, lambda _: None, 4.0) is not None
            times[bits].append(_cpu_with_children() - start)
    return times


def _import_seconds(program: str) -> float:
    """Return the CPU seconds of `program` in a new interpreter: the minimum of five runs after one to fill caches."""
    clock = f"import time; start = time.process_time()\n{program}\nprint(time.process_time() - start)"
    command = [sys.executable, "-c", clock]
    runs = [
        float(subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=True, capture_output=True, text=True).stdout)
        for _ in range(6)
    ]
    return min(runs[1:])


def _cpu(call: Callable[[], None], repeats: int) -> float:
    """Return the median of the thread's CPU seconds, after one call that creates the clients and the connection."""
    call()
    seconds = []
    for _ in range(repeats):
        start = time.thread_time()
        call()
        seconds.append(time.thread_time() - start)
    return statistics.median(seconds)


def _cpu_with_children() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _line(x1: int, y1: float, x2: int, y2: float) -> tuple[float, float]:
    """Return the intercept, which is at least 0, and the slope of the line through two points."""
    each = (y2 - y1) / (x2 - x1)
    return max(y1 - each * x1, 0.0), each


def _handle(handler: Callable[..., Any], event: dict[str, Any]) -> None:
    assert handler(event, _context()) == {"batchItemFailures": []}


def _event(messages: list[Any]) -> dict[str, Any]:
    from chalicelib.tasks.messages import encode  # noqa: PLC0415

    return {
        "Records": [
            {
                "messageId": str(index),
                "receiptHandle": "handle",
                "body": encode(message),
                "attributes": {"ApproximateReceiveCount": "1"},
                "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:tasks",
            }
            for index, message in enumerate(messages)
        ]
    }


def _context() -> SimpleNamespace:
    return SimpleNamespace(get_remaining_time_in_millis=lambda: REMAINING_MS)


def random_numbers(count: int, seed: int = 20261124) -> list[int]:
    """Return numbers of exactly 64 bits, which depend only on the seed."""
    source = random.Random(seed)
    return [source.getrandbits(63) | 1 << 63 for _ in range(count)]


def _primes(bits: int, count: int) -> list[int]:
    source = random.Random(bits)
    return [int(gmpy2.next_prime(source.getrandbits(bits - 1) | 1 << (bits - 1))) for _ in range(count)]
