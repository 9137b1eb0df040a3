"""Start-up of the API function: its imports and clients in a fresh interpreter, beside the least they could cost.

The least is `import chalice` and the same two boto3 clients made from one session. Run `python -m benchmarks.startup`.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

REPEATS = 15

#: The goal: this many times the floor at most.
MOST_TIMES_FLOOR = 1.1

_CLOCK = "import time; start = time.perf_counter()\n{program}\nprint(time.perf_counter() - start)"

FLOOR = "import chalice, boto3; session = boto3.Session(); session.client('dynamodb'); session.client('sqs')"

API = "import app; from chalicelib import aws; aws.dynamodb(); aws.sqs()"

#: What Lambda sets, as far as an import needs it.
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
    """The best times of both, in seconds: a busy machine only adds to them."""

    floor: float
    ours: float

    @property
    def ratio(self) -> float:
        """How many times the floor ours is."""
        return self.ours / self.floor


def measure(repeats: int = REPEATS) -> Startup:
    """Time floor and service in turn, each in a fresh interpreter; the first pair only fills the disk's cache."""
    pairs = [(_seconds(FLOOR), _seconds(API)) for _ in range(repeats + 1)][1:]
    return Startup(min(floor for floor, _ in pairs), min(ours for _, ours in pairs))


def section(found: Startup) -> str:
    """Return the finding as a section of README.md."""
    reached = "reached" if found.ratio <= MOST_TIMES_FLOOR else "**missed**"
    return (
        "| import and both clients, fresh interpreter | ms |\n|---|---|\n"
        f"| floor: chalice and two boto3 clients | {1000 * found.floor:.0f} |\n"
        f"| the API function | {1000 * found.ours:.0f} |\n"
        f"| ratio (goal: at most {MOST_TIMES_FLOOR}) | {found.ratio:.2f}: {reached} |"
    )


def _seconds(program: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _CLOCK.format(program=program)],
        cwd=ROOT,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


if __name__ == "__main__":
    print(section(measure()))
