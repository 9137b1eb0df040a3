"""Write docs/scale.md."""

from collections.abc import Sequence

from benchmarks import cost
from benchmarks.harness import report
from benchmarks.scale import limits
from benchmarks.scale.loads import Limits, Load
from benchmarks.scale.parts import Run
from benchmarks.scale.template import Deployment
from benchmarks.scale.work import Work
from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS
from infra import ROOT

Results = Sequence[tuple[Limits, Run]]

COLUMNS = (
    "changed beside the run before | final | refused | failed | p50 | p99 | all final after | environments of the API"
    " | limits that cause waiting, and from when"
)


def write(deployment: Deployment, work: Work, found: Sequence[tuple[Load, Results]]) -> None:
    """Write the page from its template and the results of each load."""
    single, *_, listed = cost.costs(work.chunk, deployment)
    sections = (
        f"### {of.title}\n{of.text}\n\n{report.markdown(COLUMNS, [_row(*one) for one in runs])}\n" for of, runs in found
    )
    text = (ROOT / "benchmarks" / "scale" / "page.md").read_text()
    for name, value in {
        "ceilings": report.markdown(
            "limit | value | numbers/s, single | numbers/s in lists", _ceilings(deployment, work)
        ),
        "single": f"${single.total:.2f}",
        "listed": f"${listed.total:.4f}",
        "loads": "\n".join(sections),
        "chunk_units": str(work.units["lists"]),
        "measured": f"""Measured on {report.today()}: {report.machine()}. A chunk of
{work.chunk.numbers:,} random 64-bit numbers is screened in {duration(work.chunk.seconds)} of a core, and its results
have {work.chunk.result_bytes:,} bytes. A core of AWS is assumed to be as fast.""",
        "sources": report.markdown("limit | source", limits.SOURCES.items()),
        "assumed": report.markdown("assumed | ", _assumed()),
    }.items():
        text = text.replace(f"{{{name}}}", value)
    (ROOT / "docs" / "scale.md").write_text(text)


def _ceilings(deployment: Deployment, work: Work) -> list[tuple[str, ...]]:
    """Return the greatest steady load within each limit."""
    bound, batch = deployment.limits, deployment.batch_sizes
    per_second = 1 / limits.INVOCATION_SECONDS
    chunks_per_second = batch["lists"] / (work.batch("lists", batch["lists"]) + limits.INVOKE_SECONDS)
    table_lists = limits.TABLE_WRITES / work.units["lists"] * MAX_CHUNK_NUMBERS
    numbers = bound["Worker"] * per_second * batch["tasks"]
    lists = bound["ListWorker"] * chunks_per_second * MAX_CHUNK_NUMBERS
    rows = [
        ("`DailyQuota`", f"{bound['DailyQuota']:,} requests a day", bound["DailyQuota"] / 86_400, None),
        ("`RateLimit`", f"{bound['RateLimit']:,} requests/s", bound["RateLimit"], None),
        ("`Worker`, `ListWorker`", f"{bound['Worker']} functions", numbers, lists),
        ("a new table", f"{limits.TABLE_WRITES:,} write units/s", limits.TABLE_WRITES, table_lists),
        ("`API_FUNCTIONS`", f"{bound['API_FUNCTIONS']:,} functions", bound["API_FUNCTIONS"] * per_second, None),
        ("the account", f"{limits.ACCOUNT_REQUESTS:,} requests/s", limits.ACCOUNT_REQUESTS, None),
    ]
    return [
        (name, value, report.short(single), report.short(single * cost.LIST if listed is None else listed))
        for name, value, single, listed in rows
    ]


def _assumed() -> list[tuple[str, str]]:
    rows = {
        "a call of SQS or DynamoDB": limits.CALL_SECONDS,
        "the API's function, for a number": cost.SUBMIT_SECONDS,
        "the API's function, for a list of 100,000": cost.LIST_SUBMIT_SECONDS,
        "the worker's function, for a batch": cost.BATCH_SECONDS,
        "the start of an execution environment": limits.START_SECONDS,
        "API Gateway's own part of a request": limits.GATEWAY_SECONDS,
        "Lambda's own part of an invocation": limits.INVOKE_SECONDS,
        "from a queue to an invocation, where a poller is free": limits.POLL_SECONDS,
    }
    return [(name, duration(seconds)) for name, seconds in rows.items()]


def _row(changed: Limits, run: Run) -> tuple[str, ...]:
    share = run.refused / (run.final + run.failed + run.refused)
    return (
        ", ".join(f"{name} {value:,}" for name, value in changed.items()) or "as deployed",
        f"{run.final:,}",
        f"{run.refused:,}" + (f" ({100 * share:.2g} %)" if run.refused else ""),
        f"{run.failed:,}",
        duration(run.percentile(50)),
        duration(run.percentile(99)),
        duration(run.ended),
        f"{run.api_environments:,}",
        ", ".join(f"{limit} from {duration(run.first_wait[limit])}" for limit in run.limits()) or "none",
    )


def duration(seconds: float) -> str:
    """Return a duration in a suitable unit."""
    if seconds < 0.9995:
        return f"{seconds * 1e3:.3g} ms"
    if seconds < 120:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:.3g} min" if seconds < 7200 else f"{seconds / 3600:.3g} h"
