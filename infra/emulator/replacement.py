"""Replaces a part of MiniStack that has no setting; emulator-requirements.txt pins the exact version."""

from typing import Any


def replace(holder: Any, name: str, part: Any) -> Any:  # noqa: ANN401 - a constant or a function
    """Replace an attribute of a module, a class or an object of MiniStack, and return the former one.

    Raises:
        RuntimeError: This version of MiniStack does not have it.
    """
    if not hasattr(holder, name):
        message = f"This version of MiniStack has no {name}: look for what it is called now."
        raise RuntimeError(message)
    former = getattr(holder, name)
    setattr(holder, name, part)
    return former
