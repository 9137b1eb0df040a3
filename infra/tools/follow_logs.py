"""`make logs`: the log lines of the API and of the functions of `make run`, as they come, in one stream."""

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra import ROOT

SECONDS_BETWEEN_LOOKS = 0.2
#: How many lines of each log that is there are shown at the start.
FIRST_LINES = 5
#: The longest name of a process, `dead_letters`.
NAME_WIDTH = 12
#: Fields of a line that are not shown: the process's name stands before it, and the metrics are in it twice.
HIDDEN_FIELDS = {"function", "_aws"}


class LogFolder:
    """The logs of a run, one file for each process; a file is created with the process's first line."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read_bytes: dict[Path, int] = {}
        for path in self._paths():
            self._read_bytes[path] = _start_of_last_lines(path.read_bytes(), FIRST_LINES)

    def new_lines(self) -> Iterator[str]:
        """Give the whole lines that were written since the last call, each with its process's name before it."""
        for path in self._paths():
            start = self._read_bytes.get(path, 0)
            if path.stat().st_size < start:  # `make run` was started again
                start = 0
            with path.open("rb") as file:
                file.seek(start)
                content = file.read()
            whole = content[: content.rfind(b"\n") + 1]
            self._read_bytes[path] = start + len(whole)
            for line in whole.decode(errors="replace").splitlines():
                yield f"{path.stem:<{NAME_WIDTH}} | {readable(line)}"

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob("*.log"))


def readable(line: str) -> str:
    """Return the fields of a structured line as `name=value`, or another line as it is."""
    try:
        fields = json.loads(line)
    except ValueError:
        return line
    if not isinstance(fields, dict):
        return line
    return " ".join(f"{name}={_text(value)}" for name, value in fields.items() if name not in HIDDEN_FIELDS)


def _text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return value if isinstance(value, str) and " " not in value else json.dumps(value)


def _start_of_last_lines(content: bytes, count: int) -> int:
    return len(content) - sum(map(len, content.splitlines(keepends=True)[-count:]))


def main() -> None:
    """Print lines until Ctrl-C, or until nobody reads them."""
    port = os.environ.get("EMULATOR_PORT") or "4566"
    folder = ROOT / ".state" / port / "logs"
    if not folder.is_dir():
        sys.exit(f"make logs: {folder.relative_to(ROOT)} is not there: start the service with `make run` first.")
    logs = LogFolder(folder)
    try:
        while True:
            for line in logs.new_lines():
                print(line, flush=True)
            time.sleep(SECONDS_BETWEEN_LOOKS)
    except KeyboardInterrupt:
        pass
    except BrokenPipeError:
        # Python flushes stdout at its end, which would fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
