"""An accepted task becomes final once, with the right result, in any order of actions and faults."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.faulty_aws import FaultyAws
from tests.faults.model import TaskLifecycle
from tests.faults.model_context import ModelContext, replace_computations
from tests.support import examples


@pytest.mark.hypothesis
def test_an_accepted_task_becomes_final_once_and_right_in_any_order_of_actions(
    aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ModelContext(aws_with_faults)
    replace_computations(context, monkeypatch)
    # To shrink a failing example of thousands of steps would take minutes.
    run_state_machine_as_test(
        type("TaskLifecycleInContext", (TaskLifecycle,), {"context": context}),
        settings=settings(
            max_examples=examples(25),
            stateful_step_count=30,
            phases=[Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
