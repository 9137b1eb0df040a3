"""Starts `make run`: the emulator, the service deployed to it, and the local server on the same parts."""

import os
import sys
import time
from collections.abc import Callable
from typing import IO

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
SECONDS_BETWEEN_LOOKS = 0.5
STATE = ROOT / ".state"


def run(port: int, emulator_port: int, is_ending: Callable[[], bool]) -> None:
    """Start everything and keep it up to date with its files until a signal ends it.

    `is_ending` returns whether a signal has come: the exception that it raises may be ignored where it comes.

    Raises:
        InfraError: A port is taken, the disk is full, a part does not start, or the state could not be kept.
    """
    if port == emulator_port:
        message = f"PORT and EMULATOR_PORT are both {port}: choose another with PORT={port + 1}."
        raise InfraError(message)
    # A queue's address carries the port, and the emulator finds its queues by their addresses: a state
    # belongs to its port.
    emulator = Emulator(emulator_port, STATE / str(emulator_port))
    server = ServerProcess(port, emulator)
    watcher = FileWatcher(ROOT, WATCHED)
    latest = emulator.saves.latest()
    saved_at = latest.stat().st_mtime if latest else None
    _say(f"starting MiniStack on port {emulator_port}, with the state of the previous run if there is one")
    with claim(port, "PORT"), emulator:
        try:
            _deploy(emulator, port)
            if saved_at is not None:
                _fail_lost(emulator, saved_at)
            _say("starting the API")
            server.replace()
            _say(_what_to_try(port, emulator))
            while not is_ending():
                time.sleep(SECONDS_BETWEEN_LOOKS)
                emulator.require_running()
                try:
                    if changed := watcher.changed():
                        _say(f"changed: {', '.join(str(path.relative_to(ROOT)) for path in changed[:3])}")
                        # The server reads changed files of the page by itself.
                        if not all(path.is_relative_to(PAGE) and path.suffix != ".py" for path in changed):
                            _deploy(emulator, port)
                            server.replace()
                        _say("the change is served")
                    server.revive()
                except InfraError as error:  # the last good version stays served
                    _say(f"not taken over: {error}" if changed else str(error))
        finally:
            kept = f", and keeping the state in {emulator.state.relative_to(ROOT)}" if emulator.is_running() else ""
            _say(f"\nstopping{kept}")
            server.stop()


def _deploy(emulator: Emulator, port: int) -> None:
    """Deploy in a process of its own: this one holds nothing of what deploys, and a change of that is used."""
    started, log = time.monotonic(), emulator.state / "deploy.log"
    _say("packaging the service and deploying it through CloudFormation")
    with log.open("wb") as file:
        is_deployed = _succeeds(
            emulator, ["infra.deploy", "local", "Events=true", f"ApiUrl=http://localhost:{port}"], file
        )
    if not is_deployed:
        _, is_known, reason = last_lines(log, 1).partition("deploy: ")
        raise InfraError(reason if is_known else f"The deploy ended: {last_lines(log)} The whole log is {log}.")
    _say(f"deployed in {time.monotonic() - started:.1f} s")


def _fail_lost(emulator: Emulator, saved_at: float) -> None:
    """Fail the tasks that the previous run lost: a run that ends by itself saves after its last log line."""
    log = emulator.state / "logs.1" / "api.log"
    if log.exists() and log.stat().st_mtime > saved_at:
        _succeeds(emulator, ["infra.local.lost_tasks", str(log), str(saved_at)])


def _succeeds(emulator: Emulator, arguments: list[str], log: IO[bytes] | None = None) -> bool:
    """Run a module of infra on the emulator, and return whether its exit status is 0."""
    process = start([sys.executable, "-um", *arguments], os.environ | environment(emulator.url), log)
    try:
        return process.wait() == 0
    finally:
        stop(process)


def _what_to_try(port: int, emulator: Emulator) -> str:
    url = f"http://localhost:{port}"
    port_words = "" if emulator.port == 4566 else f" EMULATOR_PORT={emulator.port}"
    return f"""
is it prime?  {url}

  submit   curl {url}/ -H 'Content-Type: application/json' -d '{{"number": 2305843009213693951}}'
  read     curl {url}/<task_id>
  queues   curl {url}/queue
  the queue's own address   {emulator.url}/{EMULATOR_ACCOUNT}/is-it-prime-local-tasks
  the emulator's endpoint   {emulator.url}
  logs     make logs{port_words}
  shell    make shell{port_words}

Ctrl-C ends it and keeps the tasks.
"""


def _say(line: str) -> None:
    print(line, flush=True)
