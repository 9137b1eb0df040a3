"""The command `watch`: the tasks of the service on this machine as they become final."""

from __future__ import annotations

import json
import os
import signal
import sys

import click

from isprime.cli.app import Failure
from isprime.errors import IsPrimeError
from isprime.text import printable

MISSING = "`isprime watch` needs the package boto3: pip install 'isprime[watch]'"


@click.command()
@click.option(
    "--endpoint",
    envvar="AWS_ENDPOINT_URL",
    default=lambda: f"http://127.0.0.1:{os.environ.get('EMULATOR_PORT') or 4566}",
    show_default="http://127.0.0.1:4566, or EMULATOR_PORT",
    metavar="URL",
    help="The emulator of `make run`.",
)
@click.option("--json", "as_json", is_flag=True, help="Write each event as a line of JSON.")
def watch(*, endpoint: str, as_json: bool) -> None:
    """Print each task of `make run` as it becomes final.

    It reads the events of the service from a queue of its own, which it removes at its end. Ctrl-C ends it.
    """
    try:
        from isprime import watching  # noqa: PLC0415 - it needs a package that not every user has
    except ImportError:
        raise Failure(MISSING) from None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with watching.watching(endpoint) as events:
            click.echo("Each task that becomes final is a line; Ctrl-C ends it.", err=True)
            while True:
                for detail in events.receive():
                    click.echo(json.dumps(detail) if as_json else printable(watching.line(detail)))
                sys.stdout.flush()
    except (IsPrimeError, ValueError) as error:  # ValueError: an endpoint that is not an address
        raise Failure(printable(str(error))) from None
