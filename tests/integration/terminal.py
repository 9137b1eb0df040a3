"""A shell as a reader of the documents has it: `make shell`, into which blocks of commands are pasted."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO

#: Printed after each block, to know that it has ended.
END = "-- the block has ended --"
SECONDS = 60


class Terminal:
    """A running shell."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Type into a shell that reads its commands from a pipe."""
        self._process = process

    def paste(self, block: str) -> str:
        """Run a block of commands and return what they print, errors too.

        Raises:
            AssertionError: the block does not end in time, or it ends the shell.
        """
        commands, printed = _stream(self._process.stdin), _stream(self._process.stdout)
        commands.write(f"{block}\necho '{END}'\n")
        commands.flush()
        lines: list[str] = []
        limit = Timer(SECONDS, self.kill)
        limit.start()
        try:
            for line in printed:
                if line.rstrip("\n").endswith(END):
                    # A command may print a last line that no newline ends.
                    return "".join([*lines, line.rstrip("\n").removesuffix(END)])
                lines.append(line)
        finally:
            limit.cancel()
        raise AssertionError(f"The shell ended, or this took over {SECONDS} s:\n{block}\n" + "".join(lines))

    def kill(self) -> None:
        """End the shell and what runs in it."""
        os.killpg(self._process.pid, signal.SIGKILL)


def _stream(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


@contextmanager
def terminal(folder: Path, environment: Mapping[str, str]) -> Iterator[Terminal]:
    """Open `make shell` in a folder, and end it."""
    command = ["make", "--no-print-directory", "shell"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(  # type: ignore[call-overload]
        command, cwd=folder, env=dict(environment), text=True, start_new_session=True, **pipes
    ) as process:
        yield Terminal(process)
        _stream(process.stdin).close()  # as Ctrl-D does
