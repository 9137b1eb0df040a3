"""The environment of all tests, including the client's."""

import signal

import pytest

from infra.environment import isolate

# Before anything is imported that reads it.
isolate(kept=frozenset({"AWS_ENDPOINT_URL"}))


@pytest.fixture(scope="session", autouse=True)
def _as_in_a_shell() -> None:
    """Let Ctrl-C end the programs that tests start, which a background job would pass on as ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
