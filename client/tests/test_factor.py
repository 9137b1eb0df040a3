"""The command `factor` writes the prime factors of numbers and of files, and says by its exit status what it found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from command import run
from fake import FakeService
from isprime import Client, Part

pytestmark = pytest.mark.usefixtures("service_url")


def factor(*args: str, text: str | None = None) -> Result:
    return run("factor", *args, stdin=text)


@pytest.mark.parametrize(
    ("numbers", "service_fields", "lines", "status"),
    [
        ("91 12 97 1", {}, "91: 7 13\n12: 2 2 3\n97: 97\n1:\n", 0),
        ("273", {"unfactored": 91}, "273: 3 (91)\n", 4),
        ("91", {"proves": False}, "91: 7 13\n", 3),
    ],
    ids=["all", "a part without known factors", "not proven"],
)
def test_a_line_has_the_number_and_its_factors(
    service: FakeService, numbers: str, service_fields: dict[str, Any], lines: str, status: int
) -> None:
    vars(service).update(service_fields)
    result = factor(*numbers.split())
    assert (result.stdout, result.exit_code) == (lines, status)


def test_the_task_is_written_as_json_a_line_for_each_number() -> None:
    tasks = [json.loads(line) for line in factor("91", "12", "--json").stdout.splitlines()]
    assert [[each["number"] for each in task["result"]["factors"]] for task in tasks] == [[7, 13], [2, 3]]


def test_the_functions_of_a_number_follow_its_factors() -> None:
    assert factor("91", "--functions").stdout == "91: 7 13\n  euler phi: 72\n  squarefree: yes\n"


def test_a_known_factor_is_sent_with_its_number(service: FakeService) -> None:
    assert factor("91", "--known-factor", "7").stdout == "91: 7 13\n"
    assert json.loads(service.calls("POST")[0].content)["known_factors"] == ["7"]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("n.txt", "91\n12\n1\n", "91: 7 13\n12: 2 2 3\n1:\n"),
        ("n.csv", "number\n91\n", "number,verdict,proven,factor,base,factors\n91,composite,true,7,,7 13\n"),
    ],
)
def test_a_file_is_written_with_the_factors_of_its_rows(tmp_path: Path, name: str, content: str, expected: str) -> None:
    (tmp_path / name).write_text(content)
    assert factor("--file", str(tmp_path / name)).stdout == expected


def test_the_rows_of_a_file_may_be_json() -> None:
    row = json.loads(factor("--file", "-", "--json", text="12\n").stdout)
    known = {"is_prime": True, "proven": True, "method": "trial division"}
    assert row["factors"] == [{"number": "2", "exponent": 2} | known, {"number": "3", "exponent": 1} | known]
    assert (row["complete"], row["cofactor"]) == (True, None)


def test_certificates_are_written_to_a_folder(service: FakeService, tmp_path: Path) -> None:
    service.certificate = "[1]\n"
    assert factor("91", "--certificates", str(tmp_path / "new")).exit_code == 0
    assert {path.name: path.read_text() for path in (tmp_path / "new").iterdir()} == {
        "7.txt": "[1]\n",
        "13.txt": "[1]\n",
    }
    assert [request.url.params["factor"] for request in service.calls("GET", "/certificate")] == ["1", "2"]


def test_only_a_request_for_factors_has_the_field(service: FakeService) -> None:
    with Client() as client:
        client.submit(91)
        client.submit(91, factors=True)
        list(client.check_many([91]))
        assert [list(each.factors or ()) for each in client.check_many([1], factors=True)] == [[]]
    bodies: list[dict[str, Any]] = [json.loads(request.content) for request in service.calls("POST")]
    assert [body.get("factors") for body in bodies] == [None, True, None, True]


def test_a_result_has_its_factors(service: FakeService) -> None:
    service.unfactored = 91
    with Client() as client:
        result = client.check(273, factors=True)
    assert result.factors is not None
    assert [(each.number, each.exponent, each.method) for each in result.factors] == [(3, 1, "trial division")]
    assert (result.complete, result.cofactor) == (False, 91)
    assert result.parts == (Part("2+1", (1,)),)
