"""The commands in the project's documents, run as a reader who pastes them does."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from infra import ROOT

#: The address in the documents.
WRITTEN_URL = "http://localhost:8000/"
TASK_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


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
    run = subprocess.run(["bash", "-ec", here], cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    return run.stdout
