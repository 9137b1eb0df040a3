"""An installation gets what its lock file says, whatever the package index has released since."""

from __future__ import annotations

import functools
import hashlib
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from infra import ROOT

#: A pip that looks for what an extra requires anew, as all below 23.3 do: that of Debian 12, and one for Python 3.12.
PIP = (
    "pip==23.0.1 --hash=sha256:236bcb61156d76c4b8a05821b988c7b8c35bf0da28a4b614e8d6ab5212c25c6f"
    if sys.version_info < (3, 12)
    else "pip==23.2.1 --hash=sha256:7ccf472345f20d35bdc9d1841ff5f313260c2c33fe417f48c30ac46cccabf5be"
)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment with the old pip."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    lock = folder / "pip.txt"
    lock.write_text(PIP)
    python = folder / "bin" / "python"
    uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
    subprocess.run([*uv, f"--python={python}", f"--requirement={lock}"], check=True)
    return python


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is that of the base class
        pass


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Path]:
    """Serve a folder with a folder for each package, and return it; its file `url` has the address."""
    folder = tmp_path / "index"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietHandler, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        (tmp_path / "url").write_text(f"http://127.0.0.1:{server.server_port}")
        yield folder
        server.shutdown()
        thread.join()


def release(index: Path, name: str, version: str, *metadata: str) -> str:
    """Put a wheel into the index and return the line of a lock file that names it."""
    wheel = index / name / f"{name}-{version}-py3-none-any.whl"
    wheel.parent.mkdir(exist_ok=True)
    information = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *metadata, ""]
        archive.writestr(f"{information}/METADATA", "\n".join(lines))
        archive.writestr(f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{information}/RECORD", "")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@pytest.mark.slow
def test_a_release_after_the_lock_changes_nothing(python: Path, index: Path, tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    locked = release(index, "package", "1.0", "Requires-Dist: dependency[extra]>=1.0")
    lock.write_text(locked + release(index, "dependency", "1.0", "Provides-Extra: extra"))
    release(index, "dependency", "2.0", "Provides-Extra: extra")
    environment = {"PATH": os.environ["PATH"], "PIP_INDEX_URL": (tmp_path / "url").read_text()}
    environment["PIP_CONFIG_FILE"] = os.devnull
    subprocess.run([ROOT / "infra" / "install", python, lock], env=environment, check=True)
    command = [str(python), "-c", "from importlib.metadata import version as v; print(v('package'), v('dependency'))"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "1.0 1.0\n"
