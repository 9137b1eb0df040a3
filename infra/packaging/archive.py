"""Writes zips whose bytes depend on their contents alone."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

#: The one Python whose bytecode this process can write.
THIS_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def zip_folder(folder: Path, archive: Path, root: Path, python: str = THIS_PYTHON) -> None:
    """Zip a folder's files, named relative to `root`; equal contents give equal bytes, so that a hash names them.

    A function's file system is read-only, so each cold start would compile its modules again. They are compiled
    here where the Python that runs them is the one that packages them; another one's bytecode would be ignored.
    The bytecode is never checked against the source, whose time in a zip is not its own.

    Source: PEP 552, "Deterministic pycs"; AWS Lambda Developer Guide, "Best practices".
    """
    if python == THIS_PYTHON:
        _compile(folder, root)
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(str(file.relative_to(root)), date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, file.read_bytes())


def join(code: Path, layer: Path, archive: Path) -> None:
    """Write a zip of a function's code with a layer's libraries, as Lambda would lay them out."""
    shutil.copy(code, archive)
    with zipfile.ZipFile(layer) as libraries, zipfile.ZipFile(archive, "a") as joined:
        for entry in libraries.infolist():
            content = libraries.read(entry)
            entry.filename = entry.filename.removeprefix("python/")
            joined.writestr(entry, content)


def _compile(folder: Path, root: Path) -> None:
    """Compile a folder's modules in a process of its own: bytecode depends on what else its process has loaded."""
    command = [sys.executable, "-I", "-W", "ignore", "-m", "compileall", "-q", "-s", str(root)]
    subprocess.run([*command, "--invalidation-mode", "unchecked-hash", str(folder)], check=True)
