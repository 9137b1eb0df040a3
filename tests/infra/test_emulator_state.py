"""The emulator's state on disk is always the complete state of one run, also if writing it is interrupted."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.emulator.state import FormerState


def write(folder: Path, **files: str) -> None:
    """Write files as MiniStack does: a complete one replaces the former one."""
    for name, text in files.items():
        (folder / f"{name}.tmp").write_text(text)
        (folder / f"{name}.tmp").replace(folder / f"{name}.json")


def read(folder: Path) -> dict[str, str]:
    return {file.stem: file.read_text() for file in folder.glob("*.json")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, sqs="before", dynamodb="before")
    return tmp_path


def test_the_former_files_are_restored_and_new_ones_deleted(folder: Path) -> None:
    former = FormerState(folder)
    former.keep()
    write(folder, sqs="now", s3="now")
    former.restore()
    assert read(folder) == {"sqs": "before", "dynamodb": "before"}
    assert [path.name for path in folder.iterdir() if path.is_dir()] == []


def test_a_run_that_was_killed_changes_nothing(folder: Path) -> None:
    (folder / "former.part").mkdir()  # by a run that was killed before it wrote
    FormerState(folder).keep()
    write(folder, sqs="now")
    FormerState(folder)
    assert read(folder) == {"sqs": "before", "dynamodb": "before"}


def test_a_state_that_was_written_as_a_whole_stays(folder: Path) -> None:
    former = FormerState(folder)
    former.keep()
    write(folder, sqs="now", dynamodb="now")
    former.discard()
    FormerState(folder)
    assert read(folder) == {"sqs": "now", "dynamodb": "now"}
