"""The commands in the project's documents, run as a reader who pastes them does, in bash or in `make shell`."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO

from infra import ROOT

#: The address in the documents.
WRITTEN_URL = "http://localhost:8000/"
TASK_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Printed after each block, to know that it has ended.
END = "-- the block has ended --"
SECONDS = 150


class Document:
    """A Markdown file."""

    def __init__(self, path: str) -> None:
        """Read a file by its path from the project's root."""
        self.text = (ROOT / path).read_text()
        self.blocks: list[str] = re.findall(r"```\w*\n(.*?)```", self.text, re.DOTALL)

    def block(self, start: str) -> str:
        """Return the block of code that begins so: there is one."""
        (found,) = [text for text in self.blocks if text.startswith(start)]
        return found

    def output_of(self, start: str) -> str:
        """Return the block that follows the block of code that begins so."""
        return self.blocks[self.blocks.index(self.block(start)) + 1]


def run_block(command: str, url: str, folder: Path) -> str:
    """Run a block in bash against the service at `url` and return what it prints.

    Raises:
        subprocess.CalledProcessError: a command in it failed.
    """
    here = command.replace(WRITTEN_URL, url).replace(WRITTEN_URL[:-1], url.rstrip("/"))
    run = subprocess.run(["bash", "-ec", here], cwd=folder, capture_output=True, text=True, timeout=120, check=True)
    return run.stdout


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
