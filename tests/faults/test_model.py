"""Whatever happens in whatever order, a task that was accepted has one end, and the right one."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from chalicelib.primality.progress import Elapsed, Progress
from chalicelib.primality.proving import prove
from chalicelib.primality.result import Proof, Result
from chalicelib.primality.screening import screen
from chalicelib.tasks import chunks, ids, prover, queues, records, submit, task, times
from tests.faults.injection import Line
from tests.faults.model import Life
from tests.faults.network import Network
from tests.faults.scene import Clock, Scene
from tests.faults.world import HARD_PRIME

pytestmark = pytest.mark.emulator


def play(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the service this scene's clock, short chunks, and proofs that take no time."""
    for module in (ids, records, submit, task, times):
        monkeypatch.setattr(module, "time", scene.clock)
    monkeypatch.setattr(chunks, "CHUNK_NUMBERS", 2)
    monkeypatch.setattr(queues, "BATCH", 2)
    proof = prove(screen(HARD_PRIME))

    def prove_at_once(
        screened: Result, _: float, on_progress: Callable[[Progress], None], interval: float
    ) -> Proof | None:
        assert screened.number == HARD_PRIME
        on_progress(Elapsed("proving", interval))
        ends = scene.during_proof()
        on_progress(Elapsed("proving", 2 * interval))
        return proof if ends else None

    monkeypatch.setattr(prover, "prove_in_child", prove_at_once)
    monkeypatch.setattr(prover, "screen_in_child", lambda numbers, *_: [screen(number) for number in numbers])


def test_every_accepted_task_ends_once_and_right_whatever_happens_in_whatever_order(
    network: tuple[Network, Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    letters, line = network
    scene = Scene(line, letters, Clock(time.time()), time.time())
    play(scene, monkeypatch)
    # Thousands of steps; to make a failing play short would take minutes.
    run_state_machine_as_test(
        type("LifeOfTasks", (Life,), {"scene": scene}),
        settings=settings(
            max_examples=70,
            stateful_step_count=30,
            phases=[Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
