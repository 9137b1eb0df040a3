"""A range stands for its numbers: in the command, in files and in the two clients."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from command import run
from fake import FakeService
from isprime import AsyncClient, Client

pytestmark = pytest.mark.usefixtures("service_url")

LINES = "90\tcomposite\tfactor 2\n91\tcomposite\tfactor 7\n"


def test_a_range_among_the_arguments_has_a_line_for_each_number() -> None:
    assert run("90..91").stdout == LINES
    assert run("89", "90..91", "9*10..97", "--only", "primes").stdout == "89\tprime\n97\tprime\n"
    assert run("factor", "90..91").stdout == "90: 2 3 3 5\n91: 7 13\n"
    assert run("90..91", "--quiet").exit_code == 2


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("n.txt", "90..91\n", LINES),
        ("n.txt", "M3..M3+1\n", "7\tprime\n8\tcomposite\tfactor 2\n"),
        (
            "n.csv",
            "id,number\na,90..91\n",
            "id,number,verdict,proven,factor,base\na,90,composite,true,2,\na,91,composite,true,7,\n",
        ),
    ],
)
def test_a_range_in_a_file_has_a_row_for_each_number(tmp_path: Path, name: str, content: str, expected: str) -> None:
    (tmp_path / name).write_text(content)
    assert run("--file", str(tmp_path / name)).stdout == expected


@pytest.mark.parametrize("text", ['{"id": 5, "n": "90..91"}\n', '[{"id": 5, "n": "90..91"}]'])
def test_a_range_in_json_has_a_line_for_each_number_with_its_fields(text: str) -> None:
    rows = [json.loads(line) for line in run("--file", "-", stdin=text).stdout.splitlines()]
    assert [(row["id"], row["n"], row["witness"]["factor"]) for row in rows] == [(5, "90", "2"), (5, "91", "7")]


def test_a_range_that_is_none_is_refused_by_the_service() -> None:
    found = run("9..7")
    assert found.exit_code == 2
    assert "the arguments, line 1" in found.stderr


def test_both_clients_send_a_range_as_its_numbers(service: FakeService) -> None:
    async def check() -> list[int]:
        async with AsyncClient() as client:
            return [result.number async for result in client.check_many(["1..3", 5])]

    with Client() as client:
        assert [result.number for result in client.check_many(["1..25_000", 5])] == [*range(1, 25_001), 5]
    assert asyncio.run(check()) == [1, 2, 3, 5]
    assert [len(each.numbers) for each in service.lists] == [10_000, 10_000, 5_001, 4]
