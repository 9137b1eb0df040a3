"""`make logs`: the log lines of the API and of the functions of `make run`, as they come, in one stream."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra import ROOT

SECONDS_BETWEEN_LOOKS = 0.2
#: The longest name of a process, `dead_letters`.
NAME_WIDTH = 12
#: Fields of a line that are not shown: the process's name stands before it, and the metrics are in it twice.
HIDDEN_FIELDS = {"function", "_aws"}


def new_lines(folder: Path, places: dict[Path, int]) -> Iterator[str]:
    """Give the whole lines of a folder's logs from some places on, each after its process's name; move the places."""
    for path in sorted(folder.glob("*.log")):
        start = places.get(path, 0)
        if path.stat().st_size < start:  # `make run` was started again
            start = 0
        with path.open("rb") as file:
            file.seek(start)
            content = file.read()
        whole = content[: content.rfind(b"\n") + 1]
        places[path] = start + len(whole)
        for line in whole.decode(errors="replace").splitlines():
            yield f"{path.stem:<{NAME_WIDTH}} | {readable(line)}"


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


def main() -> None:
    """Print lines until Ctrl-C, or until nobody reads them."""
    port = os.environ.get("EMULATOR_PORT") or "4566"
    folder = ROOT / ".state" / port / "logs"
    if not folder.is_dir():
        sys.exit(f"make logs: {folder.relative_to(ROOT)} is not there: start the service with `make run` first.")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as in `make logs | head`
    places = {log: log.stat().st_size for log in folder.glob("*.log")}
    try:
        while True:
            for line in new_lines(folder, places):
                print(line, flush=True)
            time.sleep(SECONDS_BETWEEN_LOOKS)
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
