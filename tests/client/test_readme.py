"""What the client's README tells people to type works as it stands, and prints what it says."""

import re
import subprocess

import pytest

from tests.client.conftest import CLIENT
from tests.support.programs import require

README = (CLIENT / "README.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
SESSIONS = [text for kind, text in BLOCKS if kind == "console"]
PROGRAMS = [text for kind, text in BLOCKS if kind == "python"]
TASK_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DURATION = re.compile(r"\d+(\.\d+)? (µs|ms|s|min)\b")

pytestmark = pytest.mark.emulator


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.splitlines()[0])
def test_a_session_prints_what_the_readme_says(session: str) -> None:
    if "openssl" in session:
        require("openssl")
    ids: dict[str, str] = {}
    for part in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        for written, real in ids.items():
            command = command.replace(written, real)
        run = subprocess.run(
            ["bash", "-c", command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        ids |= dict(zip(TASK_ID.findall(expected), TASK_ID.findall(run.stdout), strict=False))
        assert _constant(run.stdout) == _constant(expected)


def _constant(text: str) -> str:
    """Return a text without what is different at each run."""
    return DURATION.sub("TIME", TASK_ID.sub("ID", text))


def test_the_programs_print_the_results(capsys: pytest.CaptureFixture[str]) -> None:
    synchronous, asynchronous = PROGRAMS
    assert _printed(synchronous, capsys) == [
        "prime True Lucas-Lehmer",
        "2305843009213693951 True None",
        "91 False 7",
        "147573952589676412927 False None",
    ]
    assert _printed(asynchronous, capsys) == ["prime", "[2, 3, 5, 7, 11, 13, 17, 19]"]


def _printed(program: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    exec(compile(program, "README.md", "exec"), {})
    return capsys.readouterr().out.splitlines()


def test_the_completion_can_be_loaded() -> None:
    (line,) = [line for line in README.splitlines() if line.startswith("eval ")]
    loaded = f"{line}; complete -p isprime"
    run = subprocess.run(["bash", "-c", loaded], capture_output=True, text=True, timeout=120, check=True)
    assert "isprime" in run.stdout
