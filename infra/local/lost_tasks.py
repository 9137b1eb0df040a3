"""Fails the tasks that were accepted after the last save of an emulator that was then killed.

`make run` starts it after such an end: `python -m infra.local.lost_tasks LOG SAVED_AT`.
The table knows nothing of them. Their ids are in the log of the API, and each has the time of its submission.
"""

import json
import os
import sys
from pathlib import Path

from chalicelib import clock
from chalicelib.store import table
from chalicelib.tasks import ids, lifetime
from chalicelib.tasks.status import Status
from infra.deploy.outputs import outputs_of, settings_of

REASON = "Lost: MiniStack was killed before it had saved this task. Send the number or the list again."


def fail_lost(line: str, saved_at: float) -> bool:
    """Write FAILURE to the task that a line of the API's log accepted after a save; return whether there is one."""
    is_whole = line.startswith("{") and line.endswith("}\n")  # a kill may cut the last line
    fields = json.loads(line) if is_whole and '"POST"' in line and '"task_id"' in line else {}
    if fields.get("route") != "/" or fields.get("status") != 202:
        return False
    task_id = fields["task_id"]
    if not ids.is_well_formed(task_id) or ids.is_keyed(task_id) or ids.submitted_at(task_id) <= saved_at:
        return False
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
    return True


if __name__ == "__main__":
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    os.environ |= settings_of(outputs_of("local", endpoint), endpoint)
    with Path(sys.argv[1]).open(errors="replace") as log:
        if count := sum(fail_lost(line, float(sys.argv[2])) for line in log):
            print(f"tasks that were lost when MiniStack was killed, and are FAILURE now: {count:,}")
