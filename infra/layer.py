"""The layer of native libraries for the functions that compute."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra import ROOT
from infra.archive import zip_folder
from infra.errors import InfraError

REQUIREMENTS = ROOT / "infra" / "layer-requirements.txt"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

#: Lambda's Python 3.11 runs on Amazon Linux 2 (glibc 2.26), later ones on Amazon Linux 2023 (glibc 2.34).
#: Source: AWS Lambda developer guide, "Lambda runtimes".
GLIBC_MINOR = 26 if sys.version_info < (3, 12) else 34

#: Never needed at run time, and a third of the size.
LEFT_OUT_FOLDERS = {"__pycache__", "tests", "test", "bin", "include"}
LEFT_OUT_SUFFIXES = {".pyc", ".pyi", ".pyx", ".pxd", ".pxi", ".h", ".c", ".a"}


def build_layer(architecture: str, cache: Path) -> Path:
    """Give the zip of the pinned libraries for an architecture, built once and then kept in `cache`.

    Args:
        architecture: Lambda's name of it, `arm64` or `x86_64`.
        cache: the folder that keeps the zips, named by what they were made of.

    Raises:
        InfraError: a library has no wheel for this architecture and Python, or the index cannot be reached.

    Source: AWS Lambda developer guide, "Packaging your layer content".
    """
    made_of = f"{REQUIREMENTS.read_text()}{architecture}{PYTHON}{Path(__file__).read_text()}"
    archive = cache / f"layer-{architecture}-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}.zip"
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            libraries = Path(folder) / "python"
            _download(architecture, libraries)
            unfinished = Path(folder) / "layer.zip"
            _leave_out(libraries)
            zip_folder(libraries, unfinished, Path(folder))
            # Renamed when it is whole: another deploy may be looking for it.
            unfinished.rename(archive)
    return archive


def _download(architecture: str, target: Path) -> None:
    machine = {"arm64": "aarch64", "x86_64": "x86_64"}[architecture]
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC_MINOR, 16, -1)]
    platforms.append(f"manylinux2014_{machine}")
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"),
        *("--only-binary=:all:", "--implementation", "cp", "--python-version", PYTHON),
        *(word for platform in platforms for word in ("--platform", platform)),
        *("--target", str(target), "--requirement", str(REQUIREMENTS)),
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        complaint = next((line for line in result.stderr.splitlines() if "ERROR" in line), result.stderr.strip())
        message = (
            f"The layer for {architecture}, Python {PYTHON} cannot be built: {complaint} "
            f"Pin versions that have such wheels in {REQUIREMENTS.relative_to(ROOT)}, or check the network."
        )
        raise InfraError(message)


def _leave_out(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and path.name in LEFT_OUT_FOLDERS:
            shutil.rmtree(path)
        elif path.suffix in LEFT_OUT_SUFFIXES:
            path.unlink(missing_ok=True)
