"""The command `verify`."""

from __future__ import annotations

from typing import BinaryIO

import click

from isprime import certificates
from isprime.cli import display
from isprime.evaluation import evaluate
from isprime.numbers import to_decimal
from primes_core.verifier import MAX_BYTES


@click.command()
@click.argument("certificate", type=click.File("rb"), metavar="FILE")
@click.option("--number", metavar="NUMBER", help="The number that the certificate must be about, such as 10^60+7.")
@click.pass_context
def verify(ctx: click.Context, certificate: BinaryIO, number: str | None) -> None:
    """Check a certificate on this machine.

    The service is not asked. FILE may be -, which is standard input.
    """
    expected = None if number is None else evaluate(number)
    verification = certificates.verify(certificate.read(MAX_BYTES + 1))
    if not verification.valid:
        click.echo(f"The certificate is not valid. {verification.reason}")
        ctx.exit(1)
    assert verification.number is not None
    shown = display.shorten(to_decimal(verification.number), "digits")
    if expected not in (None, verification.number):
        click.echo(f"The certificate is about another number than {number}: it proves that {shown} is prime.")
        ctx.exit(1)
    click.echo(f"The certificate is valid: it proves that {shown} is prime.")
