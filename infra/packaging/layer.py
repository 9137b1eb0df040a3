"""The layer of native libraries for the functions that compute."""

import ctypes
import hashlib
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra import ROOT
from infra.errors import InfraError
from infra.packaging.archive import THIS_PYTHON, zip_folder

REQUIREMENTS = ROOT / "infra" / "layer-requirements.txt"

#: Lambda's architectures, and the names that wheels and Linux have for them.
MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
#: Amazon Linux 2023, on which Lambda's Python 3.12 and later run, has glibc 2.34; Debian 12 has 2.36.
#: Source: AWS Lambda Developer Guide, "Lambda runtimes".
GLIBC_MINOR = 34

#: Never needed at run time, and a third of the size; `sage` and `sage_wheels` are the Python part of GMP-ECM's wheel.
LEFT_OUT_FOLDERS = {"__pycache__", "tests", "test", "bin", "include", "sage", "sage_wheels"}
#: Where `chalicelib.factorization.gmp_ecm` finds GMP-ECM.
ECM_LIBRARY = "passagemath_libecm.libs/libecm-*.so*"
LEFT_OUT_SUFFIXES = {".pyc", ".pyi", ".pyx", ".pxd", ".pxi", ".h", ".c", ".a"}


def build_layer(architecture: str, python: str, cache: Path) -> Path:
    """Return the zip of the pinned libraries for an architecture and a Python, built once and then kept in `cache`.

    Raises:
        InfraError: a library has no wheel for this architecture and Python, the index cannot be reached, or GMP-ECM
            cannot be loaded.

    Source: AWS Lambda Developer Guide, "Packaging your layer content".
    """
    # The Python that builds it decides whether it goes in compiled.
    made_of = f"{REQUIREMENTS.read_text()}{architecture}{python}{THIS_PYTHON}{Path(__file__).read_text()}"
    archive = cache / f"layer-{architecture}-{python}-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}.zip"
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            libraries = Path(folder) / "python"
            _download(architecture, python, libraries)
            unfinished = Path(folder) / "layer.zip"
            _leave_out(libraries)
            _check_ecm(libraries, architecture)
            zip_folder(libraries, unfinished, Path(folder), python)
            # Renamed when it is whole: another deploy may be looking for it.
            unfinished.rename(archive)
    return archive


def _download(architecture: str, python: str, target: Path) -> None:
    machine = MACHINES[architecture]
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC_MINOR, 16, -1)]
    platforms.append(f"manylinux2014_{machine}")
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"),
        *("--only-binary=:all:", "--implementation", "cp", "--python-version", python),
        *(word for platform in platforms for word in ("--platform", platform)),
        *("--target", str(target), "--require-hashes", "--requirement", str(REQUIREMENTS)),
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        complaint = next((line for line in result.stderr.splitlines() if "ERROR" in line), result.stderr.strip())
        message = (
            f"The layer for {architecture}, Python {python} cannot be built: {complaint} "
            f"Pin versions that have such wheels in {REQUIREMENTS.relative_to(ROOT)}, or check the network."
        )
        raise InfraError(message)


def _leave_out(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and path.name in LEFT_OUT_FOLDERS:
            shutil.rmtree(path)
        elif path.suffix in LEFT_OUT_SUFFIXES:
            path.unlink(missing_ok=True)


def _check_ecm(folder: Path, architecture: str) -> None:
    """Load GMP-ECM, which no import of a package loads; for another architecture, look whether it is there."""
    try:
        (library,) = folder.glob(ECM_LIBRARY)
        if MACHINES[architecture] == platform.machine():
            ctypes.CDLL(str(library))
    except (ValueError, OSError) as error:
        message = (
            f"GMP-ECM of the layer for {architecture} cannot be loaded: {error}. Pin a version of passagemath-libecm "
            f"whose wheel has the library in {REQUIREMENTS.relative_to(ROOT)}."
        )
        raise InfraError(message) from error
