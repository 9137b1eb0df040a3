"""An accepted task becomes final once, with the right result, in any order of actions and faults."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from chalicelib.queues import Queue
from tests.faults.faulty_aws import FaultyAws
from tests.faults.model import TaskLifecycle
from tests.faults.model_context import ModelContext, replace_computations
from tests.support import examples, tasks
from tests.support.tasks import submit_number


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


@pytest.mark.parametrize(
    ("number", "path"),
    [
        (tasks.PRIME, [Queue.TASKS]),
        (tasks.HARD_PRIME, [Queue.TASKS, Queue.PROOFS]),
        (tasks.LONG_PRIME, [Queue.TASKS, Queue.LONG_PROOFS]),
        (tasks.MERSENNE_PRIME, [Queue.TASKS, Queue.PROOFS]),
        (tasks.LARGE_PRIME, [Queue.TASKS, Queue.PROOFS, Queue.LONG_PROOFS]),
        (tasks.LARGE_COMPOSITE, [Queue.TASKS, Queue.LONG_PROOFS]),
    ],
    ids=["prime", "hard", "long", "mersenne", "large-prime", "large-composite"],
)
def test_a_number_in_each_class_of_cost_is_finished_by_its_own_consumer(
    aws_with_faults: FaultyAws, number: int, path: list[Queue]
) -> None:
    task_id = submit_number(number)
    late = []
    for queue in path:
        records = aws_with_faults.receive(queue)
        assert len(records) == len(aws_with_faults.sqs.messages) == 1
        assert aws_with_faults.deliver(queue, records) == []
        late.append((queue, records))
    tasks.assert_finished(task_id, number)
    for queue, records in late:  # nothing is computed again
        assert aws_with_faults.deliver(queue, records) == []
        assert aws_with_faults.sqs.messages == []
