"""The commands and programs in README.md and docs/api.md work as written."""

import json
from pathlib import Path

import pytest

from tests.integration.documents import TASK_ID, Document, run_block
from tests.support.polling import final_task
from tests.support.programs import require

pytestmark = pytest.mark.emulator

README, API = Document("README.md"), Document("docs/api.md")
SUBMIT, READ = (
    """curl --silent --header 'Content-Type: application/json' --data '{"number": 11}'""",
    "curl --silent http://localhost:8000/68",
)


def test_the_readmes_request_prints_what_the_readme_says(service_url: str, tmp_path: Path) -> None:
    require("jq")
    assert run_block(README.block("curl"), service_url, tmp_path) == README.output_of("curl")


def test_a_number_is_submitted_and_read_with_curl(service_url: str, tmp_path: Path) -> None:
    require("jq")
    accepted = json.loads(run_block(API.block(SUBMIT), service_url, tmp_path))
    assert accepted.keys() == json.loads(API.output_of(SUBMIT)).keys()
    assert final_task(service_url, accepted["task_id"])["result"]["is_prime"] is True
    read = TASK_ID.sub(accepted["task_id"], API.block(READ))
    task, written = json.loads(run_block(read, service_url, tmp_path)), json.loads(API.output_of(READ))
    assert task.keys() == written.keys()
    assert task["result"] | {"seconds": 0} == written["result"] | {"seconds": 0}
    assert task["status"] == "SUCCESS"


@pytest.mark.parametrize("number", ["2^128-1", "2^96-1", "10^100"], ids=["factors", "parts", "next prime"])
def test_a_result_is_what_the_document_shows(service_url: str, tmp_path: Path, number: str) -> None:
    require("jq")
    submit = SUBMIT.replace("11}'", f'"{number}"')
    assert json.loads(run_block(API.block(submit), service_url, tmp_path)) == json.loads(API.output_of(submit))


def test_the_python_program_prints_the_result(service_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = API.block("import requests").replace("http://localhost:8000/", service_url)
    exec(compile(code, "api.md", "exec"), {})
    assert capsys.readouterr().out == "True\n"


def test_a_file_of_numbers_is_sent_waited_for_and_its_results_fetched(service_url: str, tmp_path: Path) -> None:
    require("jq")
    ends = ("\r\n", "\n", "\n \r\n\n")
    text = "".join(f"{n}{ends[n % 3]}" for n in range(2_500))
    (tmp_path / "numbers.txt").write_text(f"\ufeff{text}", newline="")
    command = "".join(map(API.block, ("id=", "until curl", "next=")))
    rows = [json.loads(line) for line in run_block(command, service_url, tmp_path).splitlines()]
    assert [row["number"] for row in rows] == list(range(2_500))
    assert sum(row["is_prime"] for row in rows) == 367


def test_pari_gp_validates_a_certificate(service_url: str, tmp_path: Path) -> None:
    require("gp")
    submit = API.block(SUBMIT).replace("11", '"10^60+7"')
    task_id = json.loads(run_block(submit, service_url, tmp_path))["task_id"]
    assert final_task(service_url, task_id)["result"]["proven"] is True
    check = API.block("curl --silent 'http://localhost:8000/TASK_ID/certificate").replace("TASK_ID", task_id)
    assert run_block(check, service_url, tmp_path).strip() == "1"
