"""The search for factors in a child process: what it found before its deadline is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from tempfile import TemporaryFile

from chalicelib.factorization.factors import Factorization, unfactored
from chalicelib.factorization.methods import SIEVE, read_steps
from chalicelib.factorization.search import Found, Search
from chalicelib.primality.child import run_in_child
from chalicelib.primality.ecpp import load_pari
from chalicelib.primality.progress import Counted, Elapsed, Progress

#: What the search begins with.
FIRST_METHOD = "trial division"


def factor_in_child(  # noqa: PLR0913 - the search, and how it is watched
    composite: int,
    expression: str | None,
    known: Factorization | None,
    seconds: float,
    limit: float,
    on_progress: Callable[[Progress, Factorization], None],
    interval: float = 5.0,
    *,
    hints: Sequence[int] = (),
    proves: bool = True,
) -> Found:
    """Return what `Search.run` finds of a composite's factors, or has found at the deadline.

    Args:
        composite: The number.
        expression: The expression that it was sent as.
        known: The factors that an earlier search has found.
        seconds: The wall-clock time that the search gets.
        limit: Steps that are expected to take longer are not started, in seconds.
        on_progress: Called every `interval` seconds, and soon after a factor was found or the method has changed, with
            the method at work, how far it is, and what was found so far. An exception that it raises ends the search
            and goes to the caller.
        interval: Seconds between two calls of `on_progress`.
        hints: Factors that the client knows.
        proves: Whether prime factors above 2^64 are proven.

    Raises:
        ChildDied: The child process ended without a result.
    """
    load_pari()
    latest = Found(known or unfactored(composite), FIRST_METHOD)

    def keep(found: Found) -> bool:
        nonlocal latest
        is_news = len(found.factorization.factors) != len(latest.factorization.factors) or found.method != latest.method
        latest = found
        return is_news

    def tick(progress: Progress) -> None:
        elapsed = progress.seconds if isinstance(progress, Elapsed) else 0.0
        steps = latest.steps or (read_steps(output) if latest.method == SIEVE else None)
        if steps is None:
            on_progress(Elapsed(latest.method, elapsed), latest.factorization)
        else:
            on_progress(Counted(latest.method, elapsed, steps.done, steps.total, steps.unit), latest.factorization)

    with TemporaryFile() as file:
        output = file.fileno()
        found = run_in_child(
            lambda report: Search(composite, report, seconds, limit, proves, hints, output).run(expression, known),
            latest.method,
            seconds,
            tick,
            interval,
            keep,
        )
    return found or latest
