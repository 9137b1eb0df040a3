"""Certificates of proven primes, each a part of its task, deflated."""

from __future__ import annotations

import zlib

from chalicelib.tasks import records, table


def write(task_id: str, certificate: dict[str, str]) -> None:
    """Write a proven prime's certificate, deflated; its texts by format."""
    item = table.key(task_id, table.CERTIFICATE) | {"expires_at": {"N": str(records.expiry())}}
    table.put(item | {name: {"B": zlib.compress(text.encode("ascii"), 9)} for name, text in certificate.items()})


def read(task_id: str, name: str) -> str | None:
    """Return a proven prime's certificate in one of its formats, or None."""
    item = table.get(task_id, table.CERTIFICATE)
    return zlib.decompress(item[name]["B"]).decode("ascii") if item else None
