"""The command line."""

from isprime.cli.app import cli
from isprime.cli.certificates import verify
from isprime.cli.check import check
from isprime.cli.queue import queue
from isprime.cli.tasks import cancel, retry, show

for command in (check, show, cancel, retry, queue, verify):
    cli.add_command(command)

__all__ = ["cli"]
