"""The front door: every route and every event handler of the service."""

from __future__ import annotations

from typing import Any, cast

from chalice.app import Chalice, Request, Response

from chalicelib import console
from chalicelib.api import limits, openapi, pages, requests, responses
from chalicelib.api.responses import Headers
from chalicelib.api.service import Service, answer_errors
from chalicelib.errors import NotFound
from chalicelib.settings import settings
from chalicelib.tasks import certificates, lists, reading, steer, submit
from chalicelib.telemetry import Invocation

#: Stands for a queue's ARN until infra/resources.yaml puts the template's own in its place.
PLACEHOLDER = "arn:aws:sqs:us-east-1:123456789012:placeholder"

app: Chalice = Service(app_name="is-it-prime")
app.register_middleware(answer_errors, "http")


@app.route("/", methods=["POST"], content_types=["*/*"], api_key_required=True)
def submit_task() -> Response:
    """Queue a number or a list of numbers."""
    headers = _request().headers
    submission = requests.read_submission(_request().raw_body, headers.get("content-type"), settings().max_digits)
    wait = requests.read_wait(headers.get("prefer"))
    key = requests.read_key(headers.get("idempotency-key"))
    if key is not None:
        task_id = submit.submit_once(submission.numbers, is_list=submission.is_list, caller=_caller(), key=key)
    elif submission.is_list:
        task_id = submit.submit_list(submission.numbers)
    else:
        task_id = submit.submit_number(submission.numbers[0])
    if wait is not None:
        task = reading.wait_for(task_id, wait)
        if task.is_final:
            return responses.of_task(task, _prefix(), waited=wait)
    return responses.accepted(task_id, _prefix())


@app.route("/{task_id}", methods=["GET"], api_key_required=True)
def read_task(task_id: str) -> Response:
    """Answer a task."""
    headers = _request().headers
    wait = requests.read_wait(headers.get("prefer"))
    task = reading.find(task_id) if wait is None else reading.wait_for(task_id, wait)
    return responses.of_task(task, _prefix(), waited=wait, known=headers.get("if-none-match"))


@app.route("/{task_id}", methods=["DELETE"], api_key_required=True)
def cancel_task(task_id: str) -> Response:
    """Cancel a task that is not finished."""
    return responses.of_task(steer.cancel(task_id), _prefix())


@app.route("/{task_id}/retry", methods=["POST"], content_types=["*/*"], api_key_required=True)
def retry_task(task_id: str) -> Response:
    """Queue a failed task again."""
    steer.retry(task_id)
    return responses.accepted(task_id, _prefix())


@app.route("/{task_id}/results", methods=["GET"], api_key_required=True)
def read_results(task_id: str) -> Response:
    """Answer a page of a list's results."""
    chunk, offset, limit = requests.read_page(_query())
    if not reading.find(task_id).is_list:
        raise NotFound("The task is a single number: its result is in the task itself.")
    rows, cursor = lists.rows(task_id, chunk, offset, limit, limits.PAGE_CHARACTERS)
    accept = _request().headers.get("accept", "")
    return pages.page(rows, cursor, accept=accept, address=f"{_prefix()}/{task_id}/results", limit=limit)


@app.route("/{task_id}/certificate", methods=["GET"], api_key_required=True)
def read_certificate(task_id: str) -> Response:
    """Answer a proven prime's certificate as text."""
    name = requests.read_choice(_query(), "format", certificates.FORMATS)
    reading.find(task_id)
    text = certificates.read(task_id, name)
    if text is None:
        raise NotFound("This task has no certificate: proven primes above 2^64 have one, unless a theorem proves them.")
    headers: Headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{task_id}.{name}.txt"',
        "Cache-Control": f"private, max-age={limits.MAX_AGE}",
    }
    return Response(text, headers, 200)


@app.route("/queue", methods=["GET"], api_key_required=True)
def read_queue() -> Response:
    """Answer what the queues hold and the tasks that failed last."""
    return responses.json_response(responses.queue_json(reading.queue_counts(), reading.failed_tasks()))


@app.route("/health", methods=["GET"])
def read_health() -> Response:
    """Answer whether the table and the queues answer."""
    reading.check_health()
    return responses.json_response({"status": "ok"})


@app.route("/openapi.json", methods=["GET"])
def read_openapi() -> Response:
    """Answer the contract."""
    return responses.json_response(openapi.document(_prefix()), {"Cache-Control": f"public, max-age={limits.MAX_AGE}"})


@app.route("/", methods=["GET"])
def read_page() -> Response:
    """Answer the page for people."""
    return _asset("index.html")


@app.route("/console/{name}", methods=["GET"])
def read_asset(name: str) -> Response:
    """Answer a file of the page."""
    return _asset(name)


@app.on_sqs_message(queue_arn=PLACEHOLDER, name="worker", batch_size=10)
def worker(event: Any) -> dict[str, Any]:  # noqa: ANN401 - Chalice's SQSEvent
    """Answer what is cheap and forward the rest."""
    from chalicelib.tasks.worker import work  # noqa: PLC0415 - the API's package has no native library

    with Invocation("worker") as invocation:
        return work(event.to_dict()["Records"], invocation)


@app.on_sqs_message(queue_arn=PLACEHOLDER, name="list_worker", batch_size=1)
def list_worker(event: Any) -> dict[str, Any]:  # noqa: ANN401 - Chalice's SQSEvent
    """Screen the chunks of lists."""
    from chalicelib.tasks.worker import work  # noqa: PLC0415 - as above

    with Invocation("list_worker") as invocation:
        return work(event.to_dict()["Records"], invocation)


@app.on_sqs_message(queue_arn=PLACEHOLDER, name="prover", batch_size=1)
def prover(event: Any) -> dict[str, Any]:  # noqa: ANN401 - Chalice's SQSEvent
    """Run screenings and proofs of up to about 30 s."""
    return _prove(event, "prover")


@app.on_sqs_message(queue_arn=PLACEHOLDER, name="long_prover", batch_size=1)
def long_prover(event: Any) -> dict[str, Any]:  # noqa: ANN401 - Chalice's SQSEvent
    """Run longer proofs."""
    return _prove(event, "long_prover")


@app.on_sqs_message(queue_arn=PLACEHOLDER, name="dead_letters", batch_size=10)
def dead_letters(event: Any) -> dict[str, Any]:  # noqa: ANN401 - Chalice's SQSEvent
    """Fail the tasks whose messages failed every attempt."""
    from chalicelib.tasks.dead_letters import bury  # noqa: PLC0415 - only this function needs it

    with Invocation("dead_letters") as invocation:
        return bury(event.to_dict()["Records"], invocation)


def _prove(event: Any, function: str) -> dict[str, Any]:  # noqa: ANN401 - Chalice's SQSEvent
    from chalicelib.tasks.prover import prove  # noqa: PLC0415 - as above

    def remaining_seconds() -> float:
        return float(event.context.get_remaining_time_in_millis()) / 1000

    with Invocation(function) as invocation:
        return prove(event.to_dict()["Records"], remaining_seconds, invocation)


def _asset(name: str) -> Response:
    asset = console.asset(name, _prefix())
    if asset is None:
        raise NotFound("The page has no such file: open / for the page.")
    return Response(asset.body, {"Content-Type": asset.content_type, **asset.headers}, 200)


def _request() -> Request:
    return cast("Request", app.current_request)


def _query() -> dict[str, str]:
    return dict(_request().query_params or {})


def _caller() -> str:
    """Return whose Idempotency-Keys these are: the API key's, where the API asks for one."""
    return str(_request().context.get("identity", {}).get("apiKeyId") or "")


def _prefix() -> str:
    """Return what stands before the route in the path that the client sent: the stage, as in `/api`."""
    request = _request()
    sent = str(request.context.get("path", ""))
    route = str(request.context["resourcePath"])
    for name, value in (request.uri_params or {}).items():
        route = route.replace(f"{{{name}}}", value)
    return sent.rstrip("/").removesuffix(route.rstrip("/"))
