"""Start-up of the API function: its imports and clients in a new interpreter, compared with a baseline.

The baseline is `import chalice` and the same two boto3 clients from one session. Run `python -m benchmarks.startup`.
"""

import subprocess
import sys
from pathlib import Path

from benchmarks.harness.report import markdown, reached

ROOT = Path(__file__).parents[1]

REPEATS = 15

#: The goal: at most this multiple of the baseline.
MAX_RATIO = 1.1

_CLOCK = "import time; start = time.perf_counter()\n{program}\nprint(time.perf_counter() - start)"

BASELINE = "import chalice, boto3; session = boto3.Session(); session.client('dynamodb'); session.client('sqs')"

API = "import app; from chalicelib import aws; aws.dynamodb(); aws.sqs()"

#: The variables that Lambda sets and an import needs.
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "TABLE_NAME": "tasks",
    "TASKS_QUEUE_URL": "http://localhost/tasks",
    "PROOFS_QUEUE_URL": "http://localhost/proofs",
    "DEAD_LETTERS_QUEUE_URL": "http://localhost/dead-letters",
}


def section(repeats: int = REPEATS) -> str:
    """Time both in turn, each in a new interpreter, and return the shortest times as a section of README.md.

    Other work on the machine makes a time only longer. The first pair fills the disk's cache and does not count.
    """
    pairs = [(_seconds(BASELINE), _seconds(API)) for _ in range(repeats + 1)][1:]
    baseline, api = map(min, zip(*pairs, strict=True))
    rows = [
        ("baseline: chalice and two boto3 clients", f"{1000 * baseline:.0f}"),
        ("the API function", f"{1000 * api:.0f}"),
        (
            f"ratio (goal: at most {MAX_RATIO})",
            f"{api / baseline:.2f}: {reached(is_reached=api <= MAX_RATIO * baseline)}",
        ),
    ]
    return markdown("imports and both clients, new interpreter | ms", rows)


def _seconds(program: str) -> float:
    finished = subprocess.run(
        [sys.executable, "-c", _CLOCK.format(program=program)],
        cwd=ROOT,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(finished.stdout)


if __name__ == "__main__":
    print(section())
