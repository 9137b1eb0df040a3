"""Each command of the tutorial's three pages is pasted, and must show what the pages say.

A `bash` block is what the reader types, and the block after it is the output. A `run` block is shown in the terminal of
`make run`, a `logs` block in that of `make logs`.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra import ROOT
from tests.integration.documents import TASK_ID, Terminal, terminal
from tests.support.checkout import Run, make_checkout
from tests.support.polling import until
from tests.support.programs import require

pytestmark = pytest.mark.emulator

#: The pages, in any order; `make test` runs the steps of the last one here, which is the first part.
PAGES = ("tutorial-failures.md", "tutorial-events.md", "tutorial.md")
TEXTS = {page: (ROOT / "docs" / page).read_text() for page in PAGES}
TEXT = "".join(TEXTS.values())


def _steps(text: str) -> dict[str, list[tuple[str, str]]]:
    """Return each step's title, in the order of a page, and its blocks as pairs of a kind and a text."""
    return {
        title: re.findall(r"^```(\w*)\n(.*?)^```$", step, re.MULTILINE | re.DOTALL)
        for title, step in re.findall(r"^## \d\. (.*?)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    }


STEPS = _steps(TEXT)
START = "Start it"
TITLES = [
    pytest.param(title, marks=[] if page == "tutorial.md" else [pytest.mark.deep])
    for page, text in TEXTS.items()
    for title in _steps(text)
    if title != START
]
#: The commands of the first step, each of which opens a terminal.
OPENED = ["make run\n", "make logs\n", "make shell\n"]

#: Patterns of texts that differ between two runs, and their replacements.
VARYING = {
    TASK_ID.pattern: "ID",
    r"\d+(\.\d+)?e-\d+|\d+\.\d+": "DECIMALS",
    r'(_at\\":)\d{10}': r"\1SECONDS",
    r"-[0-9A-F]{13}": "-SUFFIX",
    r"http://(localhost|127\.0\.0\.1):\d+": "http://HOST",
    r"on port \d+": "on port PORT",
}


@dataclass(frozen=True)
class Terminals:
    """The three terminals."""

    run: Run
    logs: Path
    shell: Terminal

    def is_shown(self, kind: str, text: str) -> None:
        """Wait until the lines of a block are in its terminal, one after the other."""
        read = self.run.text if kind == "run" else self.logs.read_text
        lines = comparable(text)
        until(lambda: _has(comparable(read()), lines), lambda: f"{kind} shows\n{text}\n{read()}")


@pytest.fixture(scope="module")
def terminals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminals]:
    """Open the three terminals in a copy of the project, and define the shell variables that all steps use."""
    for program in ("curl", "jq", "pkill"):
        require(program)
    checkout = make_checkout(tmp_path_factory.mktemp("tutorial"))
    _make_environment(checkout.folder)
    ports = {"PORT": str(checkout.port), "EMULATOR_PORT": str(checkout.emulator_port)}
    environment = {"PATH": os.environ["PATH"], "HOME": str(checkout.folder), **ports}
    logs = checkout.folder / "logs"
    with checkout.run() as run, logs.open("wb") as file:
        follow = ["make", "--no-print-directory", "logs"]
        with subprocess.Popen(
            follow, cwd=checkout.folder, env=environment, stdout=file, stderr=file, start_new_session=True
        ) as following:
            try:
                with terminal(checkout.folder, environment) as shell:
                    assert shell.paste(STEPS[START][-1][1]) == ""
                    yield Terminals(run, logs, shell)
            finally:
                os.killpg(following.pid, signal.SIGINT)


def _make_environment(folder: Path) -> None:
    """Add to a copy of the project what make and its commands need, so that make has nothing to build."""
    for name in ("Makefile", "requirements-dev.txt"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    venv = folder / ".venv"
    venv.mkdir()
    for path in Path(sys.prefix).iterdir():
        (venv / path.name).symlink_to(path)
    for name in ("made-to-run", "made-to-test"):
        (venv / name).unlink(missing_ok=True)
        (venv / name).touch()


def comparable(text: str) -> list[str]:
    """Return the lines of a text without the differences between two runs.

    Lines of a PENDING task are left out: whether a task is read before its worker has written it depends on the time.
    """
    for pattern, word in VARYING.items():
        text = re.sub(pattern, word, text)
    return [line.rstrip() for line in text.splitlines() if '"PENDING","verdict"' not in line]


def _has(lines: list[str], wanted: list[str]) -> bool:
    """Return whether `lines` contain the wanted lines in their order."""
    rest = iter(lines)
    return all(line in rest for line in wanted)


def test_the_first_step_opens_three_terminals_and_shows_what_the_first_one_prints(terminals: Terminals) -> None:
    commands = [text for kind, text in STEPS[START] if kind == "bash"]
    assert commands[:-1] == OPENED
    (printed,) = [text for kind, text in STEPS[START] if kind == "run"]
    terminals.is_shown("run", printed)


@pytest.mark.parametrize("title", TITLES)
def test_each_command_of_a_step_prints_what_the_tutorial_says(terminals: Terminals, title: str) -> None:
    blocks = STEPS[title]
    run = ""
    for index, (kind, text) in enumerate(blocks):
        if kind == "bash":
            printed = terminals.shell.paste(text)
            following = blocks[index + 1] if index + 1 < len(blocks) else ("bash", "")
            assert comparable(printed) == comparable(following[1] if following[0] == "" else ""), text
        elif kind == "run":  # a deploy prints the same lines as the one before: all of the step's are looked for
            run += text
            terminals.is_shown(kind, run)
        elif kind:
            terminals.is_shown(kind, text)
