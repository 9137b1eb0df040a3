"""The entry point of the command `isprime`. It is outside the package, so that what its import raises is caught."""

import sys
import traceback


def main() -> None:
    """Run the command. An exit status of 0 or 1 is a verdict: nothing unforeseen ends with one of them."""
    try:
        from isprime.cli import run  # noqa: PLC0415 - see above

        status = run()
    except KeyboardInterrupt:
        status = 130
    except Exception as error:  # noqa: BLE001 - Python would end with 1, which means "not prime"
        _report(error)
        status = 2
    sys.exit(status)


def _report(error: Exception) -> None:
    """Write a fault of this program in one line."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"
    text = " ".join(f"{type(error).__name__} at {place}: {error}".split())[:500]
    if sys.stderr is not None:
        sys.stderr.write(
            f"Error: isprime has a fault ({ascii(text)[1:-1]}). Report it with this line and the command.\n"
        )
