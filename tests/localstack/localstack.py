"""LocalStack 4.14.0 as a child process, without Docker."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra import ROOT
from infra.child_processes import start, stop, wait_until_healthy

PYTHON = ROOT / ".venv-localstack" / "bin" / "python"
SECONDS_TO_START = 120
SECONDS_TO_STOP = 60


@contextmanager
def localstack(port: int, folder: Path) -> Iterator[tuple[str, int]]:
    """Run LocalStack on loopback, with all that it writes in a folder.

    Yields:
        Its endpoint's URL, and the id of its process: the functions' processes are its children.
    """
    for name in ("tmp", "functions"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    address = f"127.0.0.1:{port}"
    environment = {
        "PATH": os.environ["PATH"],
        "JAVA_HOME": os.environ["JAVA_HOME"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "FUNCTION_LOGS": str(folder / "functions"),
        "GATEWAY_LISTEN": address,
        "LOCALSTACK_HOST": address,
        "FILESYSTEM_ROOT": str(folder),
        "OVERRIDE_IN_DOCKER": "0",  # else it takes a sandbox for its container
        "DNS_ADDRESS": "0",
        "DISABLE_EVENTS": "1",  # no telemetry
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DYNAMODB_IN_MEMORY": "1",
        "EAGER_SERVICE_LOADING": "0",
        "PROVIDER_OVERRIDE_DYNAMODB": "v2",  # the streams of DynamoDB Local, and not those of a Kinesis to download
    }
    log = folder / "localstack.log"
    with log.open("wb") as output:
        process = start([str(PYTHON), "-m", "tests.localstack.launcher"], environment, output)
    try:
        wait_until_healthy(process, f"http://{address}/_localstack/health", SECONDS_TO_START, log)
        yield f"http://{address}", process.pid
    finally:
        stop(process, SECONDS_TO_STOP)
