"""The option --base: arguments in hexadecimal or in base64, as programs of cryptography write numbers."""

from __future__ import annotations

import base64
import re
from typing import Literal

import click

from isprime.errors import InvalidNumber

base_option = click.option(
    "--base",
    type=click.Choice(["16", "64"]),
    help="The base of the numbers that are arguments: hexadecimal without 0x, or base64, also that of URLs.",
)


def in_notation(text: str, base: Literal["16", "64"] | None) -> str:
    """Return a number of a base in the service's notation, which is hexadecimal with 0x.

    Raises:
        InvalidNumber: the text has other characters than the base.

    Source: RFC 4648, sections 4, 5 and 8. A number is its bytes, the most significant one first, as in RFC 7518.
    """
    if base is None:
        return text
    digits = "".join(text.split())
    if base == "16":
        digits = digits.replace(":", "")  # as OpenSSL writes bytes: 00:c1:5f
        if not re.fullmatch("[0-9a-fA-F]+", digits):
            raise InvalidNumber(f"{text[:40]!r} is not hexadecimal: write 0 to 9 and a to f.")
        return f"0x{digits.lower()}"
    digits = digits.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        number = base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except ValueError:  # binascii.Error is one, and what is not ASCII is another
        number = b""
    if not number:
        raise InvalidNumber(f"{text[:40]!r} is not base64: write A to Z, a to z, 0 to 9, + and /, or - and _.")
    return f"0x{number.hex()}"
