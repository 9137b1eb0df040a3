"""The command `open`."""

from __future__ import annotations

import uuid
import webbrowser
from urllib.parse import quote

import click

from isprime.cli.app import Failure, NumberCommand


@click.command("open", cls=NumberCommand)
@click.argument("number", metavar="NUMBER|ID")
@click.pass_context
def open_page(ctx: click.Context, number: str) -> None:
    """Open the service's page in a browser, with a number or a task."""
    with ctx.obj.client() as client:
        address = f"{client.url}/{_fragment(number.strip())}"
    if not webbrowser.open(address):
        raise Failure(f"No browser can be opened. The page is {address}")
    click.echo(address)


def _fragment(text: str) -> str:
    try:
        return f"#{uuid.UUID(text)}"
    except ValueError:
        return f"#n={quote(text, safe='')}"
