"""The operations of the OpenAPI document that tell the state of the service, its contract and its page."""

from __future__ import annotations

from chalicelib.api import limits
from chalicelib.api.openapi_parts import Object, json_response, operation, parameter, public, response
from chalicelib.queues import Queue
from chalicelib.tasks.status import Status

IF_NONE_MATCH = parameter("header", "If-None-Match", "The ETag of what the client has.", {"type": "string"})


def queue() -> Object:
    """Return the operation that reads the queues."""
    cursor = {"type": "string", "pattern": f"^{limits.TIME_PATTERN}$"}
    named = parameter("query", "cursor", "`next` of the page of failed tasks before.", cursor)
    responses = {200: json_response("What the queues hold, and the tasks that failed last.", "Queues")}
    description = "Returns approximate counts of messages, what the consumers finished, and a page of failed tasks."
    described = operation("readQueues", "service", "Read the queues", description, responses, 503)
    return described | {"parameters": [named]}


def tasks() -> Object:
    """Return the operation that lists tasks."""
    limit = {"type": "integer", "minimum": 1, "maximum": limits.MAX_PAGE_TASKS, "default": limits.PAGE_TASKS}
    cursor = {"type": "string", "pattern": f"^{limits.TASK_CURSOR_PATTERN}$"}
    since = {"type": "string", "pattern": f"^{limits.SINCE_PATTERN}$", "examples": ["15m", "24h"]}
    text = {"type": "string", "maxLength": limits.MAX_SEARCH_CHARACTERS, "examples": ["2^2203-1"]}
    parameters = [
        parameter("query", "status", "Only tasks with this status.", {"enum": list(Status)}),
        parameter(
            "query",
            "queue",
            "Only tasks that are in this queue, or were in it last; of `dead_letters` those that failed.",
            {"enum": list(Queue)},
        ),
        parameter(
            "query",
            "q",
            "Only tasks whose number has this text or this value in any notation, or whose id begins with it.",
            text,
        ),
        parameter(
            "query",
            "since",
            "Only tasks that were submitted within this time; of failed tasks alone, that failed.",
            since,
        ),
        parameter("query", "cursor", "`next` of the page before.", cursor),
        parameter("query", "limit", "The most tasks of the page.", limit),
    ]
    description = (
        "Returns a page of the tasks of the caller's key: of lists, of numbers that take longer than a worker's moment "
        "(proofs, factorizations, searches), and of all that failed. A small number that is finished is not listed. "
        "The newest come first, by their submission; with `status=FAILURE` or `queue=dead_letters` by their failure. A "
        "task that is retried or that fails between two pages is on one of them. A page also ends after "
        "hundreds of tasks that are not asked for: it has fewer than the limit then, or none, and `next` says where to "
        "go on. A new task is listed after about a second."
    )
    responses = {200: json_response("A page of tasks.", "TaskPage")}
    return operation("listTasks", "tasks", "List tasks", description, responses, 503) | {"parameters": parameters}


def health() -> Object:
    """Return the operation that checks the service."""
    responses = {200: json_response("The table and the queues respond.", "Health")}
    description = "Calls the table and each queue. It is also 503 while numbers wait and the workers finish none."
    return public("readHealth", "Check the service", description, responses, 503)


def contract(name: str, summary: str, media_type: str, kind: str) -> Object:
    """Return an operation that reads the document itself."""
    returned = response("The contract.", media_type, {"schema": {"type": kind}})
    return public(name, summary, "Returns the OpenAPI document.", {200: returned})


def web_page() -> Object:
    """Return the operation that opens the page."""
    responses = {
        200: response("The page.", "text/html", {"schema": {"type": "string"}}),
        304: {"description": "The page is the one that the client has."},
    }
    described = public("readPage", "Open the page for people", "Returns the page, which calls this API.", responses)
    return described | {"parameters": [IF_NONE_MATCH]}
