"""A layer of the emulator on this machine names the folder of its files."""

import io
import zipfile
from pathlib import Path

from infra.emulator.layers import LINK, link_to, unpacked


def test_a_layer_is_unpacked_once_and_its_link_names_the_folder(tmp_path: Path) -> None:
    archive = tmp_path / "layer.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("python/library.py", "VALUE = 1\n")
    folder = unpacked(archive)
    assert (folder / "python" / "library.py").read_text() == "VALUE = 1\n"
    archive.unlink()
    with zipfile.ZipFile(io.BytesIO(link_to(unpacked(archive)))) as layer:
        assert layer.read(LINK).decode() == str(folder)
