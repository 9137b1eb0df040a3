"""A save of the emulator's state is there as a whole or not at all, and one that was damaged since is refused."""

import errno
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.emulator.disk import FUNCTION_BYTES, Disk
from infra.emulator.saves import FIRST_SAVE_BYTES, SERVICES, Saves
from infra.errors import InfraError
from tests.infra.conftest import Templates

CODE = b"code" * 1000
SHARED = f"{hashlib.sha256(CODE).hexdigest()}.bin"


def state(word: str) -> dict[str, bytes]:
    return {"dynamodb.json": word.encode(), "sqs.json": word[::-1].encode(), SHARED: CODE}


@pytest.fixture
def saves(tmp_path: Path) -> Saves:
    """Return two saves with different states."""
    made = Saves(tmp_path / "saves")
    assert made.read() == {}
    for word in ("before", "now"):
        made.write(state(word))
    return made


def folders(saves: Saves) -> list[str]:
    return sorted(path.name for path in saves.folder.iterdir())


def test_the_last_save_is_read_and_only_the_one_before_it_is_kept(saves: Saves) -> None:
    assert saves.read() == state("now")
    saves.write(state("later"))
    assert saves.read() == state("later")
    assert folders(saves) == ["0000000002", "0000000003"]
    saves.require_whole()


def test_a_state_that_has_not_changed_is_not_written_again(saves: Saves) -> None:
    saves.write(state("now"))
    assert folders(saves) == ["0000000001", "0000000002"]


@pytest.mark.parametrize("name", ["fsync", "rename", "mkdir", "link", "open"])
def test_a_fault_at_any_step_leaves_the_saves_as_they_were(
    saves: Saves, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    holder: Any = Path if name == "open" else os
    original: Callable[..., Any] = getattr(holder, name)
    for step in count():
        before, calls = saves.read(), count()

        def fail_once(*args: Any, step: int = step, calls: Any = calls, **named: Any) -> Any:
            if next(calls) == step:
                raise OSError(errno.ENOSPC, "No space left on device")
            return original(*args, **named)

        with monkeypatch.context() as patch:
            patch.setattr(holder, name, fail_once)
            try:
                saves.write(state(f"{name} {step}"))
            except OSError:
                assert saves.read() in (before, state(f"{name} {step}"))
            else:
                break
        saves.require_whole()
    assert step > 0, "no call failed"
    saves.write(state("at last"))
    assert saves.read() == state("at last")


@pytest.mark.parametrize("name", ["dynamodb.json", "sqs.json", SHARED, "manifest.json"])
@pytest.mark.parametrize("damage", [lambda file: file.write_bytes(file.read_bytes()[:-1]), Path.unlink])
def test_a_damaged_file_is_named_and_nothing_is_changed(
    saves: Saves, name: str, damage: Callable[[Path], object]
) -> None:
    file = saves.folder / "0000000002" / name
    damage(file)
    with pytest.raises(InfraError) as refusal:
        saves.require_whole()
    assert str(file) in str(refusal.value)
    assert folders(saves) == ["0000000001", "0000000002"]


def test_the_first_way_out_goes_back_to_the_save_before(saves: Saves) -> None:
    (saves.folder / "0000000002" / "sqs.json").write_text("damaged")
    with pytest.raises(InfraError) as refusal:
        saves.require_whole()
    command = re.search(r"`(mv .*?)` goes back", str(refusal.value))
    assert command
    subprocess.run(command[1], shell=True, check=True)
    saves.require_whole()
    assert saves.read() == state("before")
    saves.write(state("later"))
    assert saves.read() == state("later")


def test_the_second_way_out_begins_without_tasks(saves: Saves) -> None:
    for folder in folders(saves):
        (saves.folder / folder / "sqs.json").write_text("damaged")
    with pytest.raises(InfraError, match=r"changed\. `rm -r .*` begins without tasks\. Then") as refusal:
        saves.require_whole()
    subprocess.run(str(refusal.value).split("`")[1], shell=True, check=True)
    saves.require_whole()
    assert saves.read() == {}


def test_the_state_of_every_service_of_the_template_is_kept(templates: Templates) -> None:
    resources = templates("local")["Resources"].values()
    assert {resource["Type"].split("::")[1] for resource in resources} <= SERVICES.keys()


def test_a_start_for_which_the_space_does_not_suffice_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=150_000_000))
    with pytest.raises(InfraError, match=r"has 150 MB free, and 164 MB are needed: free space, then `make run` again"):
        Disk(tmp_path).require_for_start()


def test_the_disk_is_full_where_the_next_save_or_a_function_would_not_fit(saves: Saves, tmp_path: Path) -> None:
    assert Disk(tmp_path / "new").needed_bytes() == FUNCTION_BYTES + FIRST_SAVE_BYTES
    saves.write({"dynamodb.json": bytes(10_000_000)})
    assert FUNCTION_BYTES + 20_000_000 < Disk(tmp_path).needed_bytes() < FUNCTION_BYTES + 20_001_000
