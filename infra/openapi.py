"""Writes the contract to docs/openapi.json: `python -m infra.openapi`."""

import json

from chalicelib.api.openapi import document
from infra import ROOT


def main() -> None:
    """Write the document that the code makes, for readers and for the test that compares the two."""
    (ROOT / "docs" / "openapi.json").write_text(json.dumps(document(), indent=2) + "\n")


if __name__ == "__main__":
    main()
