"""Packages by the hash of what they are made of: what did not change is not packaged again."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from infra import ROOT
from infra.packaging import package as packaging
from infra.packaging.archive import THIS_PYTHON
from infra.packaging.layer import build_layer
from infra.packaging.package import BUILD, SOURCES, Package, Target
from infra.packaging.page import esbuild

FOLDER = BUILD / "packages"
#: The latest ones, of 500 KB each: each change of a file while `make run` runs makes another.
KEPT = 20
#: What packages, and what the packaging reads: the tables of the queues and of the settings are in chalicelib.
TOOLS = ("infra/packaging", "infra/deploy-requirements.txt", "chalicelib")


def packaged(stage: str, target: Target, project: Path = ROOT) -> Package:
    """Return the package of a stage as package.py makes it; reuse an earlier package if nothing has changed.

    Raises:
        InfraError: as package.py.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    while not (folder := FOLDER / _made_of(stage, target, project)).exists():
        with tempfile.TemporaryDirectory(dir=FOLDER, prefix=".") as work:
            made = Path(work) / "package"
            packaging.package(stage, target, made, project)
            # Not if a file was written meanwhile, and not if another process was faster.
            if folder.name == _made_of(stage, target, project) and not folder.exists():
                made.rename(folder)
    os.utime(folder)
    for old in sorted(FOLDER.glob("[!.]*"), key=_last_use)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    layer = build_layer(target.architecture, target.python, BUILD / "layers")
    return Package(json.loads((folder / "template.json").read_text()), folder / "code.zip", layer)


def _last_use(folder: Path) -> float:
    """Return when a package was asked for last, in seconds since 1970; 0 if another process has deleted it."""
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _made_of(stage: str, target: Target, project: Path) -> str:
    """Return the SHA-256 of all that a package is made of, in hexadecimal digits."""
    tools = [*TOOLS, *map(str, packaging.template_files())]
    if stage != "local":
        tools.append("package-lock.json")
    digest = hashlib.sha256(f"{stage} {target} {THIS_PYTHON} {stage != 'local' and esbuild()}".encode())
    for root, names in ((project, SOURCES), (ROOT, tools)):
        for file in sorted(file for name in names for file in _files(root / name)):
            content = file.read_bytes()
            digest.update(f"{os.path.relpath(file, root)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    """Return a file, or the files in a folder, without bytecode."""
    if not path.is_dir():
        yield path
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (Path(folder, name) for name in names)
