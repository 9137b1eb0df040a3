"""The command that packages a stage for AWS: `python -m infra.packaging`."""

import argparse
import sys

from infra import ROOT
from infra.errors import InfraError
from infra.packaging.package import AWS_ARCHITECTURE, AWS_PYTHON, BUILD, STAGES, Target, package


def main() -> None:
    """Package a stage for AWS and print the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--architecture", choices=("arm64", "x86_64"), default=AWS_ARCHITECTURE)
    arguments = parser.parse_args()
    try:
        target = Target(arguments.architecture, AWS_PYTHON)
        made = package(arguments.stage, target, BUILD / arguments.stage)
    except InfraError as error:
        sys.exit(f"package: {error}")
    print(f"{BUILD.relative_to(ROOT)}/{arguments.stage}/template.json")
    for archive in (made.code, made.layer):
        print(f"{archive.relative_to(ROOT)}  {archive.stat().st_size / 1000:,.0f} KB")


if __name__ == "__main__":
    main()
