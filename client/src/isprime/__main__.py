"""The command `isprime`."""

import sys


def main() -> None:
    """Run the command."""
    try:
        from isprime.cli import cli  # noqa: PLC0415 - Ctrl-C while it is loaded must not show a traceback

        cli(prog_name="isprime")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
