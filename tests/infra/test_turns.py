"""Reads are worked on a few at once, in the order of their arrival."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from infra.local import turns
from infra.local.gateway import KEPT_READS_AT_ONCE, READS_AT_ONCE, LocalGateway
from infra.local.http_requests import Request
from infra.local.problems import Response
from infra.local.turns import Turns
from tests.infra.raw_http import tiny_app
from tests.support.polling import until


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> Turns:
    """Return turns of one thread at once, for which the next one waits as long as the test takes."""
    monkeypatch.setattr(turns, "MAX_WAIT_SECONDS", 60)
    return Turns(1)


@contextmanager
def waiting(order: Turns, names: str, begun: list[str]) -> Iterator[None]:
    """Have a thread for each name wait for its turn, and write its name; wait for their ends."""

    def work(name: str) -> None:
        with order:
            begun.append(name)

    with ExitStack() as threads:
        for count, name in enumerate(names, 1):
            thread = threading.Thread(target=work, args=(name,))
            thread.start()
            threads.callback(thread.join)
            until(lambda count=count: len(order._waiting) == count, "it waits")  # type: ignore[misc]
        yield


def test_threads_begin_in_the_order_of_their_arrival(order: Turns) -> None:
    begun: list[str] = []
    order.__enter__()
    with waiting(order, "abcd", begun):
        assert begun == []
        order.__exit__(None, None, None)
    assert begun == [*"abcd"]


def test_a_thread_whose_turn_does_not_come_in_time_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MAX_WAIT_SECONDS", 0)
    order = Turns(1)
    with order, order, order:
        pass
    assert order._free == 1
    assert not order._waiting


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_reads_wait_for_each_other_and_one_from_memory_for_no_call(
    monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    gateway = LocalGateway(tiny_app(), is_kept=lambda task_id: task_id == "kept")
    free: list[tuple[int, int]] = []

    def call(*_: object, **__: object) -> Response:
        free.append((gateway._turns._free, gateway._turns_of_kept._free))
        return 200, [], b""

    monkeypatch.setattr(gateway, "_call", call)
    for target, headers in (("/kept", []), ("/other", []), ("/other", [("prefer", "wait=1")])):
        gateway.respond(Request(method, target, headers))
    all_free = READS_AT_ONCE, KEPT_READS_AT_ONCE
    of_reads = [(READS_AT_ONCE, KEPT_READS_AT_ONCE - 1), (READS_AT_ONCE - 1, KEPT_READS_AT_ONCE), all_free]
    assert free == (of_reads if method == "GET" else [all_free] * 3)
