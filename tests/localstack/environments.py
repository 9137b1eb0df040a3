"""What LocalStack without Docker needs of a machine, and the environments that are made of it."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from infra import ROOT
from tests.support.dynamodb_local import is_installed

VERSION = "3.13"
#: What each environment is made of.
ENVIRONMENTS = {
    ROOT / ".venv-localstack": ROOT / "infra" / "localstack-requirements.txt",
    ROOT / ".venv-lambda": ROOT / "infra" / "lambda-requirements.txt",
}


@cache
def find_python() -> Path | None:
    """Return a Python of Lambda's version, or None.

    pyenv puts a `python3.13` on the PATH that works only where that version is chosen, so each one is run.
    """
    candidates = [ROOT / ".venv-lambda" / "bin" / "python", Path(sys.executable)]
    candidates += [Path(found) for found in [shutil.which(f"python{VERSION}")] if found]
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates += sorted(root.glob(f"versions/{VERSION}.*/bin/python{VERSION}"))
    return next((python for python in candidates if _version(python) == VERSION), None)


def missing() -> list[str]:
    """Return what LocalStack needs and this machine lacks, with how to install it."""
    lacking = [] if find_python() else [f"Python {VERSION} is not installed, on which LocalStack and the functions run"]
    return lacking if is_installed() else [*lacking, "DynamoDB Local is not installed: make node_modules/made"]


def make() -> None:
    """Make the environments that are not there or whose requirements have changed since."""
    for folder, requirements in ENVIRONMENTS.items():
        stamp = folder / "made"
        if stamp.exists() and stamp.read_text() == requirements.read_text():
            continue
        print(f"making {folder.name} from {requirements.relative_to(ROOT)}", flush=True)
        python = find_python()
        assert python is not None
        if not (folder / "bin" / "python").exists():
            subprocess.run([str(python), "-m", "venv", str(folder)], check=True)
        subprocess.run([str(ROOT / "infra" / "install"), str(folder / "bin" / "python"), str(requirements)], check=True)
        stamp.write_text(requirements.read_text())


def _version(python: Path) -> str | None:
    command = [str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except OSError:
        return None
    return run.stdout.strip() if run.returncode == 0 else None
