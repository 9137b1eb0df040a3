"""Start-up of the API function: its imports and clients in a new interpreter, compared with a baseline.

The baseline is `import chalice` and the same two boto3 clients from one session. Run `python -m benchmarks.startup`.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True)
class Startup:
    """The shortest time of each, in seconds: other work on the machine makes a time only longer."""

    baseline: float
    api: float

    @property
    def ratio(self) -> float:
        """The API function's time as a multiple of the baseline."""
        return self.api / self.baseline


def measure(repeats: int = REPEATS) -> Startup:
    """Time both in turn, each in a new interpreter. The first pair fills the disk's cache and does not count."""
    pairs = [(_seconds(BASELINE), _seconds(API)) for _ in range(repeats + 1)][1:]
    return Startup(min(baseline for baseline, _ in pairs), min(api for _, api in pairs))


def section(found: Startup) -> str:
    """Return the measurement as a section of README.md."""
    reached = "reached" if found.ratio <= MAX_RATIO else "**missed**"
    return (
        "| imports and both clients, new interpreter | ms |\n|---|---|\n"
        f"| baseline: chalice and two boto3 clients | {1000 * found.baseline:.0f} |\n"
        f"| the API function | {1000 * found.api:.0f} |\n"
        f"| ratio (goal: at most {MAX_RATIO}) | {found.ratio:.2f}: {reached} |"
    )


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
    print(section(measure()))
