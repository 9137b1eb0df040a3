"""The command `inspect`: the moduli of public keys, X.509 certificates and Diffie-Hellman groups."""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import click

from isprime.cli import display, tasks
from isprime.cli.app import Failure, State
from isprime.client import Client
from isprime.errors import InvalidNumber
from isprime.moduli import dh, groups, verdicts
from isprime.moduli.records import Entry, Group, Question, RSAKey
from isprime.numbers import to_decimal
from isprime.results import Result
from isprime.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: The exit statuses: nothing is wrong; something is; with --prove, a prime is not proven, or there is no result.
FINE, FINDING, NOT_PROVEN, NO_RESULT = 0, 1, 3, 4
MISSING = "`isprime inspect` needs the package cryptography, version 50 or later: pip install 'isprime[crypto]'"


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True), metavar="FILE..."
)
@click.option("--json", "as_json", is_flag=True, help="Write a line of JSON for each key or group.")
@click.option("--prove", is_flag=True, help="Have the primes of Diffie-Hellman groups proven, which may take minutes.")
@tasks.timeout_option
@click.pass_context
def inspect(ctx: click.Context, files: tuple[str, ...], *, as_json: bool, prove: bool, timeout: float | None) -> None:
    """Inspect the moduli of keys, X.509 certificates and groups.

    FILE is PEM or DER of Diffie-Hellman groups, RSA public keys or X.509 certificates, or OpenSSH's public keys or
    moduli; - is standard input. The moduli are sent to the service, and nothing else. A file with a private key is
    refused.
    """
    if timeout is not None and not prove:
        raise click.UsageError("--timeout belongs to --prove.")
    entries = [entry for file in files for entry in _read(file)]  # all of them before anything is sent
    asked = [(place, question) for place, entry in enumerate(entries) for question in verdicts.questions(entry)]
    proofs = [(place, question) for place, question in asked if prove and isinstance(entries[place], Group)]
    with ctx.obj.client() as client:
        results = _screen(client, entries, [each for each in asked if each not in proofs])
        _prove(client, ctx.obj, proofs, timeout, results)
    statuses = [_report(entry, results[place], as_json=as_json) for place, entry in enumerate(entries)]
    missing = len(asked) - sum(map(len, results.values()))
    unproven = any(not results[place][question.name].proven for place, question in proofs if results[place])
    ctx.exit(max(statuses) or (NO_RESULT if missing else NOT_PROVEN if unproven else FINE))


def _read(file: str) -> list[Entry]:
    try:
        from isprime.moduli import formats  # noqa: PLC0415 - it needs a package that not every user has
    except (ImportError, AttributeError):
        raise Failure(MISSING) from None
    with click.open_file(file, "rb") as stream:
        content = stream.read(formats.MAX_BYTES + 1)
    try:
        return formats.read(content, "standard input" if file == "-" else file)
    except formats.RefusedFile as error:
        raise Failure(printable(str(error))) from None


def _screen(
    client: Client, entries: list[Entry], asked: list[tuple[int, Question]]
) -> defaultdict[int, dict[str, Result]]:
    """Return the results of questions by the place of their entry and their name, from lists."""
    results: defaultdict[int, dict[str, Result]] = defaultdict(dict)
    try:
        found = list(client.check_many(question.number for _, question in asked))
    except InvalidNumber as error:
        where = "" if error.index is None else f"{entries[asked[error.index][0]].place}: "
        raise Failure(printable(f"{where}{error}")) from None
    for (place, question), result in zip(asked, found, strict=True):
        results[place][question.name] = result
    return results


def _prove(
    client: Client,
    state: State,
    asked: list[tuple[int, Question]],
    timeout: float | None,
    results: defaultdict[int, dict[str, Result]],
) -> None:
    """Add the results of questions that are asked as tasks of one number each, which are proven."""
    ids = [client.submit(question.number) for _, question in asked]
    started = time.monotonic()
    for (place, question), task_id in zip(asked, ids, strict=True):
        result = tasks.follow(client, state, task_id, timeout, started).result
        if isinstance(result, Result):
            results[place][question.name] = result


def _report(entry: Entry, results: Mapping[str, Result], *, as_json: bool) -> int:
    """Write what was found about an entry, and return its exit status."""
    known = _described(entry, results)
    found = list(verdicts.findings(entry, results))
    if as_json:
        numbers = {name: {"verdict": each.verdict, "proven": each.proven} for name, each in results.items()}
        place = {"place": entry.place, "name": entry.name}
        sys.stdout.write(json.dumps(place | known | {"numbers": numbers, "findings": found}) + "\n")
        return FINDING if found else FINE
    primes = [
        f"{name} {'proven' if each.proven else 'probably'} prime" for name, each in results.items() if each.is_prime
    ]
    verdict = "FINDINGS" if found else "nothing found" if known else "no RSA or Diffie-Hellman modulus"
    sys.stdout.write(printable(f"{entry.place}: {', '.join([entry.name, *_words(known), *primes])}: {verdict}") + "\n")
    sys.stdout.writelines(f"  - {sentence}\n" for sentence in found)
    return FINDING if found else FINE


def _words(known: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fields of an entry in words."""
    if known:
        yield f"{known['kind']} of {known['bits']:,} bits"
    if "exponent" in known:
        yield f"e {display.shorten(known['exponent'], 'digits')}"
    if "generator" in known:
        order = f" of order {known['order']}" if known["order"] else ""
        yield from [known["group"]] if known["group"] else []
        yield f"g {display.shorten(known['generator'], 'digits')}{order}"


def _described(entry: Entry, results: Mapping[str, Result]) -> dict[str, Any]:
    """Return the fields of an entry that has a modulus."""
    if isinstance(entry, RSAKey):
        return {"kind": "RSA", "bits": entry.n.bit_length(), "exponent": to_decimal(entry.e)}
    if not isinstance(entry, Group):
        return {}
    known = results and all(each.is_prime for each in results.values()) and 2 <= entry.g <= entry.p - 2
    return {
        "kind": "Diffie-Hellman",
        "bits": entry.p.bit_length(),
        "group": groups.name_of(entry.p, entry.g),
        "generator": to_decimal(entry.g),
        "order": dh.order_of_generator(entry) if known else None,
    }
