"""The routes and the event handlers of the service. Each translates; the work is in chalicelib.

The way of a number, with the calls to AWS:

    POST /          submit_task   service.submit ── SendMessage ──→ the queue `tasks`
    queue `tasks`   worker        consumers.worker ── BatchExecuteStatement ──→ the table, for the whole batch
                                                   └─ SendMessageBatch ──→ `proofs`, `factors`: what takes longer
    queue `proofs`  prover        consumers.prover ── UpdateItem ──→ the table: progress, certificate, result
    GET /{task_id}  read_task     service.read ── GetItem ──→ the table; without an item the id tells: PENDING

A list is an item from the start, a message for each chunk, and an item for the results of each. `dead_letters` writes
FAILURE. `queues.QUEUES` is the table of the queues; `store` has every call to DynamoDB.
"""

from __future__ import annotations

import os
from typing import Any, cast

from chalice.app import Chalice, Request, Response

from chalicelib import page
from chalicelib.api import limits, pages, queries, requests, responses
from chalicelib.api.application import Application, prefix_of
from chalicelib.api.headers import Headers
from chalicelib.certificates.formats import FORMATS
from chalicelib.queues import QUEUES, Queue
from chalicelib.service import monitor, read, submit
from chalicelib.service.cancel import cancel_task
from chalicelib.service.retry import retry_task
from chalicelib.service.submit import NumberSubmission
from chalicelib.settings import settings
from chalicelib.tasks import ids

#: Stands for the ARN of a queue: infra/packaging/consumers.py puts the queue of the template in its place.
PLACEHOLDER = "arn:aws:sqs:us-east-1:123456789012:placeholder"
#: Stands for the ARN of the table's stream: infra/template/events.yaml puts it there.
PLACEHOLDER_STREAM = "arn:aws:dynamodb:us-east-1:123456789012:table/placeholder/stream/placeholder"

if "AWS_CHALICE_CLI_MODE" in os.environ and "PACKAGED_BY_MAKE" not in os.environ:  # a developer's own `chalice`
    from infra.local import chalice_command

    chalice_command.prepare()

app: Chalice = Application(app_name="is-it-prime", configure_logs=False)


@app.route("/", methods=["POST"])
def submit_task() -> Response:
    """Queue a number or a list of numbers."""
    headers = _request().headers
    submission = requests.read_submission(_request().raw_body, headers.get("content-type"), settings().max_digits)
    wait = requests.read_wait(headers.get("prefer"))
    key, caller = requests.read_key(headers.get("idempotency-key")), _caller()
    accepted = submit.submit(submission, caller) if key is None else submit.submit_once(submission, caller, key)
    if wait is not None:
        task = read.wait_for_new_task(accepted.task_id, _bounded(wait))
        if task is not None:
            return responses.task_response(task, _prefix(), waited=wait)
    return responses.accepted(accepted.task_id, _prefix(), accepted.expected_at)


@app.route("/{task_id}")
@app.route("/{task_id}/{divisor}")
def read_task(task_id: str, divisor: str | None = None) -> Response:
    """Return a task, or the stored result of a number; a browser gets the page, which shows it."""
    headers = _request().headers
    if _is_browser():
        response = _page()
    elif divisor is not None or not ids.is_shaped(task_id):
        response = _stored(requests.read_linked(_quotient(task_id, divisor), settings().max_digits))
    else:
        wait = requests.read_wait(headers.get("prefer"))
        task = read.wait_for_task(task_id, _bounded(wait or 0))
        response = responses.task_response(task, _prefix(), waited=wait, if_none_match=headers.get("if-none-match"))
    response.headers["Vary"] = "Accept"  # a browser's cache must not show the JSON that a script got
    return response


@app.route("/numbers/{notation}")
@app.route("/numbers/{notation}/{divisor}")
def read_number(notation: str, divisor: str | None = None) -> Response:
    """Return the stored result of a number; a browser gets the page, which submits it."""
    if _is_browser():
        return _page()
    return _stored(requests.read_notation(_quotient(notation, divisor), settings().max_digits))


@app.route("/numbers/{notation}/certificate")
def read_certificate_of_number(notation: str) -> Response:
    """Return the certificate of a stored result as text."""
    format_name, place = queries.read_choice(_query(), "format", FORMATS), queries.read_place(_query())
    number = requests.read_notation(notation, settings().max_digits).number
    return responses.certificate_response(read.read_certificate_of_number(number, format_name, place), format_name)


@app.route("/{task_id}", methods=["DELETE"])
def cancel(task_id: str) -> Response:
    """Cancel a task that is not finished."""
    return responses.task_response(cancel_task(task_id), _prefix())


@app.route("/{task_id}/retry", methods=["POST"])
def retry(task_id: str) -> Response:
    """Queue a failed task again."""
    return responses.accepted(task_id, _prefix(), retry_task(task_id))


@app.route("/{task_id}/results")
def read_results(task_id: str) -> Response:
    """Return a page of a list's results."""
    query, headers = _query(), _request().headers
    wanted = queries.read_results_query(query)
    wait = _bounded(requests.read_wait(headers.get("prefer")) or 0, limits.PAGE_SECONDS)
    results = read.read_results(task_id, wanted, wait)
    same: dict[str, str] = {name: query[name] for name in ("limit", "only") if name in query}
    return pages.page_response(results, headers.get("accept", ""), f"{_prefix()}/{task_id}/results", same)


@app.route("/{task_id}/certificate")
def read_certificate(task_id: str) -> Response:
    """Return the certificate of a proven prime, or of a prime factor, as text."""
    format_name, place = queries.read_choice(_query(), "format", FORMATS), queries.read_place(_query())
    return responses.certificate_response(read.read_certificate(task_id, format_name, place), format_name, task_id)


@app.route("/certificates", methods=["POST"])
def verify_certificate() -> Response:
    """Check the certificate in the body."""
    from chalicelib.service.verify import verify  # noqa: PLC0415 - what only a few read does not lengthen a cold start

    return responses.verification_response(verify(_request().raw_body))


@app.route("/queue")
def read_queue() -> Response:
    """Return what the queues hold and the tasks that failed last."""
    failed = monitor.failed_tasks(_caller(), queries.read_time(_query()))
    next_cursor = failed[-1].finished_at if len(failed) >= monitor.FAILED_PAGE_TASKS else None
    past = monitor.read_history()
    return responses.json_response(responses.queue_json(monitor.queue_states(past), past, failed, next_cursor))


@app.route("/tasks")
def read_tasks() -> Response:
    """Return a page of the caller's tasks: those that take long, and those that failed."""
    return pages.tasks_response(monitor.tasks(queries.read_tasks_query(_query(), settings().max_digits), _caller()))


@app.route("/health", api_key_required=False)
def read_health() -> Response:
    """Return whether the table and the queues respond."""
    monitor.check_health()
    return responses.json_response({"status": "ok"})


@app.route("/openapi.json", api_key_required=False)
def read_openapi() -> Response:
    """Return the HTTP contract."""
    from chalicelib.api import openapi  # noqa: PLC0415 - as above

    headers: Headers = {"Cache-Control": f"public, max-age={limits.MAX_AGE_SECONDS}"}
    return responses.json_response(openapi.document(_prefix()), headers)


@app.route("/docs", api_key_required=False)
def read_reference() -> Response:
    """Return the HTTP contract for people."""
    from chalicelib.api import reference  # noqa: PLC0415 - as above

    return Response(reference.page(), {**reference.HEADERS}, 200)


@app.route("/", api_key_required=False)
def read_web_page() -> Response:
    """Return the web page."""
    return _page()


# The modules of the consumers need native libraries, which only their own functions have.


@app.on_sqs_message(queue_arn=PLACEHOLDER, batch_size=QUEUES[Queue.TASKS].batch_size)
def worker(event: Any) -> dict[str, Any]:  # noqa: ANN401 - Chalice's SQSEvent
    """Screen single numbers."""
    from chalicelib.consumers.worker import consume  # noqa: PLC0415

    return consume(event, Queue.TASKS)


@app.on_sqs_message(queue_arn=PLACEHOLDER, batch_size=QUEUES[Queue.LISTS].batch_size)
def list_worker(event: Any) -> dict[str, Any]:  # noqa: ANN401 - Chalice's SQSEvent
    """Screen chunks of lists."""
    from chalicelib.consumers.list_worker import consume  # noqa: PLC0415

    return consume(event, Queue.LISTS)


@app.on_sqs_message(queue_arn=PLACEHOLDER, batch_size=QUEUES[Queue.LONG_LISTS].batch_size)
def long_list_worker(event: Any) -> dict[str, Any]:  # noqa: ANN401 - Chalice's SQSEvent
    """Screen chunks of lists that take long."""
    from chalicelib.consumers.list_worker import consume  # noqa: PLC0415

    return consume(event, Queue.LONG_LISTS)


@app.on_sqs_message(queue_arn=PLACEHOLDER, batch_size=QUEUES[Queue.PROOFS].batch_size)
def prover(event: Any) -> dict[str, Any]:  # noqa: ANN401 - Chalice's SQSEvent
    """Screen large numbers and make short proofs."""
    from chalicelib.consumers.prover import consume  # noqa: PLC0415

    return consume(event, Queue.PROOFS)


@app.on_sqs_message(queue_arn=PLACEHOLDER, batch_size=QUEUES[Queue.LONG_PROOFS].batch_size)
def long_prover(event: Any) -> dict[str, Any]:  # noqa: ANN401 - Chalice's SQSEvent
    """Make long proofs."""
    from chalicelib.consumers.prover import consume  # noqa: PLC0415

    return consume(event, Queue.LONG_PROOFS)


@app.on_sqs_message(queue_arn=PLACEHOLDER, batch_size=QUEUES[Queue.FACTORS].batch_size)
def factorizer(event: Any) -> dict[str, Any]:  # noqa: ANN401 - Chalice's SQSEvent
    """Find factors that take up to about 30 s."""
    from chalicelib.consumers.factorizer import consume  # noqa: PLC0415

    return consume(event, Queue.FACTORS)


@app.on_sqs_message(queue_arn=PLACEHOLDER, batch_size=QUEUES[Queue.LONG_FACTORS].batch_size)
def long_factorizer(event: Any) -> dict[str, Any]:  # noqa: ANN401 - Chalice's SQSEvent
    """Find factors that take longer."""
    from chalicelib.consumers.factorizer import consume  # noqa: PLC0415

    return consume(event, Queue.LONG_FACTORS)


@app.on_sqs_message(queue_arn=PLACEHOLDER, batch_size=QUEUES[Queue.DEAD_LETTERS].batch_size)
def dead_letters(event: Any) -> dict[str, Any]:  # noqa: ANN401 - Chalice's SQSEvent
    """Fail the tasks whose messages failed every attempt."""
    from chalicelib.consumers.dead_letters import consume  # noqa: PLC0415

    return consume(event, Queue.DEAD_LETTERS)


@app.on_dynamodb_record(stream_arn=PLACEHOLDER_STREAM, batch_size=100, starting_position="TRIM_HORIZON")
def publisher(event: Any) -> dict[str, Any]:  # noqa: ANN401 - Chalice's DynamoDBEvent
    """Publish an event for each task that became final."""
    from chalicelib.consumers.publisher import publish  # noqa: PLC0415

    return publish(event)


def _stored(asked: NumberSubmission) -> Response:
    return responses.stored_response(read.read_stored(asked.number, asked.expression), asked.expression, _prefix())


def _quotient(dividend: str, divisor: str | None) -> str:
    """Return what two parts of a path write: a slash that is not encoded divides."""
    return dividend if divisor is None else f"{dividend}/{divisor}"


def _is_browser() -> bool:
    return "text/html" in _request().headers.get("accept", "")


def _page() -> Response:
    sent = page.index(_prefix(), str(_request().context["resourcePath"]).count("/"))
    if responses.is_known(sent.headers["ETag"], _request().headers.get("if-none-match")):
        return Response("", {**sent.headers}, 304)
    return Response(sent.body, {**sent.headers}, 200)


def _request() -> Request:
    return cast("Request", app.current_request)


def _query() -> dict[str, str]:
    return dict(_request().query_params or {})


def _caller() -> str:
    """Return the caller: the id of the API key, if the API requires one."""
    return str(_request().context.get("identity", {}).get("apiKeyId") or "")


def _bounded(wait: float, reading: float = 0) -> float:
    """Return the seconds that this request may wait: less than its function may still run, and read for so long."""
    remaining = float(app.lambda_context.get_remaining_time_in_millis()) / 1000
    return max(0.0, min(wait, remaining - reading - limits.WAIT_MARGIN_SECONDS))


def _prefix() -> str:
    return prefix_of(_request().context, _request().uri_params or {})
