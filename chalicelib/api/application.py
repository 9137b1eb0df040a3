"""The Chalice application, which responds to errors with problems (RFC 9457) and logs every request."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from chalice.app import Chalice, Response

from chalicelib.api import problems
from chalicelib.errors import ServiceError
from chalicelib.telemetry import Invocation

_DETAILS = {
    400: "The request is not valid: see /openapi.json for what this address accepts.",
    404: "The address does not exist: /openapi.json lists the addresses of the service.",
    405: "This address does not accept the method: the header Allow lists those that it accepts.",
    500: "The service failed. Send the request again; if it fails again, tell the operator, who finds the reason in"
    " the log.",
}

View = Callable[..., Response]


class Application(Chalice):
    """A Chalice application whose errors are problems and whose requests are logged."""

    def route(self, path: str, **options: Any) -> Callable[[View], View]:  # noqa: ANN401 - Chalice's options
        """Register a view that may raise a ServiceError. A GET route responds to HEAD, too.

        A route requires an API key where the stage has keys; a public one says `api_key_required=False`.

        Only POST has a body: its view checks the media type. Chalice would check it for every method.
        """
        methods = [*options.pop("methods", ["GET"])]
        if "GET" in methods:
            methods.append("HEAD")
        options = {"api_key_required": True, "content_types": ["*/*"]} | options
        register: Callable[[View], View] = super().route(path, methods=methods, **options)
        return lambda view: register(_with_problems(view))

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's context
        """Return the response to an event of API Gateway."""
        with Invocation("api") as invocation:
            response: dict[str, Any] = super().__call__(event, context)
            status = response["statusCode"]
            if status >= 400 and problems.CONTENT_TYPE not in response["headers"].get("Content-Type", ""):
                response = self._as_problem(response)
            request = event.get("requestContext", {})
            if request.get("httpMethod") == "HEAD":
                response["body"] = ""
            invocation.fields |= {"method": request.get("httpMethod"), "route": request.get("resourcePath")}
            invocation.fields |= {"status": status, "requestId": request.get("requestId")}  # as in the access log
            if task_id := _task_id(event, response):
                invocation.fields["task_id"] = task_id
            return response

    def _as_problem(self, response: dict[str, Any]) -> dict[str, Any]:
        """Return the problem that takes the place of an error response of Chalice's own."""
        status = response["statusCode"]
        problem = problems.from_status(status, _DETAILS.get(status, _DETAILS[400]))
        if "Allow" in response["headers"]:
            problem.headers["Allow"] = response["headers"]["Allow"]
        converted: dict[str, Any] = problem.to_dict(self.api.binary_types)
        return converted


def _with_problems(view: View) -> View:
    @functools.wraps(view)
    def wrapped(*arguments: Any, **named: Any) -> Response:  # noqa: ANN401 - the view's
        try:
            return view(*arguments, **named)
        except ServiceError as error:
            return problems.from_error(error)

    return wrapped


def _task_id(event: dict[str, Any], response: dict[str, Any]) -> str:
    """Return the id of the task that a request is about, or what was sent in its place, shortened."""
    requested: str = (event.get("pathParameters") or {}).get("task_id", "")
    created: str = response["headers"].get("Location", "").rpartition("/")[2]
    return (requested or created)[:40]


def prefix_of(context: Mapping[str, Any], parameters: Mapping[str, str]) -> str:
    """Return the part of the request's path before the route: the API's stage, such as /api.

    Args:
        context: the request's context: its path and its route.
        parameters: the parameters of the route.
    """
    # Chalice and the emulators leave %5E as it is in the path and in its parameters, AWS decodes some of them.
    path = unquote(str(context.get("path", "")))
    route = str(context["resourcePath"])
    for name, value in parameters.items():
        route = route.replace(f"{{{name}}}", unquote(value))
    return path.rstrip("/").removesuffix(route.rstrip("/"))
