"""An accepted task becomes final once, with the right result, in any order of actions and faults."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.faulty_aws import FaultyAws
from tests.faults.model import TaskLifecycle
from tests.faults.model_context import ModelContext, replace_computations
from tests.support.clock import set_clock
from tests.support.examples import examples


def test_an_accepted_task_becomes_final_once_and_right_in_any_order_of_actions(
    aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = time.time()
    context = ModelContext(aws_with_faults, set_clock(monkeypatch, start), start)
    replace_computations(context, monkeypatch)
    # To shrink a failing example of thousands of steps would take minutes.
    run_state_machine_as_test(
        type("TaskLifecycleInContext", (TaskLifecycle,), {"context": context}),
        settings=settings(
            max_examples=examples(70),
            stateful_step_count=30,
            phases=[Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
