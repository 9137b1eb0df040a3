"""One run of the comparison: the service and its peer are each started, measured and stopped."""

import time
from dataclasses import dataclass
from uuid import uuid4

from benchmarks import fairness, measures, overload
from benchmarks.harness.client import connected, submit, wait
from benchmarks.harness.processes import memory_mib
from benchmarks.harness.service import run_service
from benchmarks.measures import LIST_RATE, SMALL, Figures
from benchmarks.peer import VARIANTS, Peer, peer
from chalicelib.tasks.ids import new_id


@dataclass(frozen=True)
class Size:
    """The size of a run.

    Attributes:
        requests: the requests of each kind, for each number of clients.
        latencies: the tasks whose latency is measured one after another.
        small: the tasks of the number 11.
        random: the tasks of random 64-bit numbers.
        list: the numbers of a list.
        long_list: the numbers of a list of numbers of 1,000 digits.
        mixed: the tasks of every class of cost whose estimates are compared with what they took.
        variants: the variants of the peer.
    """

    requests: int
    latencies: int
    small: int
    random: int
    list: int
    long_list: int
    mixed: int
    variants: tuple[str, ...]


FULL = Size(1500, 100, 2000, 1000, 100_000, fairness.LONG_NUMBERS, 1_000, tuple(VARIANTS))
QUICK = Size(300, 20, 400, 200, 10_000, 500, 100, ("gthread",))


def measure_service(size: Size) -> Figures:
    """Start this service, measure it and stop it."""
    start = time.perf_counter()
    with run_service() as service:
        port = service.port
        figures = _first_result(port, start)
        figures["memory MiB, idle"] = memory_mib([service.pid])
        figures |= _common(port, size, new_id())  # an id without an item is PENDING
        idle_ms = figures["submit→final p50 ms, one after another"]
        figures |= _shown(measures.random_tasks(port, count=size.random))
        figures |= _shown(measures.list_numbers(port, count=size.list, repeats=3))
        figures |= _shown(measures.mersenne(port, repeats=5))
        figures |= _shown(measures.behind_mersennes(port, idle_ms=idle_ms, repeats=5))
        figures["memory MiB, after the load"] = memory_mib([service.pid])
        figures |= _shown(fairness.behind_proofs(port, idle_ms=idle_ms))
        figures |= _shown(fairness.behind_small_lists(port, idle_ms=idle_ms, count=size.list))
        figures |= _shown(fairness.behind_long_lists(port, idle_ms=idle_ms, count=size.long_list))
        figures |= _shown(fairness.behind_long_proofs(port))
        figures |= _shown(overload.wait_storm(port))
        figures |= _shown(overload.accuracy(port, count=size.mixed))
    return figures


def measure_peer(size: Size, *, slow: bool) -> dict[str, Figures]:
    """Start the peer, measure each of its variants, stop it, and return the figures by variant.

    What depends on the worker alone is measured with the last variant and reported for all. It takes two minutes and is
    left out unless `slow`.
    """
    found: dict[str, Figures] = {}
    first, *others = size.variants
    start = time.perf_counter()
    with peer(first) as (running_peer, first_server):
        found[first] = _first_result(first_server.port, start)
        found[first]["memory MiB, idle"] = memory_mib([*running_peer.pids, first_server.pid])
        unknown = str(uuid4())  # is PENDING, as always with Celery
        found[first] |= _common(first_server.port, size, unknown)
        found[first]["memory MiB, after the load"] = memory_mib([*running_peer.pids, first_server.pid])
        for variant in others:
            with running_peer.web_server(variant) as server:
                found[variant] = _common(server.port, size, unknown)
        worker = _slow(running_peer, size, found[size.variants[-1]]) if slow else {}
    return {
        variant: {**figures, **worker, LIST_RATE: figures["small tasks/s to the last final"]}
        for variant, figures in found.items()
    }


def _slow(running_peer: Peer, size: Size, figures: Figures) -> Figures:
    with running_peer.web_server(size.variants[-1]) as server:
        idle_ms = figures["submit→final p50 ms, one after another"]
        worker = _shown(measures.mersenne(server.port, repeats=1))
        worker |= _shown(measures.behind_mersennes(server.port, idle_ms=idle_ms, repeats=1))
        # Last, because the peer is stopped with the tasks that it cannot finish in time.
        worker |= _shown(measures.random_tasks_in_time(server.port, count=size.random))
    return worker


def _first_result(port: int, start: float) -> Figures:
    with connected(port) as connection:
        wait(connection, submit(connection, SMALL))
    return {"start to first result s": time.perf_counter() - start}


def _common(port: int, size: Size, open_id: str) -> Figures:
    measures.warm_up(port)
    figures = _shown(measures.requests_per_second(port, count=size.requests, open_id=open_id))
    figures |= _shown(measures.latencies(port, count=size.latencies))
    figures |= _shown(measures.small_tasks(port, count=size.small))
    return figures


def _shown(figures: Figures) -> Figures:
    """Print figures as soon as they are measured, and return them."""
    for name, value in figures.items():
        print(f"    {name}: {value:,.4g}", flush=True)
    return figures
