"""The command behind `make run`: `python -m infra.local`."""

import os
import signal
import sys

from infra.environment import isolate
from infra.errors import InfraError
from infra.local.run import run

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _port(variable: str, default: int) -> int:
    """Return the port that an environment variable names."""
    text = os.environ.get(variable) or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        message = f"{variable} is {text!r}: set it to a port number, for example {variable}={default}."
        raise InfraError(message)
    return int(text)


def main() -> None:
    """Run until Ctrl-C, SIGTERM, or the end of the terminal."""
    is_ending = False

    def end(*_: object) -> None:
        nonlocal is_ending
        # The first signal ends the run; the next ones must not interrupt the ending. Where it arrives in a place that
        # ignores exceptions, such as the end of an object's life, the run asks for it.
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        is_ending = True
        sys.exit(0)

    isolate()
    for number in ENDING:
        signal.signal(number, end)
    try:
        run(_port("PORT", 8000), _port("EMULATOR_PORT", 4566), lambda: is_ending)
    except InfraError as error:
        sys.exit(f"make run: {error}")


if __name__ == "__main__":
    main()
