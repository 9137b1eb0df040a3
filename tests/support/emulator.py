"""An emulator of AWS: clients of it, and its processes."""

from __future__ import annotations

import contextlib
import io
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from infra.emulator import EMULATOR_KEY, EMULATOR_REGION

if TYPE_CHECKING:
    from localstack_client.session import Session


def emulator_session(endpoint: str, account: str = EMULATOR_KEY) -> Session:
    """Return a session whose clients have all permissions at an emulator; LocalStack has a world for each account."""
    from localstack_client.session import Session  # noqa: PLC0415 - it takes long, and few tests need it

    return Session(
        aws_access_key_id=account,
        aws_secret_access_key=EMULATOR_KEY,
        region_name=EMULATOR_REGION,
        localstack_host=urlsplit(endpoint).netloc,
    )


def create_function(endpoint: str, name: str, code: str, handler: str = "handle", **variables: str) -> None:
    """Create a function from the text of a module."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        file.writestr(zipfile.ZipInfo("probe.py"), code)  # without the time: equal code gives equal bytes
    client: Any = emulator_session(endpoint).client("lambda")
    client.create_function(
        FunctionName=name,
        Runtime=f"python3.{sys.version_info.minor}",
        Role="arn:aws:iam::000000000000:role/probe",
        Handler=f"probe.{handler}",
        Code={"ZipFile": package.getvalue()},
        Environment={"Variables": variables},
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


def function_of(pid: int) -> str:
    """Return the name of the function that a process of MiniStack runs, or another text if it runs none."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""
