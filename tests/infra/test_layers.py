"""A layer of the emulator on this machine names the folder of its files."""

import zipfile
from pathlib import Path

from infra.emulator.layers import link_to, linked_folder, unpacked


def layer(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("python/library.py", "VALUE = 1\n")
    return path


def test_a_layer_is_unpacked_once_and_its_link_names_the_folder(tmp_path: Path) -> None:
    archive = layer(tmp_path / "layer.zip")
    folder = unpacked(archive)
    assert (folder / "python" / "library.py").read_text() == "VALUE = 1\n"
    archive.unlink()
    assert linked_folder(link_to(unpacked(archive))) == folder


def test_a_layer_with_its_files_is_no_link(tmp_path: Path) -> None:
    assert linked_folder(layer(tmp_path / "layer.zip").read_bytes()) is None
