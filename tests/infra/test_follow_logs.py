"""`make logs` shows the lines of all processes in one stream, each line once and complete."""

import json
from pathlib import Path

import pytest

from infra.tools import follow_logs
from infra.tools.follow_logs import new_lines, readable


def write(folder: Path, name: str, text: str) -> None:
    with (folder / f"{name}.log").open("a") as file:
        file.write(text)


def test_each_complete_line_is_shown_once_with_its_process_before_it(tmp_path: Path) -> None:
    places = dict[Path, int]()
    write(tmp_path, "api", "one\n")
    write(tmp_path, "dead_letters", "two\n")
    assert list(new_lines(tmp_path, places)) == ["api          | one", "dead_letters | two"]
    assert list(new_lines(tmp_path, places)) == []
    write(tmp_path, "api", "thr")
    assert list(new_lines(tmp_path, places)) == []
    write(tmp_path, "api", "ee\n")
    assert list(new_lines(tmp_path, places)) == ["api          | three"]


def test_a_log_that_was_truncated_is_shown_from_its_start(tmp_path: Path) -> None:
    write(tmp_path, "api", "of the run before\n")
    places = dict[Path, int]()
    assert len(list(new_lines(tmp_path, places))) == 1
    (tmp_path / "api.log").write_text("new\n")
    assert list(new_lines(tmp_path, places)) == ["api          | new"]


def test_a_structured_line_is_shown_by_its_fields() -> None:
    line = {"function": "worker", "finished": 1, "_aws": {}, "task_ids": ["a", "b"], "errors": ["it broke"]}
    assert readable(json.dumps(line)) == 'finished=1 task_ids=a,b errors="it broke"'


@pytest.mark.parametrize("line", ["12", "{not JSON"])
def test_any_other_line_is_shown_as_it_is(line: str) -> None:
    assert readable(line) == line


def test_without_a_run_it_says_how_to_start_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_logs, "ROOT", tmp_path)
    monkeypatch.setenv("EMULATOR_PORT", "4999")
    with pytest.raises(SystemExit, match="start the service with `make run` first"):
        follow_logs.main()
