"""An emulator of AWS: clients of it, its queues' attributes, and its processes.

A test may kill the processes of the emulator that these tests started, and no other processes.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from infra.emulator import EMULATOR_KEY, EMULATOR_REGION

if TYPE_CHECKING:
    from localstack_client.session import Session
    from mypy_boto3_sqs import SQSClient


FUNCTION_NAME = "AWS_LAMBDA_FUNCTION_NAME"


def emulator_session(endpoint: str, account: str = EMULATOR_KEY) -> Session:
    """Return a session whose clients have all permissions at an emulator; LocalStack has a world for each account."""
    from localstack_client.session import Session  # noqa: PLC0415 - it takes long, and few tests need it

    return Session(
        aws_access_key_id=account,
        aws_secret_access_key=EMULATOR_KEY,
        region_name=EMULATOR_REGION,
        localstack_host=urlsplit(endpoint).netloc,
    )


def children(pid: int) -> set[int]:
    """Return the processes that a process has started and that have not ended."""
    found = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found |= {int(child) for child in task.read_text().split()}
    return {child for child in found if is_running(child)}


def descendants(pid: int) -> set[int]:
    """Return all processes below a process: its children, their children and so on."""
    found = children(pid)
    for child in tuple(found):
        found |= descendants(child)
    return found


def is_running(pid: int) -> bool:
    """Return whether a process exists and has not ended. A zombie has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def command(pid: int) -> str:
    """Return a process's command line, or an empty text if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def emulator(endpoint: str) -> int | None:
    """Return the emulator's process if these tests or `make test-localstack` started it, else None."""
    if "LOCALSTACK_PID" in os.environ:
        return int(os.environ["LOCALSTACK_PID"])
    port = urlsplit(endpoint).port
    started = [pid for pid in children(os.getpid()) if f"ministack_app --port {port} " in command(pid)]
    return started[0] if started else None


def functions(endpoint: str, name: str) -> set[int]:
    """Return the processes that run a function of the service, by its logical name in the template."""
    server = emulator(endpoint)
    if server is None:
        return set()
    running = {pid for pid in descendants(server) if name in function_of(pid).split("-")}
    return running - {child for pid in running for child in children(pid)}  # in which it computes


def function_of(pid: int) -> str:
    """Return the name of the function that a process runs, or another text if it runs none.

    On MiniStack it is the name of the process; on LocalStack it is in the environment, as on Lambda.
    """
    with contextlib.suppress(OSError):
        variables = Path(f"/proc/{pid}/environ").read_text(errors="replace").split("\0")
        named = [value for name, _, value in (line.partition("=") for line in variables) if name == FUNCTION_NAME]
        if named:
            return named[0]
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def provers(endpoint: str) -> set[int]:
    """Return the processes that run one of the two provers."""
    return functions(endpoint, "Prover") | functions(endpoint, "LongProver")


def proofs(endpoint: str) -> set[int]:
    """Return the provers' children, which run the proofs."""
    return {child for pid in provers(endpoint) for child in children(pid)}


def kill(pids: set[int]) -> None:
    """Kill processes by SIGKILL, as the kernel does when memory runs out."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@contextmanager
def queue_attributes(sqs: SQSClient, queue_url: str, **attributes: int) -> Iterator[None]:
    """Set attributes of a queue during the block."""
    names: Any = list(attributes)
    before: Any = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    values: Any = {name: str(value) for name, value in attributes.items()}
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes=values)
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=queue_url, Attributes=before)
