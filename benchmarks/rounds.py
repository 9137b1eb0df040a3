"""One round: the service, then its peer, each started, measured by the same measurements and stopped."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from benchmarks import fairness, measures
from benchmarks.client import submit, wait
from benchmarks.measures import LISTED, SMALL, Figures, connected
from benchmarks.ours import ours
from benchmarks.peer import VARIANTS, Peer, peer
from benchmarks.processes import resident_mib
from chalicelib.tasks.ids import new_id


@dataclass(frozen=True)
class Size:
    """How much a round measures.

    Attributes:
        requests: the requests of a cell.
        latencies: the tasks whose latency is measured one after another.
        small: the tasks of the number 11.
        random: the tasks of random 64-bit numbers.
        list: the numbers of a list.
        long_list: the numbers of a list of numbers of 1,000 digits.
        variants: the fronts of the peer.
    """

    requests: int
    latencies: int
    small: int
    random: int
    list: int
    long_list: int
    variants: tuple[str, ...]


FULL = Size(1500, 100, 2000, 1000, 100_000, fairness.LONG_NUMBERS, tuple(VARIANTS))
QUICK = Size(300, 20, 400, 200, 10_000, 500, ("gthread",))


def measure_ours(size: Size) -> Figures:
    """Start this service, measure it, stop it."""
    start = time.perf_counter()
    with ours() as service:
        port = service.port
        figures = _first_answer(port, start)
        figures["memory MiB, idle"] = resident_mib([service.pid])
        figures |= _common(port, size, new_id())  # an id without an item reads as PENDING: its message waits
        idle_ms = figures["submit→final p50 ms, one after another"]
        figures |= _said(measures.random_tasks)(port, count=size.random)
        figures |= _said(measures.listed)(port, count=size.list, repeats=3)
        figures |= _said(measures.mersenne)(port, repeats=5)
        figures |= _said(measures.behind_mersennes)(port, idle_ms=idle_ms, repeats=5)
        figures["memory MiB, after the load"] = resident_mib([service.pid])
        figures |= _said(fairness.behind_proofs)(port, idle_ms=idle_ms)
        figures |= _said(fairness.behind_small_lists)(port, idle_ms=idle_ms, count=size.list)
        figures |= _said(fairness.behind_long_lists)(port, idle_ms=idle_ms, count=size.long_list)
        figures |= _said(fairness.behind_long_proofs)(port)
    return figures


def measure_peer(size: Size, *, slow: bool) -> dict[str, Figures]:
    """Start the peer, measure it behind every front of `size`, stop it; return the figures by front.

    What only its worker decides is measured behind the last front and stands for all of them: it takes two minutes,
    and is left out unless `slow`.
    """
    found: dict[str, Figures] = {}
    first, *others = size.variants
    start = time.perf_counter()
    with peer(first) as (back, front):
        found[first] = _first_answer(front.port, start)
        found[first]["memory MiB, idle"] = resident_mib([*back.roots, front.pid])
        unknown = str(uuid4())  # reads as PENDING, as Celery has it
        found[first] |= _common(front.port, size, unknown)
        found[first]["memory MiB, after the load"] = resident_mib([*back.roots, front.pid])
        for variant in others:
            with back.front(variant) as other:
                found[variant] = _common(other.port, size, unknown)
        worker = _slow(back, size, found[size.variants[-1]]) if slow else {}
    return {
        variant: {**figures, **worker, LISTED: figures["small tasks/s to the last final"]}
        for variant, figures in found.items()
    }


def _slow(back: Peer, size: Size, figures: Figures) -> Figures:
    with back.front(size.variants[-1]) as last:
        idle_ms = figures["submit→final p50 ms, one after another"]
        worker = _said(measures.mersenne)(last.port, repeats=1)
        worker |= _said(measures.behind_mersennes)(last.port, idle_ms=idle_ms, repeats=1)
        # At the very end: what it cannot finish in time is thrown away with the peer.
        worker |= _said(measures.random_tasks_in_time)(last.port, count=size.random)
    return worker


def _first_answer(port: int, start: float) -> Figures:
    with connected(port) as connection:
        wait(connection, submit(connection, SMALL))
    return {"start to first answer s": time.perf_counter() - start}


def _common(port: int, size: Size, open_id: str) -> Figures:
    figures = _said(measures.requests_per_second)(port, count=size.requests, open_id=open_id)
    figures |= _said(measures.latencies)(port, count=size.latencies)
    figures |= _said(measures.small_tasks)(port, count=size.small)
    return figures


def _said(measure: Callable[..., Figures]) -> Callable[..., Figures]:
    """Return `measure` saying on the terminal what it found, for whoever waits."""

    def speaking(port: int, **arguments: float | str) -> Figures:
        figures = measure(port, **arguments)
        for name, value in figures.items():
            print(f"    {name}: {value:,.4g}", flush=True)
        return figures

    return speaking
