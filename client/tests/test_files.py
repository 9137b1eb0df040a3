"""Files of numbers: each format of input and output, and errors with the number of their line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

import command
from fake import FakeService
from isprime import lists
from isprime.cli import files, many

pytestmark = pytest.mark.usefixtures("service_url")


def run(content: str | bytes, *args: str, name: str = "-") -> Result:
    """Check numbers on standard input, or in a file of that name."""
    if name != "-":
        Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    return command.run("--file", name, *args, stdin=content if name == "-" else None)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use an empty working folder."""
    monkeypatch.chdir(tmp_path)


TEXT_OUT = "7\tprime\n9\tcomposite\tfactor 3\n"


@pytest.mark.parametrize(
    "content", ["7\r\n\r\n9\r\n", "\ufeff7\n9\n", " 7 \n\t9\n", "\nnumbers to check\n7\n9\n"], ids=ascii
)
def test_text_has_a_number_a_line(content: str) -> None:
    result = run(content)
    assert (result.stdout, result.exit_code) == (TEXT_OUT, 0)


@pytest.mark.parametrize(
    ("content", "args"),
    [
        ("n,name\n7,seven\n9,nine\n", ["--column", "n"]),
        ("n,name\r\n7,seven\r\n\r\n9,nine\r\n", ["--column", "n"]),
        ("\ufeffn,name\n7,seven\n9,nine\n", ["--column", "n"]),
        ("n,name\n7,seven\n9,nine\n", ["--column", "1"]),
        ("n,name\n7,seven\n9,nine\n", []),
        ('"n",name\n"7",seven\n 9 ,nine\n', ["--column", "n"]),
    ],
    ids=["by name", "CRLF and a blank line", "byte order mark", "by place", "the column n is found", "quotes"],
)
def test_csv_keeps_its_columns_and_gains_the_result(content: str, args: list[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(run(content, *args, name="numbers.csv").stdout)))
    assert [(row["n"].strip(), row["name"], row["verdict"], row["proven"], row["factor"]) for row in rows] == [
        ("7", "seven", "prime", "true", ""),
        ("9", "nine", "composite", "true", "3"),
    ]


def test_csv_without_a_header_is_written_without_one(service: FakeService) -> None:
    assert run("7,a\n9,b\n", "--column", "1", name="numbers.csv").stdout == "7,a,prime,true,,\n9,b,composite,true,3,\n"
    assert service.lists[0].numbers == [7, 9]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_may_be_separated_by_semicolons_or_tabs(delimiter: str) -> None:
    content = f"n{delimiter}name\n7{delimiter}a,b\n"
    out = run(content, "--column", "n", name="numbers.tsv").stdout.splitlines()
    assert out[1].split(delimiter)[:3] == ["7", "a,b", "prime"]


def test_csv_keeps_cells_with_line_ends_and_counts_their_lines() -> None:
    result = run('n,name\n7,"two\nlines"\nx,b\n', "--column", "n", name="numbers.csv")
    assert result.stdout == 'n,name,verdict,proven,factor,base\n7,"two\nlines",prime,true,,\n'
    assert "numbers.csv, line 4: 'x': unexpected" in result.stderr


def test_csv_that_has_the_result_columns_gets_them_replaced() -> None:
    once = run("n\n7\n", name="a.csv").stdout
    assert run(once, name="b.csv").stdout == once


def test_rows_without_a_number_are_left_out_and_counted() -> None:
    result = run("n,name\n7,a\n,b\n\n9,c\n", "--column", "n", name="numbers.csv")
    assert len(result.stdout.splitlines()) == 3
    assert "rows without a number: 1; line 1 is a header\n" in result.stderr


@pytest.mark.parametrize("word", ["M31", "F5", "m 31", "# numbers", "[x", "prime?"])
def test_a_first_line_that_is_no_word_is_not_taken_for_a_header(word: str) -> None:
    result = run(f"{word}\n97\n")
    assert result.exit_code == 2
    assert "standard input, line 1: " in result.stderr


def test_a_line_that_is_taken_for_a_header_is_named() -> None:
    assert run("7\n").stderr.endswith("not prime\n")
    assert run("\nnumber\n7\n").stderr.endswith("; line 2 is a header\n")


@pytest.mark.parametrize(
    ("content", "numbers"),
    [
        ("[7,9]", [7, 9]),
        ('[7, "0x9"]\n', [7, "0x9"]),
        ("[\n  7,\n  9\n]\n", [7, 9]),
        ("\n\n [ ]", []),
        ("[123456789012345678901234567890]", [123456789012345678901234567890]),
    ],
)
def test_a_json_array_is_read(content: str, numbers: list[int | str]) -> None:
    result = run(content, name="numbers.json")
    assert [json.loads(line)["number"] for line in result.stdout.splitlines()] == numbers
    assert result.stderr.startswith(f"{len(numbers)} checked in ")


def test_the_objects_of_a_json_array_keep_their_fields() -> None:
    row = json.loads(run('[{"n": 7,\n "x": [1.50,  "a  b"]}]').stdout)
    assert (row["n"], row["x"], row["verdict"]) == (7, [1.5, "a  b"], "prime")


@pytest.mark.parametrize(
    "content", ["[7,9", "[7\n9]", "[7,]", "[7] 9", "[7]]", "[[7]]", "[true]", "[", "[7,x]", "[" * 10_000]
)
def test_a_wrong_json_array_is_one_line(content: str) -> None:
    result = run(content)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "standard input, line " in result.stderr


def test_ndjson_keeps_its_lines_and_gains_the_result() -> None:
    big = 10**50
    content = f'{{"n": 7, "x": {big}}}\n\n{{"n": "9"}}\n11\n"0xd"\n{{"x": 1}}\n'
    result = run(content, "--column", "n")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row.get("n"), row.get("number"), row["verdict"]) for row in rows] == [
        (7, None, "prime"),
        ("9", None, "composite"),
        (None, 11, "prime"),
        (None, "0xd", "prime"),
    ]
    assert rows[0]["x"] == big
    assert rows[1]["witness"] == {"factor": "3"}
    assert "rows without a number: 1\n" in result.stderr


@pytest.mark.parametrize(
    ("content", "name"), [("7\n", "-"), ("n\n7\n", "numbers.csv"), ('{"n": "7"}', "numbers.jsonl")]
)
def test_json_is_one_object_a_line_for_each_format_of_the_file(content: str, name: str) -> None:
    row = json.loads(run(content, "--json", name=name).stdout)
    assert row.get("n", row.get("number")) == "7"
    assert (row["is_prime"], row["verdict"], row["proven"], row["witness"]) == (True, "prime", True, None)


def test_only_primes_or_only_composites_are_written_and_all_are_counted() -> None:
    content = "1\n2\n3\n4\n"
    primes = run(content, "--only", "primes")
    assert primes.stdout == "2\tprime\n3\tprime\n"
    assert primes.stderr.startswith("4 checked in ")
    assert primes.stderr.endswith(" s: 2 prime, 2 not prime\n")
    assert run(content, "--only", "composites").stdout == "4\tcomposite\tfactor 2\n"


@pytest.mark.parametrize(
    ("content", "args", "name", "message"),
    [
        ("7\n\nx\n", ["--strict"], "-", "standard input, line 3: 'x': unexpected 'x'"),
        ("7\n1,2\n", ["--strict"], "-", "line 2: '1,2': ',' at position 2"),
        ("a,b\n1,2\n", [], "f.csv", "f.csv: name the column of the numbers by --column. The first line has: a, b"),
        ("a,b\n1,2\n", ["--column", "c"], "f.csv", "name the column of the numbers by --column"),
        ("7\n8,9\x00\n", ["--column", "3"], "f.csv", "name the column"),
        ('{"x": 1}\n', [], "-", "line 1: name the field of the number by --column"),
        ('{"n": 1}\n{"n": 1\n', [], "-", "line 2: this is not a line of JSON"),
        ('{"n": [1]}\n', [], "-", "line 1: the number is neither an integer nor a string"),
        ('{"n": 1}\ntrue\n', [], "-", "line 2: the number is neither an integer nor a string"),
        ('{"n": 1.5}\n', ["--strict"], "-", "line 1: '1.5': "),
        (b"\xff\xfe7\x00", [], "-", "near line 1: this is not text in UTF-8"),
        (b"7\n\xe9\n", [], "f.txt", "this is not text in UTF-8"),
        ("7" * (files.MAX_LINE_CHARACTERS + 1), [], "-", "line 1: it is too long for a line of numbers"),
    ],
)
def test_an_error_in_a_file_is_reported_with_its_line(
    content: str | bytes, args: list[str], name: str, message: str
) -> None:
    result = run(content, *args, name=name)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_line_that_is_no_number_is_reported_and_the_others_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "LIST_NUMBERS", 10)
    content = "".join(f"{n}\n" for n in range(35)) + "x\n36\n"
    result = run(content)
    assert (len(result.stdout.splitlines()), result.exit_code) == (36, 2)
    reported, summary = result.stderr.splitlines()
    assert "line 36: 'x': " in reported
    assert summary.startswith("36 checked")
    assert "lines that are not numbers: 1" in summary
    strict = run(content, "--strict")
    assert strict.exit_code == 2
    assert "line 36: 'x': " in strict.stderr
    assert "36\t" not in strict.stdout


def test_a_line_that_only_the_service_refuses_is_reported_and_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "_fault", lambda _: "")
    result = run("7\nx\n9\ny\n11\n")
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["7", "9", "11"]
    assert [f"line {line}" in result.stderr for line in (1, 2, 3, 4, 5)] == [False, True, False, True, False]
    assert result.exit_code == 2


def test_the_modulus_that_openssl_writes_is_a_number() -> None:
    assert run("Modulus=61\n").stdout == "0x61\tprime\n"


NUMBERS = st.lists(st.integers(-(10**30), 10**30).map(str), max_size=50)


@given(numbers=NUMBERS, ends=st.sampled_from(["\n", "\r\n", "\n\n"]), header=st.booleans())
def test_every_number_of_a_text_is_read_in_its_order(numbers: list[str], ends: str, header: bool) -> None:
    text = ends.join((["numbers"] if header else []) + numbers)
    source = files.read(io.StringIO(text, newline=None), "-", None)
    assert [row.number for row in source.rows] == numbers


@given(
    rows=st.lists(st.tuples(st.integers(0, 10**30), st.text(st.characters(codec="utf-8", exclude_characters="\r\0"))))
)
def test_every_number_of_a_csv_is_read_with_its_row(rows: list[tuple[int, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([("n", "name"), *rows])
    source = files.read(io.StringIO(text.getvalue()), "f.csv", "n")
    assert [(int(row.number), row.cells[1]) for row in source.rows] == rows
