"""The command `completion`."""

from __future__ import annotations

from typing import Literal

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: Literal["bash", "zsh", "fish"]) -> None:
    """Write the completion for a shell.

    For bash: eval "$(isprime completion bash)"
    """
    complete = get_completion_class(shell)
    assert complete is not None
    click.echo(complete(ctx.find_root().command, {}, "isprime", "_ISPRIME_COMPLETE").source())
