"""A save of the emulator's state is complete or absent, and a damaged save is refused."""

import errno
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


@pytest.fixture
def saves(tmp_path: Path) -> Saves:
    """Return two saves with different states."""
    made = Saves(tmp_path / "saves")
    assert made.read() is None
    for word in (b"before", b"now"):
        made.write(word)
    return made


def names(saves: Saves) -> list[str]:
    return sorted(path.name for path in saves.folder.iterdir())


def test_the_last_save_is_read_and_only_the_one_before_it_is_kept(saves: Saves) -> None:
    assert saves.read() == b"now"
    saves.write(b"later")
    assert saves.read() == b"later"
    assert names(saves) == ["0000000002", "0000000003"]
    saves.require_whole()


@pytest.mark.parametrize("name", ["fsync", "rename", "open"])
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
                saves.write(f"{name} {step}".encode())
            except OSError:
                assert saves.read() in (before, f"{name} {step}".encode())
            else:
                break
        saves.require_whole()
    assert step > 0, "no call failed"
    saves.write(b"at last")
    assert saves.read() == b"at last"


@pytest.mark.parametrize("damage", [lambda content: content[:-1], lambda content: b"\0" + content[1:]])
def test_a_damaged_save_is_named_and_nothing_is_changed(saves: Saves, damage: Callable[[bytes], bytes]) -> None:
    file = saves.folder / "0000000002"
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(InfraError, match=re.escape(f"{file} is damaged. Nothing was changed.")):
        saves.require_whole()
    assert names(saves) == ["0000000001", "0000000002"]


def test_the_first_way_out_goes_back_to_the_save_before(saves: Saves) -> None:
    (saves.folder / "0000000002").write_text("damaged")
    with pytest.raises(InfraError) as refusal:
        saves.require_whole()
    command = re.search(r"`(mv .*?)` goes back", str(refusal.value))
    assert command
    subprocess.run(command[1], shell=True, check=True)
    saves.require_whole()
    assert saves.read() == b"before"
    saves.write(b"later")
    assert saves.read() == b"later"


def test_the_second_way_out_begins_without_tasks(saves: Saves) -> None:
    for name in names(saves):
        (saves.folder / name).write_text("damaged")
    with pytest.raises(InfraError, match=r"changed\. `rm -r .*` begins without tasks\. Then") as refusal:
        saves.require_whole()
    subprocess.run(str(refusal.value).split("`")[1], shell=True, check=True)
    saves.require_whole()
    assert saves.read() is None


def test_the_state_of_every_service_of_the_template_is_kept(templates: Templates) -> None:
    made = [resource for resource in templates("local")["Resources"].values() if "Condition" not in resource]
    assert {resource["Type"].split("::")[1] for resource in made} <= SERVICES.keys()


def test_a_start_for_which_the_space_does_not_suffice_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=150_000_000))
    with pytest.raises(InfraError, match=r"has 150 MB free, and 164 MB are needed: free space, then `make run` again"):
        Disk(tmp_path).require_for_start()


def test_the_disk_is_full_where_the_next_save_or_a_function_would_not_fit(saves: Saves, tmp_path: Path) -> None:
    assert Disk(tmp_path / "new").needed_bytes() == FUNCTION_BYTES + FIRST_SAVE_BYTES
    saves.write(bytes(10_000_000))
    assert FUNCTION_BYTES + 20_000_000 < Disk(tmp_path).needed_bytes() < FUNCTION_BYTES + 20_001_000
