"""The command `verify`."""

from __future__ import annotations

from typing import TextIO

import click

from isprime import certificates
from isprime.cli import display
from isprime.numbers import to_decimal


@click.command()
@click.argument("certificate", type=click.File(encoding="ascii", errors="replace"), metavar="FILE")
@click.pass_context
def verify(ctx: click.Context, certificate: TextIO) -> None:
    """Check a certificate on this machine, without the service; - is standard input."""
    number = certificates.verify(certificate.read())
    if number is None:
        click.echo("The certificate is not valid.")
        ctx.exit(1)
    shown = display.shorten(to_decimal(number), "digits")
    click.echo(f"The certificate is valid: it proves that {shown} is prime.")
