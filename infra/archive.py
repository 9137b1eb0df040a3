"""Zips whose bytes depend on their contents alone, with the Python in them compiled."""

import py_compile
import warnings
import zipfile
from pathlib import Path


def zip_folder(folder: Path, archive: Path, root: Path) -> None:
    """Zip a folder's files, named relative to `root`, equal bytes for equal contents so that a hash names them.

    Every module goes in compiled too: a function's file system is read-only, so each cold start would compile
    them again. The bytecode is never checked against the source, whose time in a zip is not its own.

    Source: PEP 552, "Deterministic pycs"; AWS Lambda developer guide, "Best practices".
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other people's modules, which are as they are
        for module in folder.rglob("*.py"):
            py_compile.compile(
                str(module),
                dfile=str(module.relative_to(root)),
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
                doraise=True,
            )
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(str(file.relative_to(root)), date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, file.read_bytes())
