"""The fixture of all tests, those of the client included."""

import os
import signal

import pytest


@pytest.fixture(scope="session", autouse=True)
def _as_in_a_shell() -> None:
    """Let the tests start programs as a user's shell does.

    Ctrl-C ends them, which a background job would pass on as ignored. No variable hides what they buffer or compile.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"):
        os.environ.pop(name, None)
