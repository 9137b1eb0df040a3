"""Saves the emulator's state while it runs, and at its end.

A copy of the process, made by fork, writes each save: it has the state of all services at one moment, and the emulator
serves on meanwhile. Redis saves in the same way: its documentation, "Redis persistence", snapshotting.
"""

import asyncio
import contextlib
import gc
import os
import signal
import time
import warnings
from typing import NoReturn

from ministack.services import sqs

from infra.emulator import snapshot
from infra.emulator.saves import Saves

#: Between two looks for changes. With the time that a save takes, a change is saved within 30 s.
PAUSE_SECONDS = 15
RETRY_SECONDS = 5
#: Between two looks whether a deploy has ended.
LOOK_SECONDS = 0.1
#: For a deploy to end when the emulator is told to end.
DEPLOY_SECONDS = 30
#: For the copy to write a save.
COPY_SECONDS = 30
#: The emulator's exit status when its last save was not possible.
NOT_SAVED = 3


class Saver:
    """Saves the state again and again, and tells whether that succeeds on a pipe."""

    def __init__(self, saves: Saves, report: int) -> None:
        self._saves = saves
        self._report = report
        self._rounds = 0
        self._ending = asyncio.Event()

    def note_change(self) -> None:
        """Have the state saved at the next look, and the one after it: what a request starts changes it later."""
        self._rounds = 2

    def start(self) -> None:
        """Begin to save."""
        self._task = asyncio.create_task(self._run())

    async def end(self) -> None:
        """Save until it succeeds: whoever started this process decides how long that may take."""
        self._ending.set()
        await self._task

    async def _run(self) -> None:
        is_saved = True
        while not await self._is_ending(PAUSE_SECONDS if is_saved else RETRY_SECONDS):
            await self._wait_for_deploy()
            if self._rounds or not is_saved:
                self._rounds = max(0, self._rounds - 1)
                is_saved = await self._save()
        await self._wait_for_deploy()
        while not await self._save():
            await asyncio.sleep(RETRY_SECONDS)

    async def _is_ending(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ending.wait(), seconds)
        return self._ending.is_set()

    async def _wait_for_deploy(self) -> None:
        deadline = time.monotonic() + DEPLOY_SECONDS
        while snapshot.is_deploying():
            if self._ending.is_set() and time.monotonic() > deadline:
                print("not saved: the deploy of a stack does not end", flush=True)
                os._exit(NOT_SAVED)
            await asyncio.sleep(LOOK_SECONDS)

    async def _save(self) -> bool:
        """Save, say on the pipe what became of it, and return whether it succeeded."""
        try:
            with sqs._queues_lock, warnings.catch_warnings():  # noqa: SLF001 - the poller's thread changes no queue meanwhile
                # Of a fork beside threads: the copy needs no lock that one of them may hold.
                warnings.simplefilter("ignore", DeprecationWarning)
                pid = os.fork()
        except OSError as error:  # no memory for another process
            self._tell(f"failed {error}")
            return False
        if pid == 0:
            self._write()
        _, status = await asyncio.to_thread(os.waitpid, pid, 0)
        if os.WIFSIGNALED(status):
            self._tell("failed The process that wrote it was killed")
        return status == 0

    def _write(self) -> NoReturn:
        """Write a save and end this process: the copy."""
        taken_at = time.time()  # after the fork: what is accepted later is not in the save
        try:
            gc.disable()
            signal.set_wakeup_fd(-1)
            # A lock that another thread held in the moment of the fork is never released here: the copy ends then, and
            # the save is tried again.
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(COPY_SECONDS)
            self._report = os.dup2(self._report, 3)
            os.closerange(4, os.sysconf("SC_OPEN_MAX"))  # the connections, and the port itself, are the emulator's
            self._saves.write(snapshot.take(), taken_at)
        except BaseException as error:  # noqa: BLE001 - a fault of the code must be seen, too
            self._tell(f"failed {getattr(error, 'strerror', None) or repr(error)}")
            os._exit(1)
        self._tell("saved")
        os._exit(0)

    def _tell(self, line: str) -> None:
        with contextlib.suppress(OSError):  # whoever started this process has ended
            os.write(self._report, line.replace("\n", " ").encode() + b"\n")
