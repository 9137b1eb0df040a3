"""The command line."""

from isprime.cli import certificates, check, queue, tasks
from isprime.cli.app import cli

for command in (check.check, tasks.show, tasks.cancel, tasks.retry, queue.queue, certificates.verify):
    cli.add_command(command)

__all__ = ["cli"]
