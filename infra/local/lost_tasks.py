"""Fails the tasks that were accepted after the last save of an emulator that was then killed.

The table knows nothing of them. Their ids are in the log of the API, and each has the time of its submission.
"""

import json
from collections.abc import Iterator
from pathlib import Path

REASON = "Lost: MiniStack was killed before it had saved this task. Send the number or the list again."


def fail_lost(log: Path, saved_at: float) -> int:
    """Write FAILURE to the tasks that a log names and that were accepted after a save; return how many there are.

    A run that ends by itself saves at its end, after the last line of its log.

    Args:
        log: the log of the API's last run.
        saved_at: the time of the last save, in seconds since 1970.
    """
    from chalicelib import clock  # noqa: PLC0415 - their settings are in the environment by now
    from chalicelib.store import table  # noqa: PLC0415
    from chalicelib.tasks import ids, lifetime  # noqa: PLC0415
    from chalicelib.tasks.status import Status  # noqa: PLC0415

    if not log.exists() or log.stat().st_mtime <= saved_at:
        return 0
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
