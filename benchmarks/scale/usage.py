"""The CPU time of the running service's parts and of all processes of this machine."""

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.service import Service
from benchmarks.service_processes import cpu_seconds, descendants

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cpu:
    """CPU seconds of each part and of all processes of the machine until now, and the time."""

    api: float
    emulator: float
    workers: float
    client: float
    machine: float
    at: float
    #: Invocations that the worker logged.
    batches: int

    def since(self, earlier: "Cpu") -> "Cpu":
        """Return the CPU time used since `earlier`."""
        return Cpu(
            self.api - earlier.api,
            self.emulator - earlier.emulator,
            self.workers - earlier.workers,
            self.client - earlier.client,
            self.machine - earlier.machine,
            self.at - earlier.at,
            self.batches - earlier.batches,
        )

    @property
    def others(self) -> float:
        """The cores that other processes used on average."""
        own = self.api + self.emulator + self.workers + self.client
        return max(self.machine - own, 0.0) / self.at if self.at else 0.0


def cpu_time(service: Service) -> Cpu:
    """Return the CPU time that was used until now."""
    api = emulator = workers = 0.0
    found = descendants(service.pid)
    commands = {pid: _command(pid) for pid in found}
    below_emulator = {
        below for pid in found if "infra.emulator.ministack_app" in commands[pid] for below in descendants(pid)[1:]
    }
    for pid in found:
        if pid in below_emulator:
            workers += _seconds(pid)
        elif "infra.emulator.ministack_app" in commands[pid]:
            emulator += _seconds(pid)
        else:
            api += _seconds(pid)
    batches = sum(len(log.read_text().splitlines()) for log in service.folder.glob(".state/*/logs/worker.log"))
    return Cpu(api, emulator, workers, time.process_time(), _machine_seconds(), time.perf_counter(), batches)


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    return ""


def _seconds(pid: int) -> float:
    with contextlib.suppress(OSError):
        return cpu_seconds(pid)
    return 0.0


def _machine_seconds() -> float:
    """Return the CPU seconds of all processes: user, nice, system, interrupts. Source: proc_stat(5)."""
    words = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    return sum(int(words[index]) for index in (0, 1, 2, 5, 6)) / TICKS_PER_SECOND
