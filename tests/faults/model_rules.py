"""What must hold for a task of the stateful model (tests/faults/model.py), each time that it is read."""

import json

from chalicelib.api.limits import MAX_PAGE_TASKS
from chalicelib.service import monitor
from chalicelib.service.monitor import TaskQuery
from chalicelib.store import certificates
from chalicelib.tasks.lifetime import OVERDUE
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask
from tests.faults.model_context import Expected
from tests.faults.sqs_model import StoredMessage
from tests.support.tasks import VERDICTS, assert_finished


def check(task: NumberTask | ListTask, expected: Expected) -> None:
    """Check a task, and note it as it is."""
    expected.expires_at = expected.expires_at or task.expires_at
    assert task.expires_at == expected.expires_at, "the expiry moved"
    before = expected.final
    if before and _contract(task) != _contract(before):
        assert before.status is Status.FAILURE, f"{before} became {task}"
        assert expected.is_retried, f"{before} became {task}"
        expected.is_retried = False
    expected.final = task if task.status.is_final else None
    assert task.status is not Status.REVOKED or expected.is_cancelled
    assert task.status is not Status.FAILURE or task.error
    primes = sum(VERDICTS[number] == "prime" for number in expected.numbers)
    if isinstance(task, NumberTask) and task.result:
        assert task.result.number == expected.numbers[0]
        assert task.result.is_prime == (primes == 1)
        assert task.result.proven or task.result.verdict == "probable_prime"
    if task.status is Status.SUCCESS:
        assert isinstance(task, ListTask) == expected.is_list
        if isinstance(task, ListTask):
            assert task.primes == primes
            assert task.composites == len(expected.numbers) - primes
        else:
            assert task.result
        if not expected.are_results_read:
            _read_results(task, expected)
            expected.are_results_read = True


def check_pages(expected: dict[str, Expected], caller: str) -> None:
    """Check that the pages of tasks have every failed one, but numbers that no consumer ever took."""
    failed = {
        task_id
        for task_id, each in expected.items()
        if each.final and each.final.status is Status.FAILURE and (each.is_list or each.final.error != OVERDUE)
    }
    query = TaskQuery(MAX_PAGE_TASKS, status=Status.FAILURE)
    pages = [monitor.tasks(query, each) for each in ("", caller)]
    assert failed <= {summary.task.task_id for page in pages for summary in page.tasks}


def _read_results(task: NumberTask | ListTask, expected: Expected) -> None:
    if isinstance(task, ListTask):
        assert_finished(task.task_id, expected.numbers)
    elif task.result and task.result.has_certificate:  # not where the proof took too long
        assert certificates.read(task.certificate_key or task.task_id, task.result.number)


def attempts_of(message: StoredMessage) -> int:
    """Return the attempts of a message and of those that it takes the place of."""
    return message.receive_count + int(json.loads(message.body).get("attempts", 0))


def _contract(task: NumberTask | ListTask) -> tuple[object, ...]:
    """Return the fields that must not change in a final task."""
    result = task.result if isinstance(task, NumberTask) else None
    return task.status, task.error, task.finished_at, result
