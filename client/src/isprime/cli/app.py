"""The command group: its commands, its default command, and the messages of its errors."""

from __future__ import annotations

import errno
import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from isprime.client import Client
from isprime.errors import IsPrimeError, NotFound
from isprime.text import READABLE, printable
from isprime.version import __version__

EXIT_STATUS = """\b
Exit status:
  0    prime; or what was asked is done
  1    not prime (of several: one is not); or the certificate is not valid;
       or something is wrong with what is inspected
  2    wrong input, no response of the service, or anything unforeseen
  3    probable prime: not proven, or not proven yet
  4    no result: not finished in time, failed or cancelled
  130  interrupted by Ctrl-C"""
SETTINGS = """\b
Environment:
  ISPRIME_URL  the service's address, http://localhost:8000 by default
  ISPRIME_KEY  the API key, if the service requires one
  NO_COLOR     no colours"""

#: The beginning of the service's detail for an id that it does not know.
NO_TASK = "No task has this id"
#: Shorter pauses are not reported: they end before the message is read.
MIN_REPORTED_PAUSE_SECONDS = 1.0
#: A number that begins with a minus, or with a function, is not an option: -7, -(2^61-1), -fib(11).
_NEGATIVE = re.compile(r"-+(\d|\(|[a-z]+\()")
#: No number is a word of letters alone.
_WORD = re.compile(r"[A-Za-z][A-Za-z-]+")


class Failure(click.ClickException):
    """An error that is one line on standard error, with exit status 2."""

    exit_code = 2


class State:
    """The state that the commands of one run share.

    Attributes:
        how_to_continue: How to continue after an interruption at this moment, as a sentence.
    """

    def __init__(self) -> None:
        self.how_to_continue = ""
        self._reported = ""

    @contextmanager
    def client(self) -> Iterator[Client]:
        """Yield a client with the settings of the environment."""
        with Client(on_retry=self._report_retry) as client:
            yield client

    def _report_retry(self, reason: str, pause: float) -> None:
        if pause >= MIN_REPORTED_PAUSE_SECONDS and reason != self._reported and sys.stderr is not None:
            self._reported = reason
            # A progress bar replaces sys.stderr, so that the line is shown above the bar.
            sys.stderr.write(f"The service does not respond ({reason.rstrip('.')}); trying again.\n")


class NumberCommand(click.Command):
    """A command whose arguments may begin with a minus."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put a space before arguments that look like negative numbers: then they are not options."""
        end = args.index("--") if "--" in args else len(args)
        numbers = [f" {arg}" if _NEGATIVE.match(arg) else arg for arg in args[:end]]
        return super().parse_args(ctx, [*numbers, *args[end:]])


class Cli(click.Group):
    """A group whose first argument may be a number: then the command is `check`."""

    _is_implied = False

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `check` if the first argument is not a command or an option, or if numbers come through a pipe."""
        own = {*self.commands, *(name for param in self.get_params(ctx) for name in param.opts)}
        is_piped = not args and not ctx.resilient_parsing and not (sys.stdin and sys.stdin.isatty())
        self._is_implied = is_piped or bool(args and args[0] not in own)
        if self._is_implied:
            if args and _WORD.fullmatch(args[0]) and not ctx.resilient_parsing:
                self._refuse_word(args[0])
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def _refuse_word(self, word: str) -> None:
        """Say which command a mistyped one resembles."""
        similar = get_close_matches(word, self.commands, n=1, cutoff=0.7)
        advice = f"Did you mean `isprime {similar[0]}`?" if similar else "`isprime --help` lists the commands."
        raise Failure(f"{word!r} is neither a number nor a command. {advice}")

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the three forms of the command line."""
        for arguments in ("[OPTIONS] NUMBER…", "[OPTIONS] --file FILE", "COMMAND …"):
            formatter.write_usage(ctx.command_path, arguments)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of `check`, then the commands."""
        check = self.commands["check"]
        with formatter.section("Options"):
            options = [param for param in check.params if isinstance(param, click.Option)]
            records = [param.get_help_record(ctx) for param in (*options, *self.get_params(ctx))]
            formatter.write_dl([record for record in records if record])
        self.format_commands(ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the commands and the options of `check`."""
        found = super().shell_complete(ctx, incomplete)
        return found + [
            item
            for item in self.commands["check"].shell_complete(ctx, incomplete)
            if item.value not in {known.value for known in found}
        ]

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as in click
        """Run a command, and report an error in one line."""
        state = ctx.ensure_object(State)
        _replace_closed_streams()
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors=READABLE)
        try:
            try:
                super().invoke(ctx)
            finally:  # a command that ends by an exit status, too
                sys.stdout.flush()
        except click.UsageError as error:
            if self._is_implied and error.ctx and error.ctx.command is self.commands["check"]:
                error.ctx = ctx  # the user has not named `check`
            raise
        except IsPrimeError as error:
            raise Failure(printable(f"{_detail(error)} {state.how_to_continue}")) from error
        except KeyboardInterrupt:
            click.echo(f"\nInterrupted. {state.how_to_continue}".rstrip(), err=True)
            ctx.exit(130)
        except OSError as error:
            if error.filename is None:
                discard_output()
            if error.errno == errno.EPIPE:
                ctx.exit(141)  # the exit status of a program that SIGPIPE ends
            text = f"{error.filename or 'output'}: {error.strerror or error}"
            raise Failure(". ".join(filter(None, [text, state.how_to_continue]))) from error


def _detail(error: IsPrimeError) -> str:
    """Return the text of an error; of an unknown task without the advice for programs that send requests."""
    text = str(error)
    if isinstance(error, NotFound) and text.startswith(NO_TASK):
        return f"{NO_TASK}, or it has expired. `isprime NUMBER` checks the number again."
    return text


def _replace_closed_streams() -> None:
    """Replace the standard streams that the caller has closed: only the exit status is needed, or nothing is read."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the program ends
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - until the program ends


def discard_output() -> None:
    """Discard the output that is not written yet, so that the interpreter's last flush does not fail."""
    with suppress(OSError, ValueError, io.UnsupportedOperation):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=Cli, context_settings={"help_option_names": ["-h", "--help"]}, epilog=f"{EXIT_STATUS}\n\n{SETTINGS}")
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Tell whether a number is prime, whether that is proven, and how to check it.

    A number is decimal, hexadecimal (0x1f) or an expression: 2^127-1, 25!+1, 13#-1, (10^317-1)/9. Quote what the
    shell would read itself: isprime '(2^61-1)*(2^31-1)'. A range stands for its numbers: 10^12..10^12+1000.
    """
