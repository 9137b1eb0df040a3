"""Certificates of proven primes, each format a part of its task, deflated.

A prime of 4,096 bits has one of about 600 KB, which deflates to half: one fits an item of 400 KB, two do not.
"""

from __future__ import annotations

import zlib

from chalicelib.primality.result import Certificate
from chalicelib.tasks import records, table

_PARTS = {"pari": -1, "primo": -2}
#: The programs that a certificate is written for.
FORMATS = tuple(_PARTS)


def write(task_id: str, certificate: Certificate) -> None:
    """Write a proven prime's certificate in every format."""
    for name, part in _PARTS.items():
        text = zlib.compress(getattr(certificate, name).encode("ascii"), level=9)
        table.put(table.key(task_id, part) | {"certificate": {"B": text}, "expires_at": {"N": str(records.expiry())}})


def read(task_id: str, name: str) -> str | None:
    """Return a proven prime's certificate in one of its formats, or None."""
    item = table.get(task_id, _PARTS[name])
    return zlib.decompress(item["certificate"]["B"]).decode("ascii") if item else None
