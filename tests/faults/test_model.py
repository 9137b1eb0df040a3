"""Whatever happens in whatever order, a task that was accepted has one end, and the right one."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from chalicelib.primality.ladder import prove, screen
from chalicelib.tasks import chunks, ids, prover, records, submit, task, times, worker
from tests.aws import forget_clients
from tests.faults.injection import on_the_line
from tests.faults.model import HARD_PRIME, LARGE_COMPOSITE, SMALL_PRIME, Clock, Life, Scene
from tests.faults.network import Network

pytestmark = pytest.mark.emulator


def play(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the service this scene's clock, short chunks, and proofs that take no time."""
    for module in (ids, records, submit, task, times):
        monkeypatch.setattr(module, "time", scene.clock)
    monkeypatch.setattr(chunks, "CHUNK_NUMBERS", 2)
    monkeypatch.setattr(worker, "LONGEST", 1e-4)
    verdicts = {number: prove(number, lambda _: None) for number in (HARD_PRIME,)}

    def prove_at_once(number: int, _: float, on_progress: object, interval: float) -> object:
        on_progress({"phase": "proving", "seconds": interval})
        ends = scene.during_proof()
        on_progress({"phase": "proving", "seconds": 2 * interval})
        return verdicts[number] if ends else None

    monkeypatch.setattr(prover, "prove_in_child", prove_at_once)
    monkeypatch.setattr(prover, "screen_in_child", lambda numbers, *_: [screen(number) for number in numbers])


def test_every_accepted_task_ends_once_and_right_whatever_happens_in_whatever_order(
    service_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in service_environment.items():
        monkeypatch.setenv(name, value)
    for name in ("TASKS", "PROOFS", "DEAD_LETTERS"):
        monkeypatch.setenv(f"{name}_QUEUE_URL", f"{service_environment['AWS_ENDPOINT_URL']}/0/{name.lower()}")
    forget_clients()
    with on_the_line(monkeypatch) as line:
        scene = Scene(line, Network(), Clock(time.time()), time.time())
        line.queues = scene.network
        play(scene, monkeypatch)
        machine = type("LifeOfTasks", (Life,), {"scene": scene})
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=60,
                    stateful_step_count=50,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            forget_clients()
    assert SMALL_PRIME < LARGE_COMPOSITE
