"""Gathers what the documentation site is made of: `make docs`.

The site has the documents at the paths that they have in the repository, so that their links lead to the same files,
and the HTTP reference that the service shows at /docs.
"""

import shutil
import subprocess
import sys

from chalicelib.api import openapi, reference
from infra import ROOT

SOURCES = ROOT / "build" / "site-sources"
#: What the documents link to, beside each other.
LINKED = (
    "*.md",
    "docs/*",
    "LICENSE",
    "benchmarks/peers/*",
    "tests/faults/*",
    "primes_core/verifier/*",
    "chalicelib/api/openapi.json",
)


def main() -> None:
    """Copy the documents and what they link to, and have MkDocs make the site."""
    shutil.rmtree(SOURCES, ignore_errors=True)
    names = subprocess.run(["git", "ls-files", *LINKED], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in names.splitlines():
        target = SOURCES / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    (SOURCES / "docs" / "reference.html").write_text(reference.page())
    shutil.copy(openapi.SOURCE, SOURCES / "docs")  # the reference links to it as the service serves it
    sys.exit(subprocess.run([sys.executable, "-m", "mkdocs", "build", "--quiet"], cwd=ROOT, check=False).returncode)


if __name__ == "__main__":
    main()
