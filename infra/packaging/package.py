"""Makes what a deploy uploads, without an account: the template, the functions' zip, the layer's zip."""

import contextlib
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from chalice.package import TemplateDeepMerger

from infra import ROOT
from infra.errors import InfraError
from infra.packaging.archive import THIS_PYTHON, zip_folder
from infra.packaging.consumers import consumer_parts
from infra.packaging.layer import build_layer
from infra.packaging.page import bundle, esbuild
from infra.packaging.template import Template, for_stage, for_target, merged

BUILD = ROOT / "build"
#: The packages, named by the hash of what they are made of. Each change of a file while `make run` runs makes another,
#: of 500 KB: those that nobody asked for in a week are deleted.
PACKAGES, KEPT_SECONDS = BUILD / "packages", 7 * 86_400
STAGES = ("local", "dev", "prod")

#: The sources of the service, which Chalice reads.
CONFIG = ".chalice/config.json"
SOURCES = ("app.py", "requirements.txt", CONFIG, "chalicelib", "primes_core")

#: The files of infra/template, which are merged into Chalice's template in this order.
MERGED = ("resources.yaml", "gateway.yaml", "watching.yaml", "events.yaml")

#: Lambda's Python on AWS, whatever Python packages: python3.11 is deprecated on 2027-06-30, this one on 2029-06-30.
#: Source: AWS Lambda Developer Guide, "Lambda runtimes".
AWS_PYTHON = "3.13"
MACHINE_ARCHITECTURE = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"


@dataclass(frozen=True)
class Target:
    """The architecture (`arm64` or `x86_64`) and the Python (`3.13`) that the functions run on."""

    architecture: str
    python: str


#: arm64 is a fifth cheaper per second than x86_64. Source: AWS Lambda pricing.
AWS = Target("arm64", AWS_PYTHON)
#: This machine with the Python of AWS: LocalStack's functions, which run on AWS's images.
LOCALSTACK = Target(MACHINE_ARCHITECTURE, AWS_PYTHON)
#: This machine with the Python that packages: MiniStack's functions run on the same one.
MINISTACK = Target(MACHINE_ARCHITECTURE, THIS_PYTHON)


@dataclass(frozen=True)
class Package:
    """A package: what a deploy uploads."""

    #: Without the places of the zips.
    template: Template
    code: Path
    #: The zip of the native libraries, for the functions that compute.
    layer: Path


def package(stage: str, target: Target, project: Path = ROOT) -> Package:
    """Make the merged template and the zips of a stage, or return what was made of the same files; needs no account.

    The page of a stage for AWS is one file. Stage `local` keeps the sources', so that `make run` needs no npm.

    Raises:
        InfraError: A module has a syntax error, esbuild is not installed, Chalice refuses the app, or a library has
            no wheel for the architecture.

    Source: Chalice documentation, "AWS CloudFormation".
    """
    PACKAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=PACKAGES, prefix=".") as name:
        work = Path(name)
        _copy(project, work / "sources")
        folder = PACKAGES / _made_of(stage, target, work / "sources")
        if not folder.exists():
            _make(stage, target, work)
            with contextlib.suppress(OSError):  # another process was faster
                (work / "made").rename(folder)
    os.utime(folder)
    for old in PACKAGES.glob("[!.]*"):
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    layer = build_layer(target.architecture, target.python, BUILD / "layers")
    return Package(json.loads((folder / "template.json").read_text()), folder / "code.zip", layer)


def _made_of(stage: str, target: Target, sources: Path) -> str:
    """Return the SHA-256 of all that a package is made of, in hexadecimal digits."""
    # The tables of the queues and of the settings, which the packaging reads, are in chalicelib.
    tools = [ROOT / name for name in ("infra/packaging", "infra/deploy-requirements.txt", "chalicelib")]
    if stage != "local":
        tools.append(ROOT / "package-lock.json")
    digest = hashlib.sha256(f"{stage} {target} {THIS_PYTHON} {stage != 'local' and esbuild()}".encode())
    for root in (sources, *tools, *template_files()):
        for file in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if file.is_file() and "__pycache__" not in file.parts:
                content = file.read_bytes()
                digest.update(f"{file.relative_to(root)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _make(stage: str, target: Target, work: Path) -> None:
    """Write the template and the functions' zip to the folder `made`, from a copy of the sources next to it."""
    sources, packaged, code, made = (work / name for name in ("sources", "packaged", "code", "made"))
    _check_syntax(sources)
    if stage != "local":
        bundle(sources / "chalicelib" / "page")
    _chalice_package(stage, sources, packaged)
    shutil.unpack_archive(packaged / "deployment.zip", code)
    made.mkdir()
    zip_folder(code, made / "code.zip", code, target.python)
    template = merged(json.loads((packaged / "sam.json").read_text()), *template_files())
    template = TemplateDeepMerger().merge(consumer_parts(), template)
    template = for_target(for_stage(template, stage), target.architecture, target.python)
    (made / "template.json").write_text(json.dumps(template, indent=1))


def template_files() -> list[Path]:
    """Return the paths of the files that are merged."""
    return [ROOT / "infra" / "template" / name for name in MERGED]


def _copy(project: Path, target: Path) -> None:
    """Copy the files that Chalice reads: it writes next to them, and packages may be made at the same time."""
    (target / ".chalice").mkdir(parents=True)
    *files, service, core = SOURCES
    for name in files:
        shutil.copy(project / name, target / name)
    config = json.loads((project / CONFIG).read_text())
    del config["environment_variables"]  # those of `chalice local`: the template has the functions' own
    (target / CONFIG).write_text(json.dumps(config))
    # Chalice puts what is in the folder `vendor` at the top of the zip.
    for name, folder in ((service, target / service), (core, target / "vendor" / core)):
        shutil.copytree(project / name, folder, ignore=shutil.ignore_patterns("__pycache__"))


def _check_syntax(project: Path) -> None:
    """Compile every module: Chalice imports only those that the API needs."""
    for module in sorted(project.rglob("*.py")):
        try:
            compile(module.read_bytes(), module.name, "exec", dont_inherit=True)
        except SyntaxError as error:
            message = f"{module.relative_to(project)}, line {error.lineno}: SyntaxError: {error.msg}. Correct it."
            raise InfraError(message) from error


def _chalice_package(stage: str, project: Path, folder: Path) -> None:
    chalice = str(Path(sys.executable).with_name("chalice"))
    command = [chalice, "--project-dir", str(project), "package", "--stage", stage, str(folder)]
    # Chalice needs a region, although what it writes is the same for all of them. It imports the application: the
    # bytecode of that would be packaged, with the times of the sources, and each deploy would update the functions.
    environment = {**os.environ, "AWS_DEFAULT_REGION": "us-east-1", "PYTHONDONTWRITEBYTECODE": "1"}
    environment["PACKAGED_BY_MAKE"] = "1"  # infra/local/chalice_command.py refuses plain `chalice package`
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    output = (result.stdout + result.stderr).strip()
    if result.returncode:
        message = f"chalice package failed: {output.splitlines()[-1]} Correct app.py."
        raise InfraError(message)
    # Chalice only warns of a missing wheel and would ship a zip that fails at its first import.
    if "Could not install dependencies" in output:
        message = f"A library of requirements.txt has no wheel for Lambda: {' '.join(output.split())}"
        raise InfraError(message)
