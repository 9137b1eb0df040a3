"""The package as it is built: its metadata, its files, and its installed command."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import click
import pytest

from isprime import __version__
from isprime.cli import cli

CLIENT = Path(__file__).parent.parent
MAN = CLIENT / "man" / "isprime.1"


def run(*command: object, folder: Path = CLIENT, **environment: str) -> str:
    """Run a module of this Python in a folder, and return its output."""
    arguments = [sys.executable, *map(str, command)]
    done = subprocess.run(arguments, cwd=folder, env=environment or None, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the package and return the folder of its files."""
    pytest.importorskip("hatchling", reason="it builds the package: requirements-dev.txt has it")
    folder = tmp_path_factory.mktemp("built")
    run("-m", "hatchling", "build", "--directory", folder)
    return folder


def test_the_package_can_be_published(built: Path) -> None:
    pytest.importorskip("twine", reason="it checks the metadata: requirements-dev.txt has it")
    assert run("-m", "twine", "check", "--strict", *built.iterdir()).count("PASSED") == 2


def test_the_installed_command_works_and_has_its_man_page(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    run("-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", tmp_path, wheel)
    command = tmp_path / "bin" / "isprime"
    assert run(command, "--version", PYTHONPATH=str(tmp_path)) == f"isprime {__version__}\n"
    with zipfile.ZipFile(wheel) as archive:
        pages = [name for name in archive.namelist() if name.endswith("/data/share/man/man1/isprime.1")]
        assert archive.read(pages[0]) == MAN.read_bytes()


def test_a_wheel_of_the_source_distribution_is_that_of_the_repository(built: Path, tmp_path: Path) -> None:
    (wheel,), (source,) = built.glob("*.whl"), built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.iterdir()
    run("-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path, folder=folder)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_man_page_has_each_command_and_option(name: str) -> None:
    page = MAN.read_text().replace("\\-", "-")
    options = [opt for param in cli.commands[name].params if isinstance(param, click.Option) for opt in param.opts]
    assert re.search(rf"^\.B\w* {name}\b", page, re.MULTILINE)
    assert [option for option in options if option not in page] == []
