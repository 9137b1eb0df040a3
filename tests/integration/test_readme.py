"""What the README tells people to type works as it stands."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.polling import final_task

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)


def block(start: str) -> str:
    """Return the README's block of code that begins so."""
    (found,) = [text for _, text in BLOCKS if text.startswith(start)]
    return str(found)


def shell(command: str, url: str, folder: Path) -> str:
    """Run a block in bash against the service at `url`, as a reader who pastes it."""
    here = command.replace("http://localhost:8000/", url).replace("http://localhost:8000$", f"{url.rstrip('/')}$")
    run = subprocess.run(["bash", "-ec", here], cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    return run.stdout


def needs(program: str) -> None:
    """Skip where a reader's program is not installed, which the service does not need; fail in CI, which has it."""
    if not shutil.which(program):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{program} is not installed")


@pytest.mark.emulator
def test_the_first_curl_lines_work_when_pasted(service_url: str, tmp_path: Path) -> None:
    answer = json.loads(shell(block("curl --json"), service_url, tmp_path))
    assert final_task(service_url, answer["task_id"])["result"]["is_prime"] is True
    read = re.sub(r"[0-9a-f-]{36}", answer["task_id"], block("curl http://localhost:8000/01"))
    assert json.loads(shell(read, service_url, tmp_path))["status"] == "SUCCESS"


@pytest.mark.emulator
def test_the_python_lines_work_when_pasted(
    service_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = block("import requests").replace("http://localhost:8000/", service_url)
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out == "True\n"


@pytest.mark.emulator
def test_a_file_of_numbers_is_sent_and_its_answers_fetched(service_url: str, tmp_path: Path) -> None:
    needs("jq")
    (tmp_path / "numbers.txt").write_text("".join(f"{n}\n" for n in range(2_500)))
    task_id = shell(block("jq --raw-input"), service_url, tmp_path).strip()
    final_task(service_url, task_id)
    lines = shell(block("next=").replace("TASK_ID", task_id), service_url, tmp_path).splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["number"] for row in rows] == list(range(2_500))
    assert sum(row["is_prime"] for row in rows) == 367


@pytest.mark.emulator
def test_a_certificate_is_valid_in_the_eyes_of_pari_gp(service_url: str, tmp_path: Path) -> None:
    needs("gp")
    submitted = shell('curl --silent --json \'{"number": "10^60+7"}\' http://localhost:8000/', service_url, tmp_path)
    task_id = json.loads(submitted)["task_id"]
    assert final_task(service_url, task_id)["result"]["proven"] is True
    check = block("curl --silent http://localhost:8000/TASK_ID/certificate").replace("TASK_ID", task_id)
    assert shell(check, service_url, tmp_path).strip() == "1"


def test_every_setting_of_the_functions_is_in_the_readme() -> None:
    code = (ROOT / "chalicelib" / "settings.py").read_text()
    names = set(re.findall(r'"([A-Z][A-Z_]+)"', code))
    assert names
    assert [name for name in sorted(names) if f"`{name}`" not in README] == []


def test_every_route_is_in_the_readme() -> None:
    document = json.loads((ROOT / "docs" / "openapi.json").read_text())
    paths = [path for path in document["paths"] if not path.startswith("/console")]
    assert [path for path in paths if path not in README] == []


def test_every_make_command_in_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"make ([a-z]+)", README))
    assert named - targets - {"the"} == set()
