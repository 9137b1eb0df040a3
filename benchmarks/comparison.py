"""One run of the comparison: the service and its peer are each started, measured and stopped."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from benchmarks import measures
from benchmarks.harness.client import connected, submit, wait
from benchmarks.harness.processes import memory_mib
from benchmarks.harness.service import checkout, run
from benchmarks.measures import LIST_RATE, LONE, SMALL, Figures, Latency, by_polling, by_waiting
from benchmarks.peer import VARIANTS, Peer, peer
from chalicelib.tasks.ids import new_id


@dataclass(frozen=True)
class Size:
    """The size of a run.

    Attributes:
        requests: the requests of each kind, for each number of clients.
        latencies: the lone numbers of each client.
        small: the tasks of the number 11.
        random: the tasks of random 64-bit numbers.
        list: the numbers of a list.
        variants: the variants of the peer.
        is_slow: whether to measure what takes the peer's worker minutes.
    """

    requests: int
    latencies: int
    small: int
    random: int
    list: int
    variants: tuple[str, ...]
    is_slow: bool


FULL = Size(1500, 100, 2000, 1000, 100_000, tuple(VARIANTS), is_slow=True)
QUICK = Size(500, 40, 800, 400, 100_000, ("gthread",), is_slow=False)


def measure_service(size: Size) -> Figures:
    """Start this service, measure it and stop it."""
    start = time.perf_counter()
    with checkout() as copy, run(copy) as service:
        port = service.port
        figures = _first_result(port, start)
        figures["memory MiB, idle"] = memory_mib([service.pid])
        figures |= _common(port, size, new_id(), [by_waiting])  # an id without an item is PENDING
        idle_ms = figures[LONE]
        figures |= _shown(measures.random_tasks(port, count=size.random))
        figures |= _shown(measures.list_numbers(port, count=size.list, repeats=3))
        figures |= _shown(measures.mersennes(port, by_waiting, idle_ms=idle_ms, repeats=5))
        figures["memory MiB, after the load"] = memory_mib([service.pid])
        figures |= _shown(measures.behind_other_work(port, idle_ms=idle_ms, count=size.list))
    return figures


def measure_peer(size: Size, *, is_first: bool) -> dict[str, Figures]:
    """Start the peer, measure each of its variants, stop it, and return the figures by variant.

    What depends on the worker alone is measured in the first run, with the last variant, and reported for all.
    """
    found: dict[str, Figures] = {}
    polling = [by_polling(pause) for pause in measures.POLLS]
    first, *others = size.variants
    start = time.perf_counter()
    with peer(first) as (running_peer, first_server):
        found[first] = _first_result(first_server.port, start)
        pids = [*running_peer.pids, first_server.pid]
        found[first]["memory MiB, idle"] = memory_mib(pids)
        unknown = str(uuid4())  # is PENDING, as always with Celery
        found[first] |= _common(first_server.port, size, unknown, polling)
        found[first]["memory MiB, after the load"] = memory_mib(pids)
        for variant in others:
            with running_peer.web_server(variant) as server:
                found[variant] = _common(server.port, size, unknown, polling)
        worker = _slow(running_peer, size, found) if size.is_slow and is_first else {}
    return {
        variant: {**figures, **worker, LIST_RATE: figures["small tasks/s to the last final"]}
        for variant, figures in found.items()
    }


def _slow(running_peer: Peer, size: Size, found: dict[str, Figures]) -> Figures:
    variant = size.variants[-1]
    with running_peer.web_server(variant) as server:
        latency, idle_ms = by_polling(measures.POLLS[-1]), found[variant][LONE]
        worker = _shown(measures.mersennes(server.port, latency, idle_ms=idle_ms, repeats=1))
        # Last, because the peer is stopped with the tasks that it cannot finish in time.
        return worker | _shown(measures.random_tasks_in_time(server.port, count=size.random))


def _first_result(port: int, start: float) -> Figures:
    with connected(port) as connection:
        wait(connection, submit(connection, SMALL))
    return {"start to first result s": time.perf_counter() - start}


def _common(port: int, size: Size, open_id: str, latencies: Sequence[Latency]) -> Figures:
    figures = _shown(measures.requests_per_second(port, count=size.requests, open_id=open_id))
    figures |= _shown(measures.lone_number(port, latencies, count=size.latencies))
    return figures | _shown(measures.small_tasks(port, count=size.small))


def _shown(figures: Figures) -> Figures:
    """Print figures as soon as they are measured, and return them."""
    for name, value in figures.items():
        print(f"    {name}: {value:,.4g}", flush=True)
    return figures
