"""Layers that a deploy to the emulator only names: their files are on the same disk.

A layer's zip would be 28 MB of the emulator's memory and of each first save.
"""

import errno
import io
import shutil
import tempfile
import zipfile
from pathlib import Path

#: The header of the emulator's responses that says that it follows a link. MiniStack alone does not.
FOLLOWS_LINKS = "x-follows-links"
#: The one file of a layer that is a link: the path of the folder with the layer's files.
LINK = "link"


def unpack_once(archive: Path, folder: Path) -> Path:
    """Return a folder with what is in a zip: it is whole, or not there."""
    if not folder.exists():
        folder.parent.mkdir(exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=folder.parent))
        try:
            with zipfile.ZipFile(archive) as file:
                file.extractall(part)
            part.rename(folder)
        except OSError as error:
            if error.errno != errno.ENOTEMPTY:  # another process was faster
                raise
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return folder


def link_to(folder: Path) -> bytes:
    """Return the zip of a layer that names a folder; equal bytes for an equal name."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(zipfile.ZipInfo(LINK), str(folder))
    return archive.getvalue()
