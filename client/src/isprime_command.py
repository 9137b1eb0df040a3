"""The entry point of the command `isprime`. It is outside the package, so that Ctrl-C during its import is caught."""

import sys


def main() -> None:
    """Run the command."""
    try:
        from isprime.cli import cli  # noqa: PLC0415 - see above

        cli(prog_name="isprime")
    except KeyboardInterrupt:
        sys.exit(130)
