"""An installation gets what its lock file says, whatever the package index has released since."""

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import ROOT

#: A pip that looks for what an extra requires anew, as all below 23.3 do: that of Debian 12, and one for Python 3.12.
PIP = (
    "pip==23.0.1 --hash=sha256:236bcb61156d76c4b8a05821b988c7b8c35bf0da28a4b614e8d6ab5212c25c6f"
    if sys.version_info < (3, 12)
    else "pip==23.2.1 --hash=sha256:7ccf472345f20d35bdc9d1841ff5f313260c2c33fe417f48c30ac46cccabf5be"
)


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """Return the Python of an environment with the old pip."""
    lock = tmp_path / "pip.txt"
    lock.write_text(PIP)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "environment"], check=True)
    python = tmp_path / "environment" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", f"--python={python}", "install", "--quiet", "--require-hashes", "--no-deps"]
    subprocess.run([*pip, "--disable-pip-version-check", f"--requirement={lock}"], check=True)
    return python


def release(index: Path, name: str, version: str, *metadata: str) -> str:
    """Put a wheel into the index and return the line of a lock file that names it."""
    wheel = index / name / f"{name}-{version}-py3-none-any.whl"
    wheel.parent.mkdir(parents=True, exist_ok=True)
    information = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *metadata, ""]
        archive.writestr(f"{information}/METADATA", "\n".join(lines))
        archive.writestr(f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{information}/RECORD", "")
    with (wheel.parent / "index.html").open("a") as page:
        page.write(f"<a href={wheel.name}>{wheel.name}</a>\n")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@pytest.mark.slow
def test_a_release_after_the_lock_changes_nothing(python: Path, tmp_path: Path) -> None:
    index, lock = tmp_path / "index", tmp_path / "requirements.txt"
    locked = release(index, "package", "1.0", "Requires-Dist: dependency[extra]>=1.0")
    lock.write_text(locked + release(index, "dependency", "1.0", "Provides-Extra: extra"))
    release(index, "dependency", "2.0", "Provides-Extra: extra")
    environment = {"PATH": os.environ["PATH"], "PIP_INDEX_URL": index.as_uri(), "PIP_CONFIG_FILE": os.devnull}
    subprocess.run([ROOT / "infra" / "install", python, lock], env=environment, check=True)
    command = [str(python), "-c", "from importlib.metadata import version as v; print(v('package'), v('dependency'))"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "1.0 1.0\n"
