"""The Chalice application with our errors and our line of log around every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalice.app import Chalice, Response

from chalicelib.api import problems
from chalicelib.errors import ServiceError
from chalicelib.telemetry import Invocation

_DETAILS = {
    400: "The request is not one that this address takes: see /openapi.json.",
    404: "There is nothing at this address: /openapi.json lists what there is.",
    405: "This address does not take that method: the header Allow names those that it takes.",
    500: "The service failed to answer. Try again; if it goes on, the operator finds the reason in the log.",
}


class Service(Chalice):
    """A Chalice application in which every error is a problem (RFC 9457) and every request a line of log."""

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's
        """Answer an event of API Gateway."""
        with Invocation("api") as invocation:
            answer = super().__call__(event, context)
            status = answer["statusCode"]
            if status >= 400 and problems.CONTENT_TYPE not in answer["headers"].get("Content-Type", ""):
                answer = self._as_problem(answer)
            request = event.get("requestContext", {})
            invocation.set(method=request.get("httpMethod"), route=request.get("resourcePath"), status=status)
            if task_id := _task_id(event, answer):
                invocation.set(task_id=task_id)
            invocation.count(f"http_{status // 100}xx")
            return answer

    def _as_problem(self, answer: dict[str, Any]) -> dict[str, Any]:
        status = answer["statusCode"]
        problem = problems.of_status(status, _DETAILS.get(status, _DETAILS[400]))
        if "Allow" in answer["headers"]:
            problem.headers["Allow"] = answer["headers"]["Allow"]
        return problem.to_dict(self.api.binary_types)


def _task_id(event: dict[str, Any], answer: dict[str, Any]) -> str:
    """Return the id of the task that a request is about, as far as it could be one."""
    named: str = (event.get("pathParameters") or {}).get("task_id", "")
    made: str = answer["headers"].get("Location", "").rpartition("/")[2]
    return (named or made)[:64]


def answer_errors(request: Any, get_response: Callable[[Any], Response]) -> Response:  # noqa: ANN401 - Chalice's
    """Turn an error of the service into its answer: a middleware."""
    try:
        return get_response(request)
    except ServiceError as error:
        return problems.of_error(error)
