"""Makes the files of a release: `make release TAG=v1.2.0`.

The client's wheel and sdist, the template and the zips of stage prod go to build/release, the changes of the version to
build/notes.md.
"""

import re
import shutil
import subprocess
import sys

from chalicelib import VERSION
from infra import ROOT
from infra.errors import InfraError
from infra.packaging.package import AWS, BUILD, package

FOLDER = BUILD / "release"


def notes(version: str) -> str:
    """Return what CHANGELOG.md says of a version.

    Raises:
        InfraError: it says nothing.
    """
    text = (ROOT / "CHANGELOG.md").read_text()
    found = re.search(rf"^## \[{re.escape(version)}\] - .*\n((?:(?!## ).*\n)*)", text, re.MULTILINE)
    if not found:
        message = f"CHANGELOG.md has no section [{version}]: cut the changes of [Unreleased] into it."
        raise InfraError(message)
    return found[1].strip() + "\n"


def release(tag: str) -> None:
    """Make the files of the release with this tag.

    Raises:
        InfraError: the tag is not that of the version, or the version has no changes.
    """
    if tag != f"v{VERSION}":
        message = f"The tag is {tag!r} and the version {VERSION}: set it in chalicelib/__init__.py, or tag v{VERSION}."
        raise InfraError(message)
    changes = notes(VERSION)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    (BUILD / "notes.md").write_text(changes)
    subprocess.run([sys.executable, "-m", "hatchling", "build", "--directory", FOLDER], cwd=ROOT / "client", check=True)
    subprocess.run([sys.executable, "-m", "twine", "check", "--strict", *FOLDER.iterdir()], check=True)
    made = package("prod", AWS, BUILD / "prod")
    for file in (BUILD / "prod" / "template.json", made.code, made.layer):
        shutil.copy(file, FOLDER / file.name)


def main() -> None:
    """Make the files of the release whose tag is the argument."""
    try:
        release(*sys.argv[1:])
    except InfraError as error:
        sys.exit(f"release: {error}")


if __name__ == "__main__":
    main()
