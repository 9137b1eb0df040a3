"""Reading a task, waiting for it, and looking at the queues."""

from __future__ import annotations

import time

from chalicelib.errors import NotFound
from chalicelib.settings import settings
from chalicelib.tasks import ids, queues, records, table
from chalicelib.tasks.queues import Counts
from chalicelib.tasks.task import Task, from_item, waiting

#: Seconds between two looks at a task that somebody waits for: the first, and the longest.
FIRST_PAUSE, LONGEST_PAUSE = 0.01, 0.5
#: Tasks that `GET /queue` lists.
FAILED_SHOWN = 20


def find(task_id: str) -> Task:
    """Return a task; raise NotFound for an id that was never given, or whose task has expired."""
    if ids.is_well_formed(task_id):
        task = records.read(task_id) or waiting(task_id, settings().retention_days * 86_400)
        if task is not None:
            return task
    raise NotFound("No task has this id, or it has expired: send the number again with POST / to get a new one.")


def wait_for(task_id: str, seconds: float) -> Task:
    """Return a task once it is final, or as it is after so many seconds; raise NotFound like `find`."""
    deadline = time.monotonic() + seconds
    pause = FIRST_PAUSE
    while True:
        task = find(task_id)
        left = deadline - time.monotonic()
        if task.is_final or left <= 0:
            return task
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE)


def queue_counts() -> dict[str, Counts]:
    """Return what each queue holds, by the queue's name."""
    here = settings()
    urls = {
        "tasks": here.tasks_queue_url,
        "proofs": here.proofs_queue_url,
        "dead_letters": here.dead_letters_queue_url,
    }
    return {name: queues.counts(url) for name, url in urls.items()}


def failed_tasks() -> list[Task]:
    """Return the tasks that failed last, newest first."""
    tasks = [from_item(item) for item in table.failed(FAILED_SHOWN)]
    return [task for task in tasks if task is not None]


def check_health() -> None:
    """Ask the table and every queue; raise Unavailable naming the one that does not answer."""
    records.read(ids.new_id())
    queue_counts()
