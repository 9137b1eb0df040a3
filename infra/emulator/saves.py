"""The saves of the emulator's state on disk: each is there as a whole, or not at all."""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Mapping
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
#: The file of a save that has the SHA-256 of each of its other files by name.
MANIFEST = "manifest.json"
#: The end of the names of files that the saves share: code, which hardly ever changes. Their names begin with
#: their SHA-256.
SHARED = ".bin"
#: What the first save of a run takes: most of it are the functions' code and the template.
FIRST_SAVE_BYTES = 4_000_000


@dataclass(frozen=True)
class Saves:
    """The saves in a folder: folders with a number, the last of which has the state."""

    folder: Path

    def latest(self) -> Path | None:
        """Return the last save, None if there is none."""
        return max(self.folder.glob("[0-9]*"), default=None)

    def require_whole(self) -> None:
        """Read the last save to see that each of its files is as it was written.

        Raises:
            InfraError: A file is not. The message has the ways out.
        """
        latest = self.latest()
        damaged = latest and _damage(latest)
        if not latest or not damaged:
            return
        ways = [f"`rm -r {quote(str(self.folder))}` begins without tasks"]
        before = next((save for save in sorted(self.folder.glob("[0-9]*"))[:-1] if not _damage(save)), None)
        if before:
            aside = latest.with_name(f"damaged-{latest.name}")
            move = f"mv {quote(str(latest))} {quote(str(aside))}"
            ways.insert(0, f"`{move}` goes back to the save before it, of {_time_of(before)}")
        message = f"The state cannot be read: {damaged}. Nothing was changed. {'; '.join(ways)}. Then `make run` again."
        raise InfraError(message)

    def read(self) -> dict[str, bytes]:
        """Return the files of the last save by name, none if there is no save."""
        latest = self.latest()
        return {name: (latest / name).read_bytes() for name in _manifest(latest)} if latest else {}

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write a save if it differs from the last one, and delete those before the last one.

        Raises:
            OSError: It cannot be written; the saves are as before.
        """
        latest = self.latest()
        sums = {name: _sum_of(name, content) for name, content in files.items()}
        former = _manifest(latest) if latest else {}
        if latest and sums == former:
            return
        part = self.folder / "part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        try:
            for name, content in files.items():
                if latest and name.endswith(SHARED) and name in former:
                    (part / name).hardlink_to(latest / name)
                else:
                    _write(part / name, content)
            _write(part / MANIFEST, json.dumps(sums).encode())
        except OSError:
            shutil.rmtree(part, ignore_errors=True)
            raise
        _sync(part)
        part.rename(self.folder / f"{int(latest.name) + 1 if latest else 1:010}")
        _sync(self.folder)
        for save in sorted(self.folder.glob("[0-9]*"))[:-KEPT]:
            shutil.rmtree(save)

    def needed_bytes(self) -> int:
        """Return the free space that the next save needs: twice the size of the last one, which may grow."""
        latest = self.latest()
        if not latest:
            return FIRST_SAVE_BYTES
        try:
            return 2 * sum(file.stat().st_size for file in latest.iterdir() if file.suffix != SHARED)
        except FileNotFoundError:  # it was deleted meanwhile
            return self.needed_bytes()

    def what_is_kept(self) -> str:
        """Return a sentence that says which tasks are kept where the state cannot be saved any more."""
        latest = self.latest()
        if not latest:
            return "All tasks are lost."
        return f"The state of {_time_of(latest)} is kept; what changed since then is lost."


def _sum_of(name: str, content: bytes) -> str:
    return name.removesuffix(SHARED) if name.endswith(SHARED) else hashlib.sha256(content).hexdigest()


def _manifest(save: Path) -> dict[str, str]:
    manifest: dict[str, str] = json.loads((save / MANIFEST).read_bytes())
    return manifest


def _damage(save: Path) -> str | None:
    """Return which file of a save is not as it was written, None if all are."""
    try:
        sums = _manifest(save)
    except (OSError, ValueError):
        return f"{save / MANIFEST} is missing or damaged"
    for name, expected in sums.items():
        try:
            with (save / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            return f"{save / name} cannot be read ({error.strerror})"
        if found != expected:
            return f"{save / name} is damaged"
    return None


def _time_of(save: Path) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(save.stat().st_mtime))


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
