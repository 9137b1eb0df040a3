"""A page of a list's results as JSON, NDJSON or CSV, and a page of tasks."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import urlencode

from chalice.app import Response

from chalicelib import clock
from chalicelib.api.headers import COMPLETE, NO_STORE, NOSNIFF, Headers
from chalicelib.api.responses import json_response, list_result_json
from chalicelib.factorization.factors import Factorization
from chalicelib.service.read import ResultsPage
from chalicelib.store.task_pages import TaskPage
from chalicelib.tasks.task import ListResult, ListTask, NumberTask, TaskSummary
from primes_core.notation.integers import to_decimal

NDJSON = "application/x-ndjson"
CSV = "text/csv"
#: An encoder that is made once: json.dumps makes one for each call.
_encode = json.JSONEncoder(separators=(",", ":")).encode
COLUMNS = ("index", "number", "is_prime", "verdict", "proven", "factor", "base", "expression")


def page_response(page: ResultsPage, accept: str, address: str, query: dict[str, str]) -> Response:
    """Return a page of results; the header Link has the address of the next page (RFC 8288).

    Args:
        page: the results.
        accept: the request's Accept header: JSON unless it names NDJSON or CSV.
        address: the path of the list's results.
        query: the parameters of the next page, without the cursor.
    """
    cursor = "{}.{}".format(*page.next_cursor) if page.next_cursor else None
    headers: Headers = {**NO_STORE, **NOSNIFF, COMPLETE: "true" if page.is_complete else "false", "Vary": "Accept"}
    if cursor:
        headers["Link"] = f'<{address}?{urlencode({"cursor": cursor, **query})}>; rel="next"'
    if NDJSON in accept:
        lines = [_encode(list_result_json(each)) + "\n" for each in page.results]
        return Response("".join(lines), {"Content-Type": NDJSON, **headers}, 200)
    if CSV in accept:
        return Response(_csv(page.results), {"Content-Type": f"{CSV}; charset=utf-8; header=present", **headers}, 200)
    results = [list_result_json(each) for each in page.results]
    return json_response({"results": results, "next": cursor, "complete": page.is_complete}, headers)


def _csv(found: list[ListResult]) -> str:
    """Return results as CSV (RFC 4180).

    A cell of the service's own is a word or a number. An expression comes from a client: a spreadsheet would read one
    that begins with `+`, `-`, `=` or `@` as a formula, so it gets an apostrophe.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    has_factors = any(each.factorization for each in found)
    writer.writerow((*COLUMNS, "factors") if has_factors else COLUMNS)
    for each in found:
        result, witness = each.result, each.result.witness
        factor = to_decimal(witness.factor) if witness and witness.factor is not None else ""
        base = str(witness.base) if witness and witness.base is not None else ""
        is_prime, proven = ("true" if flag else "false" for flag in (result.is_prime, result.proven))
        expression = each.expression or ""
        if expression[:1] in ("+", "-", "=", "@"):
            expression = f"'{expression}"
        factors = (_factors_text(each.factorization),) if has_factors else ()
        number = to_decimal(result.number)
        writer.writerow((each.index, number, is_prime, result.verdict, proven, factor, base, expression, *factors))
    return text.getvalue()


def _factors_text(factorization: Factorization | None) -> str:
    """Return factors as a product such as 3^2*7; a part whose factors are not known is in parentheses."""
    if factorization is None:
        return ""
    parts = [
        (to_decimal(factor.number) if factor.is_prime else f"({to_decimal(factor.number)})")
        + (f"^{factor.exponent}" if factor.exponent > 1 else "")
        for factor in factorization.factors
    ]
    return "*".join(parts if factorization.cofactor is None else [*parts, f"({to_decimal(factorization.cofactor)})"])


def tasks_response(page: TaskPage) -> Response:
    """Return a page of tasks."""
    cursor = "{}_{}".format(*page.next_cursor) if page.next_cursor else None
    return json_response({"tasks": [_summary_json(task) for task in page.tasks], "next": cursor})


def _summary_json(summary: TaskSummary) -> dict[str, Any]:
    task = summary.task
    total, finished = (task.total, task.primes + task.composites) if isinstance(task, ListTask) else (None, None)
    return {
        "task_id": task.task_id,
        "status": task.status,
        "kind": summary.kind,
        "queue": summary.queue,
        "subject": summary.subject,
        "total": total,
        "finished": finished,
        **_found_json(task),
        "error": task.error,
        "attempts": task.attempts,
        "submitted_at": task.submitted_at,
        "started_at": task.started_at,
        "finished_at": task.finished_at,
        "expires_at": clock.rfc3339(task.expires_at),
    }


def _found_json(task: NumberTask | ListTask) -> dict[str, Any]:
    if isinstance(task, ListTask):
        return {"verdict": None, "factors": None, "primes": task.primes}
    factors = task.factorization.factors if task.factorization else None
    return {
        "verdict": task.result.verdict if task.result else None,
        "factors": None if factors is None else len(factors),
        "primes": None,
    }
