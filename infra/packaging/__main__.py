"""The command that packages a stage for AWS: `python -m infra.packaging`."""

import argparse
import shutil
import sys

from infra import ROOT
from infra.errors import InfraError
from infra.packaging.package import AWS, BUILD, STAGES, package


def main() -> None:
    """Package a stage for AWS and print the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    stage = parser.parse_args().stage
    try:
        made = package(stage, AWS)
    except InfraError as error:
        sys.exit(f"package: {error}")
    folder = BUILD / stage
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(made.code.parent, folder)
    shutil.copy(made.layer, folder)
    for file in sorted(folder.iterdir()):
        print(f"{file.relative_to(ROOT)}  {file.stat().st_size / 1000:,.0f} KB")


if __name__ == "__main__":
    main()
