"""Write docs/scale.md and its pictures."""

from pathlib import Path

from benchmarks.scale import limits, plot, template
from benchmarks.scale.measured import Measured
from benchmarks.scale.model import Outcome
from benchmarks.scale.money import dollars
from benchmarks.scale.scenarios import OTHERS, PARAMETERS, SCENARIOS, Changes, Scenario, Step, limits_hit
from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS

DOCS = Path(__file__).parents[2] / "docs"

COLUMNS = (
    "run",
    "changed beside the run before",
    "final",
    "refused",
    "failed",
    "p50",
    "p99",
    "all final after",
    "most functions at once",
    "cost",
    "limits that cause waiting, in order of time",
)


def write(found: dict[str, list[Step]], measured: Measured, check: str) -> None:
    """Write the page and a picture for each scenario."""
    for scenario in SCENARIOS:
        (DOCS / "images" / f"scale-{scenario.name}.svg").write_text(_picture(scenario, found[scenario.name]))
    sections = "\n".join(_section(scenario, found[scenario.name]) for scenario in SCENARIOS)
    text = (Path(__file__).with_name("page.md")).read_text()
    for name, value in {
        "sections": sections,
        "measured": _measured(measured),
        "sources": "\n".join(f"| {what} | {source} |" for what, source in limits.SOURCES.items()),
        "assumed": _assumed(),
        "check": check,
    }.items():
        text = text.replace(f"{{{name}}}", value)
    (DOCS / "scale.md").write_text(text)


def _picture(scenario: Scenario, steps: list[Step]) -> str:
    lines = {}
    for number, step in enumerate(steps, start=1):
        points = [(sample.at, sum(sample.waiting.values()) + sample.clients) for sample in step.outcome.samples]
        lines[f"run {number}"] = [*points, (step.outcome.ended, 0.0)]
    return plot.svg(scenario.title, lines, "waiting: clients and messages")


def _section(scenario: Scenario, steps: list[Step]) -> str:
    rows = [
        f"| {' | '.join(COLUMNS)} |",
        "|---" * len(COLUMNS) + "|",
    ]
    rows += [_row(number, step) for number, step in enumerate(steps, start=1)]
    return f"""### {scenario.title}
{scenario.text}

{chr(10).join(rows)}

![Backlog over time: {scenario.title}](images/scale-{scenario.name}.svg)

Settings of the last run: {_settings(steps[-1].all_changes)}.
"""


def _row(number: int, step: Step) -> str:
    outcome: Outcome = step.outcome
    cells = (
        str(number),
        ", ".join(f"{name} {value:,}" for name, value in step.changes.items()) or "as deployed",
        f"{outcome.final:,}",
        f"{outcome.refused:,}",
        f"{outcome.failed:,}",
        duration(outcome.latency.percentile(50)),
        duration(outcome.latency.percentile(99)),
        duration(outcome.ended),
        f"{outcome.peak_concurrency:,}",
        f"${dollars(outcome.usage):,.2f}",
        ", ".join(limits_hit(outcome)) or "nothing",
    )
    return f"| {' | '.join(cells)} |"


def _settings(changes: Changes) -> str:
    """Return the command, the properties and the quotas that make the changes."""
    parameters = " ".join(f"{name}={value}" for name, value in changes.items() if name in PARAMETERS)
    found = [f"`make deploy STAGE=prod PARAMETERS='{parameters}'`"] if parameters else []
    found += [
        f"`MaximumConcurrency: {value}` of {name} in `infra/template/resources.yaml`"
        for name, value in changes.items()
        if name not in PARAMETERS and name not in OTHERS
    ]
    if "WarmThroughput" in changes:
        units = changes["WarmThroughput"]
        found.append(
            f"`WarmThroughput: {{WriteUnitsPerSecond: {units}}}` of TasksTable in `infra/template/resources.yaml`"
        )
    found += [
        f"{changes[name]:,} {name} of the account in Service Quotas"
        for name in ("requests per second", "concurrent executions")
        if name in changes
    ]
    return "; ".join(found)


def _measured(measured: Measured) -> str:
    rows = [
        ("`POST /` with a number", measured.submit),
        ("`POST /` with a list of 100,000 numbers", measured.submit_list),
        ("the worker's invocation, without its numbers", measured.batch),
        ("each random 64-bit number of it, with its result", measured.number),
        ("the list worker's invocation, without its chunks", measured.list_batch),
        (f"each chunk of {MAX_CHUNK_NUMBERS:,} random 64-bit numbers, with its results", measured.chunk),
        ("start-up of the API's function: imports and clients", measured.api_import),
        ("start-up of a consumer's function", measured.consumer_import),
    ]
    rows += [(f"screening of a prime of {bits:,} bits", value) for bits, value in measured.screening.items()]
    rows += [
        (f"proof of a prime of {bits:,} bits, mean of {len(values)}", sum(values) / len(values))
        for bits, values in measured.proofs.items()
    ]
    table = "\n".join(f"| {name} | {duration(value)} |" for name, value in rows)
    return f"On {measured.date}: {measured.machine}.\n\n| what | seconds of one core |\n|---|---|\n{table}"


def _assumed() -> str:
    deployment = template.read()
    least, mean = limits.CALL_MIN_SECONDS, limits.CALL_MIN_SECONDS + limits.CALL_MEAN_EXTRA_SECONDS
    rows = [
        ("a call of SQS or DynamoDB", f"at least {duration(least)}, on average {duration(mean)}"),
        ("API Gateway's own part of a request", duration(limits.GATEWAY_SECONDS)),
        ("Lambda's own part of an invocation", duration(limits.INVOKE_SECONDS)),
        ("from a queue to an invocation, where a poller is free", duration(limits.POLL_SECONDS)),
        ("Lambda's own part of a start-up", duration(limits.ENVIRONMENT_SECONDS)),
        ("a core of AWS", f"as fast as one of this machine; the API has {deployment.memory['api'] / 1769:.2f} of it"),
    ]
    return "\n".join(f"| {name} | {value} |" for name, value in rows)


def duration(seconds: float) -> str:
    """Return a duration in a suitable unit."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < 0.9995:
        return f"{seconds * 1e3:.3g} ms"
    if seconds < 120:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:.3g} min" if seconds < 7200 else f"{seconds / 3600:.3g} h"
