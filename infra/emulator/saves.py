"""The saves of the emulator's state on disk: each is a file, which is there as a whole or not at all."""

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from infra.errors import InfraError

#: The services of the template's resources, by their part of a resource's type: MiniStack's names of their states.
#: MiniStack has the state of 60 more. S3 is not kept, as each deploy uploads what it needs.
SERVICES = {
    "ApiGateway": "apigateway_v1",
    "CloudFormation": "cloudformation",
    "CloudWatch": "cloudwatch",
    "DynamoDB": "dynamodb",
    "Events": "eventbridge",
    "IAM": "iam",
    "Lambda": "lambda",
    "Logs": "cloudwatch_logs",
    "SNS": "sns",
    "SQS": "sqs",
}
#: The last save, and the one before it.
KEPT = 2
#: What the first save of a run takes: most of it are the functions' code and the template.
FIRST_SAVE_BYTES = 4_000_000
#: A file begins with the SHA-256 of the state after it.
SUM_BYTES = hashlib.sha256().digest_size


@dataclass(frozen=True)
class Saves:
    """The saves in a folder: files named by a number. The last one has the state."""

    folder: Path

    def latest(self) -> Path | None:
        """Return the last save, None if there is none."""
        return max(self._all(), default=None)

    def require_whole(self) -> None:
        """Read the last save to see that it is as it was written.

        Raises:
            InfraError: It is not. The message has the ways out.
        """
        latest = self.latest()
        if not latest or _is_whole(latest):
            return
        ways = [f"`rm -r {quote(str(self.folder))}` begins without tasks"]
        before = next((save for save in self._all()[:-1] if _is_whole(save)), None)
        if before:
            move = f"mv {quote(str(latest))} {quote(str(latest.with_name(f'damaged-{latest.name}')))}"
            ways.insert(0, f"`{move}` goes back to the save before it, of {_time_of(before)}")
        message = f"The state cannot be read: {latest} is damaged. Nothing was changed. {'; '.join(ways)}."
        raise InfraError(f"{message} Then `make run` again.")

    def read(self) -> bytes | None:
        """Return the state of the last save, None if there is no save."""
        latest = self.latest()
        return latest.read_bytes()[SUM_BYTES:] if latest else None

    def write(self, state: bytes, taken_at: float | None = None) -> None:
        """Write a save, and delete those before the last one; the file's time is when the state was taken, or now.

        Raises:
            OSError: It cannot be written; the saves are as before.
        """
        latest, part = self.latest(), self.folder / "part"
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as file:
                file.write(hashlib.sha256(state).digest() + state)
                file.flush()
                os.fsync(file.fileno())
            if taken_at is not None:
                os.utime(part, (taken_at, taken_at))
        except OSError:
            part.unlink(missing_ok=True)
            raise
        part.rename(self.folder / f"{int(latest.name) + 1 if latest else 1:010}")
        _sync(self.folder)
        for save in self._all()[:-KEPT]:
            save.unlink()

    def needed_bytes(self) -> int:
        """Return the free space that the next save needs: twice the size of the last one, which may grow."""
        latest = self.latest()
        return 2 * latest.stat().st_size if latest else FIRST_SAVE_BYTES

    def what_is_kept(self) -> str:
        """Return a sentence that says which tasks are kept if the state can no longer be saved."""
        latest = self.latest()
        if not latest:
            return "All tasks are lost."
        return f"The state of {_time_of(latest)} is kept; what changed since then is lost."

    def _all(self) -> list[Path]:
        return sorted(self.folder.glob("[0-9]*"))


def _is_whole(save: Path) -> bool:
    try:
        content = save.read_bytes()
    except OSError:
        return False
    return hashlib.sha256(content[SUM_BYTES:]).digest() == content[:SUM_BYTES]


def _time_of(save: Path) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(save.stat().st_mtime))


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
