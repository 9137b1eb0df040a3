"""Starts `make run`: the emulator, the service deployed to it, and the local server on the same parts."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from infra import ROOT
from infra.child_processes import claim, last_lines, start, stop
from infra.emulator import EMULATOR_ACCOUNT, environment
from infra.emulator.ministack import Emulator
from infra.errors import InfraError
from infra.local.file_watcher import SOURCES, FileWatcher
from infra.local.server_process import ServerProcess

#: What is deployed again, and served anew, when it changes.
WATCHED = (*SOURCES, "infra/template/*.yaml")
PAGE = ROOT / "chalicelib" / "page"
IPV6 = "::1"
SECONDS_BETWEEN_LOOKS = 0.5
STATE = ROOT / ".state"


def run(port: int, emulator_port: int, is_ending: Callable[[], bool]) -> None:
    """Start everything and keep it up to date with its files until a signal ends it.

    Args:
        port: The port of the API.
        emulator_port: The port of the emulator.
        is_ending: Returns whether a signal has come: the exception that it raises may be ignored where it comes.

    Raises:
        InfraError: A port is taken, the disk is full, a part does not start, or the state could not be kept.
    """
    if port == emulator_port:
        message = f"PORT and EMULATOR_PORT are both {port}: choose another with PORT={port + 1}."
        raise InfraError(message)
    lock = claim(port, "PORT", loopback_addresses())
    STATE.mkdir(exist_ok=True)
    STATE.chmod(0o700)
    # A queue's address carries the port, and the emulator finds its queues by their addresses: a state
    # belongs to its port.
    state = STATE / str(emulator_port)
    server = ServerProcess(port, state / "logs" / "api.log")
    emulator = Emulator(emulator_port, state)
    watcher = FileWatcher(ROOT, WATCHED)
    _say(f"starting MiniStack on port {emulator_port}, with the state of the previous run if there is one")
    latest = emulator.saves.latest()
    saved_at = latest.stat().st_mtime if latest else None
    with lock, _reserved(port), emulator as endpoint:
        try:
            _deploy(endpoint, state, port)
            if saved_at is not None:
                _fail_lost(endpoint, state / "logs.1" / "api.log", saved_at)
            _say("starting the API")
            server.replace(endpoint)
            _say(_what_to_try(port, endpoint))
            while not is_ending():
                time.sleep(SECONDS_BETWEEN_LOOKS)
                emulator.require_running()
                if changed := watcher.changed():
                    _update(changed, server, endpoint, state, port)
                try:
                    server.revive()
                except InfraError as error:
                    _say(str(error))
        finally:
            kept = f", and keeping the state in {state.relative_to(ROOT)}" if emulator.is_running() else ""
            _say(f"\nstopping{kept}")
            server.stop()


def loopback_addresses() -> list[str]:
    """Return the addresses that the name localhost has on this machine."""
    found = ["127.0.0.1"]
    with contextlib.suppress(OSError), socket.create_server((IPV6, 0), family=socket.AF_INET6):  # where there is IPv6
        found.append(IPV6)
    return found


@contextlib.contextmanager
def _reserved(port: int) -> Iterator[None]:
    """Keep the port of localhost's other address without listening: clients then use the first address.

    Another user's process could listen there otherwise, and get what is meant for the server.
    """
    with socket.socket(socket.AF_INET6) as kept:
        if IPV6 in loopback_addresses():
            kept.bind((IPV6, port))
        yield


def _deploy(endpoint: str, state: Path, port: int) -> None:
    """Deploy in a process of its own: this one holds nothing of what deploys, and a change of that is used."""
    started, log = time.monotonic(), state / "deploy.log"
    _say("packaging the service and deploying it through CloudFormation")
    arguments = ["infra.deploy", "local", "Events=true", f"ApiUrl=http://localhost:{port}"]
    with log.open("wb") as file:
        is_deployed = _succeeds(start([sys.executable, "-um", *arguments], os.environ | environment(endpoint), file))
    if not is_deployed:
        _, is_known, reason = last_lines(log, 1).partition("deploy: ")
        raise InfraError(reason if is_known else f"The deploy ended: {last_lines(log)} The whole log is {log}.")
    _say(f"deployed in {time.monotonic() - started:.1f} s")


def _fail_lost(endpoint: str, log: Path, saved_at: float) -> None:
    """Fail the tasks that the previous run lost: a run that ends by itself saves after its last log line."""
    if log.exists() and log.stat().st_mtime > saved_at:
        _succeeds(
            start([sys.executable, "-m", "infra.local.lost_tasks", endpoint, str(log), str(saved_at)], os.environ)
        )


def _succeeds(process: subprocess.Popen[bytes]) -> bool:
    try:
        return process.wait() == 0
    finally:
        stop(process)


def _update(changed: list[Path], server: ServerProcess, endpoint: str, state: Path, port: int) -> None:
    """Deploy and serve changed code; after a mistake the last good version stays served.

    The server reads changed files of the page by itself.
    """
    _say(f"changed: {', '.join(str(path.relative_to(ROOT)) for path in changed[:3])}")
    try:
        if not all(path.is_relative_to(PAGE) and path.suffix != ".py" for path in changed):
            _deploy(endpoint, state, port)
            server.replace(endpoint)
    except InfraError as error:
        _say(f"not taken over: {error}")
    else:
        _say("the change is served")


def _what_to_try(port: int, endpoint: str) -> str:
    url = f"http://localhost:{port}"
    emulator_port = endpoint.rpartition(":")[2]
    port_words = "" if emulator_port == "4566" else f" EMULATOR_PORT={emulator_port}"
    return f"""
is it prime?  {url}

  submit   curl {url}/ -H 'Content-Type: application/json' -d '{{"number": 2305843009213693951}}'
  read     curl {url}/<task_id>
  queues   curl {url}/queue
  the queue's own address   {endpoint}/{EMULATOR_ACCOUNT}/is-it-prime-local-tasks
  the emulator's endpoint   {endpoint}
  logs     make logs{port_words}
  shell    make shell{port_words}

Ctrl-C ends it and keeps the tasks.
"""


def _say(line: str) -> None:
    print(line, flush=True)
