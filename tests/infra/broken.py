"""A resource that no engine can create."""

from __future__ import annotations

from pathlib import Path


def broken(folder: Path) -> Path:
    """Write a template whose one resource needs a function that does not exist, and return the file."""
    file = folder / "broken.yaml"
    file.write_text(
        "Resources:\n  Broken:\n    Type: AWS::Lambda::EventInvokeConfig\n    Properties:\n"
        "      {FunctionName: no-such-function, Qualifier: $LATEST, MaximumRetryAttempts: 1}\n"
    )
    return file
