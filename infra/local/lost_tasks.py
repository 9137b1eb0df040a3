"""Fails the tasks that were accepted after the last save of an emulator that was then killed.

`make run` starts it after such an end: `python -m infra.local.lost_tasks ENDPOINT LOG SAVED_AT`.
The table knows nothing of them. Their ids are in the log of the API, and each has the time of its submission.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from chalicelib import clock
from chalicelib.store import table
from chalicelib.tasks import ids, lifetime
from chalicelib.tasks.status import Status
from infra.deploy.outputs import outputs_of, settings_of

REASON = "Lost: MiniStack was killed before it had saved this task. Send the number or the list again."


def fail_lost(log: Path, saved_at: float) -> int:
    """Write FAILURE to the tasks that a log names and that were accepted after a save; return how many there are.

    Args:
        log: the log of the API's last run.
        saved_at: the time of the last save, in seconds since 1970.
    """
    lost = 0
    for task_id in _accepted(log):
        if not ids.is_well_formed(task_id) or ids.is_keyed(task_id) or ids.submitted_at(task_id) <= saved_at:
            continue
        submitted = ids.submitted_at(task_id)
        item = {
            "task_id": task_id,
            "part": table.TASK,
            "status": Status.FAILURE,
            "error": REASON,
            "submitted_at": clock.rfc3339(submitted),
            "finished_at": clock.timestamp(),
            "expires_at": lifetime.expiry(submitted, ids.retention_seconds(task_id)),
        }
        table.create(item, int(clock.now()))
        lost += 1
    return lost


def _accepted(log: Path) -> Iterator[str]:
    """Yield the ids of the tasks that the API accepted."""
    with log.open(errors="replace") as lines:
        for line in lines:
            if line.startswith("{") and '"POST"' in line and '"task_id"' in line:
                fields = json.loads(line)
                if fields.get("route") == "/" and fields.get("status") == 202:
                    yield fields["task_id"]


if __name__ == "__main__":
    os.environ |= settings_of(outputs_of("local", sys.argv[1]), sys.argv[1])
    if (count := fail_lost(Path(sys.argv[2]), float(sys.argv[3]))) > 0:
        print(f"tasks that were lost when MiniStack was killed, and are FAILURE now: {count:,}")
