"""One round: the service, then its peer, each started, measured by the same measurements and stopped."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import measures
from benchmarks.client import submit, wait
from benchmarks.measures import SMALL, Figures, connected
from benchmarks.ours import ours
from benchmarks.peer import VARIANTS, peer
from benchmarks.processes import resident_mib

#: What a list does in one task the peer does in single ones; its best rate is that of its easiest number.
BULK = "bulk numbers/s"


@dataclass(frozen=True)
class Size:
    """How much a round measures: requests a cell, latencies, small tasks, random tasks, numbers in a list."""

    requests: int
    latencies: int
    small: int
    random: int
    bulk: int
    variants: tuple[str, ...]


FULL = Size(requests=1500, latencies=100, small=2000, random=1000, bulk=100_000, variants=tuple(VARIANTS))
QUICK = Size(requests=300, latencies=20, small=400, random=200, bulk=10_000, variants=("gthread",))


def measure_ours(size: Size) -> Figures:
    """Start this service, measure it, stop it."""
    start = time.perf_counter()
    with ours() as service:
        port = service.port
        figures = _first_answer(port, start)
        figures["memory MiB, idle"] = resident_mib([service.pid])
        figures |= _common(port, size)
        idle_ms = figures["submit→final p50 ms, one after another"]
        figures |= _said(measures.random_tasks)(port, count=size.random)
        figures |= _said(measures.bulk)(port, count=size.bulk)
        figures |= _said(measures.mersenne)(port, repeats=5)
        figures |= _said(measures.behind_mersennes)(port, idle_ms=idle_ms, repeats=5)
        figures["memory MiB, after the load"] = resident_mib([service.pid])
        figures |= _said(measures.behind_proofs)(port, idle_ms=idle_ms)
    return figures


def measure_peer(size: Size) -> dict[str, Figures]:
    """Start the peer, measure it behind every front of `size`, stop it; return the figures by front.

    What only its worker decides is measured behind the last front and stands for all of them.
    """
    found: dict[str, Figures] = {}
    first, *others = size.variants
    start = time.perf_counter()
    with peer(first) as (back, front):
        found[first] = _first_answer(front.port, start)
        found[first]["memory MiB, idle"] = resident_mib([*back.roots, front.pid])
        found[first] |= _common(front.port, size)
        found[first]["memory MiB, after the load"] = resident_mib([*back.roots, front.pid])
        for variant in others:
            with back.front(variant) as other:
                found[variant] = _common(other.port, size)
        with back.front(size.variants[-1]) as last:
            idle_ms = found[size.variants[-1]]["submit→final p50 ms, one after another"]
            worker = _said(measures.mersenne)(last.port, repeats=1)
            worker |= _said(measures.behind_mersennes)(last.port, idle_ms=idle_ms, repeats=1)
            # At the very end: what it cannot finish in time is thrown away with the peer.
            worker |= _said(measures.random_tasks_in_time)(last.port, count=size.random)
    return {
        variant: {**figures, **worker, BULK: figures["small tasks/s to the last final"]}
        for variant, figures in found.items()
    }


def _first_answer(port: int, start: float) -> Figures:
    with connected(port) as connection:
        wait(connection, submit(connection, SMALL))
    return {"start to first answer s": time.perf_counter() - start}


def _common(port: int, size: Size) -> Figures:
    figures = _said(measures.requests_per_second)(port, count=size.requests)
    figures |= _said(measures.latencies)(port, count=size.latencies)
    figures |= _said(measures.small_tasks)(port, count=size.small)
    return figures


def _said(measure: Callable[..., Figures]) -> Callable[..., Figures]:
    """Return `measure` saying on the terminal what it found, for whoever waits."""

    def speaking(port: int, **arguments: float) -> Figures:
        figures = measure(port, **arguments)
        for name, value in figures.items():
            print(f"    {name}: {value:,.4g}", flush=True)
        return figures

    return speaking
