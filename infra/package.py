"""Everything a deploy uploads, made without an account: the template, the functions' zip, the layer's zip."""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from infra.errors import InfraError
from infra.layer import ROOT, build_layer
from infra.template import Template, for_architecture, for_stage, merged

BUILD = ROOT / "build"
STAGES = ("local", "dev", "prod")

#: Chalice merges one file, infra/resources.yaml; these follow by the same rules.
MERGED_AFTERWARDS = ("gateway.yaml",)

#: Runs on AWS when nothing else is said: a fifth cheaper per second. Source: AWS Lambda pricing.
AWS_ARCHITECTURE = "arm64"
MACHINE_ARCHITECTURE = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"


@dataclass(frozen=True)
class Package:
    """What a deploy uploads."""

    template: Template
    code: Path
    layer: Path


def package(stage: str, architecture: str = AWS_ARCHITECTURE, project: Path = ROOT) -> Package:
    """Make the merged template and the zips of a stage in `build/<stage>`; needs no account.

    Raises:
        InfraError: Chalice refuses the app, or a library has no wheel for the architecture.

    Source: Chalice documentation, "AWS CloudFormation".
    """
    if stage not in STAGES:
        message = f"There is no stage {stage!r}: choose one of {', '.join(STAGES)}."
        raise InfraError(message)
    folder = BUILD / stage
    shutil.rmtree(folder, ignore_errors=True)
    _chalice_package(stage, folder, project)
    template = merged(folder / "sam.yaml", *(ROOT / "infra" / name for name in MERGED_AFTERWARDS))
    template = for_architecture(for_stage(template, stage), architecture)
    (folder / "template.json").write_text(json.dumps(template, indent=1))
    (folder / "sam.yaml").unlink()
    return Package(template, folder / "deployment.zip", build_layer(architecture, BUILD / "layers"))


def _chalice_package(stage: str, folder: Path, project: Path) -> None:
    command = [
        *(str(Path(sys.executable).with_name("chalice")), "--project-dir", str(project)),
        *(
            "package",
            "--stage",
            stage,
            "--merge-template",
            str(ROOT / "infra" / "resources.yaml"),
            str(folder),
        ),
    ]
    # Chalice wants a region, though what it writes holds for all of them.
    environment = {**os.environ, "AWS_DEFAULT_REGION": "us-east-1"}
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    output = (result.stdout + result.stderr).strip()
    if result.returncode:
        message = f"chalice package failed: {output.splitlines()[-1]} Correct app.py or infra/resources.yaml."
        raise InfraError(message)
    # Chalice only warns of a missing wheel and would ship a zip that fails at its first import.
    if "Could not install dependencies" in output:
        message = f"A library of requirements.txt has no wheel for Lambda. {' '.join(output.split())}"
        raise InfraError(message)


def main() -> None:
    """Package a stage and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--architecture", choices=("arm64", "x86_64"), default=AWS_ARCHITECTURE)
    arguments = parser.parse_args()
    try:
        made = package(arguments.stage, arguments.architecture)
    except InfraError as error:
        sys.exit(f"package: {error}")
    print(f"{BUILD.relative_to(ROOT)}/{arguments.stage}/template.json")
    for archive in (made.code, made.layer):
        print(f"{archive.relative_to(ROOT)}  {archive.stat().st_size / 1000:,.0f} KB")


if __name__ == "__main__":
    main()
