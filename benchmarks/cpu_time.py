"""The CPU time of a small number's task, by the part that uses it: `python -m benchmarks.cpu_time`.

Where a service keeps all cores busy, it cannot finish more tasks per second than the cores have CPU time for.
"""

import contextlib
import os
from collections.abc import Mapping, Sequence

from benchmarks import peer
from benchmarks.harness import service
from benchmarks.harness.client import finish
from benchmarks.harness.processes import command, cpu_seconds, descendants, handle_sigterm_as_interrupt, process_name
from benchmarks.harness.report import markdown
from benchmarks.measures import SMALL, warm_up

TASKS = 2000

#: The variant of the peer that is measured: the one with the most requests per second at 8 clients.
VARIANT = "gthread"

#: The parts, each with a text that only the names and command lines of its processes have.
SERVICE_PARTS = {
    "infra.local.server": "local server, API",
    "ministack_app": "emulator",
    "function_parent": "worker",
}
PEER_PARTS = {"gunicorn": "web server", "beam.smp": "RabbitMQ", "redis-server": "Redis", "celery": "worker"}


def section(tasks: int = TASKS) -> str:
    """Submit small numbers with 8 clients, read each when all are finished, and return a section of README.md."""
    with service.run_service() as ours:
        service_time = _per_task(ours.port, [ours.pid], SERVICE_PARTS, tasks)
    with peer.peer(VARIANT) as (running_peer, server):
        peer_time = _per_task(server.port, [*running_peer.pids, server.pid], PEER_PARTS, tasks)
    cores = os.cpu_count() or 1
    rows = []
    for name, parts in (("this service", service_time), (f"peer, {VARIANT}", peer_time)):
        rows += [(name, part, f"{ms:.2f}") for part, ms in parts.items()]
        total = sum(parts.values())
        per_second = 1000 * cores / total
        rows.append((name, f"**all parts**, of which {cores} cores can finish {per_second:,.0f}/s", f"{total:.2f}"))
    return f"""## The CPU time of a small task, by part
A small number, submitted by one of 8 clients and read once it is finished; the mean of {tasks:,}
(`python -m benchmarks.cpu_time`). The client's own time is not in it.

{markdown("service | part | ms", rows)}"""


def _per_task(port: int, roots: Sequence[int], parts: Mapping[str, str], tasks: int) -> dict[str, float]:
    warm_up(port)
    before = _seconds(roots, parts)
    finish(port, [SMALL] * tasks, clients=8)
    after = _seconds(roots, parts)
    return {part: 1000 * (after[part] - before[part]) / tasks for part in parts.values()}


def _seconds(roots: Sequence[int], parts: Mapping[str, str]) -> dict[str, float]:
    """Return the CPU time of each part's processes so far."""
    seconds = dict.fromkeys(parts.values(), 0.0)
    for pid in {pid for root in roots for pid in descendants(root)}:
        with contextlib.suppress(OSError):  # it has ended
            line = f"{process_name(pid)} {command(pid)}"
            part = next((part for text, part in parts.items() if text in line), None)
            if part is not None:
                seconds[part] += cpu_seconds(pid)
    return seconds


if __name__ == "__main__":
    handle_sigterm_as_interrupt()
    service.prepare()
    peer.prepare()
    print(section())
