"""Where the command `isprime` begins. Outside the package, so that Ctrl-C while the package loads is caught too."""

import sys


def main() -> None:
    """Run the command."""
    try:
        from isprime.cli import cli  # noqa: PLC0415 - see above

        cli(prog_name="isprime")
    except KeyboardInterrupt:
        sys.exit(130)
