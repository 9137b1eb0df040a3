"""A page of a list's results as JSON, as NDJSON or as CSV."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import urlencode

from chalice.app import Response

from chalicelib.api.responses import NO_STORE, json_response, row_json
from chalicelib.tasks.chunks import Row

NDJSON = "application/x-ndjson"
CSV = "text/csv"
COLUMNS = ("index", "number", "is_prime", "verdict", "proven", "factor", "base")


def page(rows: list[Row], cursor: str | None, *, accept: str, address: str, limit: int) -> Response:
    """Return a page in the form that `Accept` names; the next one's address is in the header Link (RFC 8288)."""
    headers = dict(NO_STORE)
    if cursor:
        headers["Link"] = f'<{address}?{urlencode({"cursor": cursor, "limit": limit})}>; rel="next"'
    if NDJSON in accept:
        lines = [json.dumps(row_json(row), separators=(",", ":")) + "\n" for row in rows]
        return Response("".join(lines), {"Content-Type": NDJSON, **headers}, 200)
    if CSV in accept:
        return Response(_csv(rows), {"Content-Type": f"{CSV}; charset=utf-8; header=present", **headers}, 200)
    return json_response({"results": [row_json(row) for row in rows], "next": cursor}, headers)


def _csv(rows: list[Row]) -> str:
    """Return rows as RFC 4180 has them; every cell is a word or a number of ours, so none is a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        flags = ("true" if row.is_prime else "false", row.verdict, "true" if row.proven else "false")
        witness = row.witness or {}
        writer.writerow((row.index, row.number, *flags, witness.get("factor", ""), witness.get("base", "")))
    return text.getvalue()
