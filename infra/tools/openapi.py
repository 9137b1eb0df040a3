"""Writes docs/openapi.json: `make openapi`."""

import json

from chalicelib.api.openapi import document
from infra import ROOT


def main() -> None:
    """Write the document of the HTTP contract."""
    (ROOT / "docs" / "openapi.json").write_text(json.dumps(document(), indent=2) + "\n")


if __name__ == "__main__":
    main()
