"""The command for one number and one task: its output, its exit status, its errors in one line."""

from __future__ import annotations

import json
import webbrowser
from pathlib import Path

import pytest

from command import run, submitted
from fake import FakeService, problem

pytestmark = pytest.mark.usefixtures("service_url")
UNKNOWN = "00000000-0000-0000-0000-000000000001"


@pytest.mark.parametrize(
    ("number", "line", "status"),
    [
        ("97", "97 is prime, proven by trial division in 2.5 ms", 0),
        ("91", "91 is composite: 7 divides it (trial division, 2.5 ms)", 1),
        ("1", "1 is not prime: a prime is greater than 1", 1),
        ("0x1f", "0x1f is prime, proven by trial division in 2.5 ms", 0),
        ("1022117", "1022117 is composite: it fails the strong test to base 2 (2.5 ms)", 1),
        (
            "1" + "0" * 99,
            f"1{'0' * 19}…{'0' * 20} (100 characters) is composite: 2 divides it (trial division, 2.5 ms)",
            1,
        ),
    ],
    ids=["prime", "composite", "not prime", "hexadecimal", "without a factor", "long"],
)
def test_the_verdict_is_a_line_and_the_exit_status(number: str, line: str, status: int) -> None:
    result = run(number)
    assert (result.stdout, result.exit_code) == (f"{line}\n", status)


@pytest.mark.parametrize(
    "args", [["-7"], ["--", "-7"], ["check", "-7"], ["-7", "--timeout", "5"], ["--timeout", "5", "-7"]]
)
def test_a_negative_number_needs_no_quotes(args: list[str]) -> None:
    assert run(*args).stdout == "-7 is not prime: a prime is greater than 1\n"


@pytest.mark.parametrize("number", ["-(2^61-1)", "--7", "-fib(11)"])
def test_an_expression_that_begins_with_a_minus_is_sent_as_it_is(service: FakeService, number: str) -> None:
    assert run(number).exit_code == 2
    assert json.loads(service.requests[0].content) == {"number": number}


def test_a_mistyped_option_is_not_taken_for_a_number(service: FakeService) -> None:
    result = run("--jsn", "7")
    assert result.exit_code == 2
    assert "No such option" in result.stderr
    assert service.requests == []


def test_json_is_the_task_as_the_service_sends_it() -> None:
    task = json.loads(run("97", "--json").stdout)
    assert (task["status"], task["result"]["verdict"]) == ("SUCCESS", "prime")


@pytest.mark.parametrize("form", ["isprime", "pari", "primo", "rocq"])
def test_a_certificate_is_written_in_the_format_that_is_asked_for(
    service: FakeService, tmp_path: Path, form: str
) -> None:
    task_id = submitted(service)
    service.tasks[task_id].status, service.tasks[task_id].certificate = "SUCCESS", "[[97]]"
    assert run("show", task_id, "--certificate", str(tmp_path / "file"), "--format", form).exit_code == 0
    assert service.requests[-1].url.params["format"] == form
    assert (tmp_path / "file").read_text() == "[[97]]"


def test_a_missing_certificate_is_reported_and_changes_no_exit_status(tmp_path: Path) -> None:
    file = tmp_path / "certificate.txt"
    result = run("97", "--certificate", str(file))
    assert result.exit_code == 0
    assert "There is no certificate" in result.stderr
    assert not file.exists()


def test_a_certificate_that_cannot_be_written_is_reported_in_one_line(service: FakeService, tmp_path: Path) -> None:
    task_id = submitted(service)
    service.tasks[task_id].status, service.tasks[task_id].certificate = "SUCCESS", "[[97]]"
    result = run("show", task_id, "--certificate", str(tmp_path / "no" / "folder"))
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "No such file or directory" in result.stderr
    assert f"`isprime show {task_id} --certificate FILE` writes the certificate." in result.stderr


def test_no_wait_writes_the_id_alone(service: FakeService) -> None:
    result = run("97", "--no-wait")
    assert result.stdout.strip() in service.tasks
    assert result.exit_code == 0
    assert json.loads(run("97", "--no-wait", "--json").stdout)["task_id"] in service.tasks


def test_a_timeout_says_how_to_continue_and_has_no_result(service: FakeService) -> None:
    service.unfinished_reads = 10**6
    result = run("97", "--timeout", "0")
    assert result.exit_code == 4
    (task_id,) = service.tasks
    assert f"`isprime show {task_id} --wait` waits for it" in result.stderr


@pytest.mark.parametrize(
    ("word", "advice"), [("verfy", "`isprime verify`"), ("qeue", "`isprime queue`"), ("foo", "--help")]
)
def test_a_mistyped_command_is_one_line_that_says_what_was_meant(service: FakeService, word: str, advice: str) -> None:
    result = run(word, "7")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert advice in result.stderr
    assert service.requests == []


@pytest.mark.parametrize("seconds", ["x", "-1", "inf", "nan"])
def test_a_timeout_that_is_no_time_is_said_in_plain_words(seconds: str) -> None:
    result = run("97", "--timeout", seconds)
    assert result.exit_code == 2
    assert f"{seconds!r} is not a number of seconds, such as 5 or 0.5." in result.stderr


@pytest.mark.parametrize(
    ("asked", "fragment"), [("2^127-1", "#n=2%5E127-1"), ("-7", "#n=-7"), (UNKNOWN, f"#{UNKNOWN}")]
)
def test_open_opens_the_page_with_the_number_or_the_task(
    service_url: str, monkeypatch: pytest.MonkeyPatch, asked: str, fragment: str
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    result = run("open", asked)
    assert opened == [f"{service_url}/{fragment}"]
    assert (result.exit_code, opened[0] in result.stderr) == (2, True), "there is no browser"
    monkeypatch.setattr(webbrowser, "open", lambda _: True)
    assert run("open", asked).exit_code == 0


def test_the_queues_are_a_table() -> None:
    lines = run("queue").stdout.splitlines()
    heads = ["queue", "waiting", "in", "flight", "delayed", "expected", "seconds", "oldest", "seconds"]
    assert lines[0].split() == heads
    assert lines[1].split() == ["tasks", "3", "1", "0", "1,234.5"]
    assert "it failed" in lines[-1]
    assert json.loads(run("queue", "--json").stdout)["queues"]["tasks"]["waiting"] == 3


def test_tasks_are_a_table_of_all_pages_up_to_the_limit(service: FakeService) -> None:
    task_ids = [submitted(service) for _ in range(4)][::-1]
    service.tasks[task_ids[1]].status = "FAILURE"
    service.tasks[task_ids[2]].verdict, service.tasks[task_ids[2]].factors = "composite", True
    service.tasks[task_ids[3]].is_list = True
    shown = [line.split("\t") for line in run("tasks").stdout.splitlines()]
    assert shown[0] == ["task", "status", "age", "what", "verdict", "queue", "reason"]
    assert [words[0] for words in shown[1:]] == task_ids
    assert shown[1][1:2] + shown[1][3:] == ["PENDING", "97", "", "long proofs", ""]
    assert [row[4] for row in shown[3:]] == ["composite, factors: 2", "1 prime"]
    assert len(run("tasks", "--limit", "3", "--json").stdout.splitlines()) == 3
    failed = run("tasks", "--status", "FAILURE", "--queue", "long proofs", "--json").stdout
    assert json.loads(failed)["task_id"] == task_ids[1]
    assert service.calls("GET", "/tasks")[-1].url.params["queue"] == "long_proofs"


def test_watching_the_queues_repeats_the_request_until_ctrl_c(
    service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = iter([None, None])

    def sleep(_: float) -> None:
        if next(pauses, "end") == "end":
            raise KeyboardInterrupt

    monkeypatch.setattr("isprime.cli.queue.time.sleep", sleep)
    result = run("queue", "--watch", "--json")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 3)
    assert len(service.requests) == 3


@pytest.mark.parametrize(
    "args",
    [
        ["7", "--file", "x"],
        ["--only", "primes", "7"],
        ["--file", "-", "--no-wait"],
        ["-", "--quiet"],
        ["7", "8", "--certificate", "x"],
        ["97", "--format", "rocq"],
        ["show", "97", "--format", "rocq"],
        ["--base", "16", "--file", "-"],
        ["factor", "91", "--file", "-"],
        ["factor", "91", "--column", "n"],
        ["factor", "--file", "-", "--timeout", "1"],
        ["show"],
    ],
    ids=" ".join,
)
def test_arguments_that_contradict_each_other_are_refused_before_a_request_is_sent(
    service: FakeService, args: list[str]
) -> None:
    result = run(*args, stdin="7")
    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert service.requests == []


def test_a_number_that_the_service_refuses_is_wrong_input() -> None:
    result = run("7x")
    assert (result.exit_code, result.stderr) == (2, "Error: '7x' is not an integer: write digits.\n")


@pytest.mark.usefixtures("clock")
def test_a_pause_of_a_second_or_more_is_reported(service: FakeService) -> None:
    service.failures.append(problem(503, "The queue does not respond.", Retry_After="1"))
    result = run("7")
    assert result.stderr == "The service does not respond (503: The queue does not respond); trying again.\n"
    assert result.exit_code == 0


def test_ctrl_c_says_how_to_continue(service: FakeService, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("isprime.client.Client.wait", interrupt)
    result = run("7")
    (task_id,) = service.tasks
    assert result.exit_code == 130
    assert f"`isprime show {task_id} --wait` waits for it, `isprime cancel {task_id}` ends it." in result.stderr
