"""API Gateway and Lambda on one machine: a Chalice application called with the events that Lambda would get."""

import base64
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from wsgiref.types import WSGIEnvironment

from chalice.app import Chalice
from chalice.local import LambdaContext, LambdaEventConverter, LocalChalice, RouteMatcher

from infra.local.problems import Response, problem

#: As long as the API function may run on AWS. Source: API Gateway quotas, "Integration timeout".
API_SECONDS = 29

NOTHING = "There is nothing at this address: /openapi.json lists what there is."


class Gateway:
    """Calls a Chalice application."""

    def __init__(self, app: Chalice) -> None:
        # Chalice keeps the current request on the application: this makes it one per thread, as `chalice local` does.
        app.__class__ = type("ThreadSafeChalice", (LocalChalice, app.__class__), {})
        self._app = app
        self._events = LambdaEventConverter(RouteMatcher(list(app.routes)), app.api.binary_types)

    def respond(self, environ: WSGIEnvironment, body: bytes) -> Response:
        """Return the application's response to a WSGI request, whose body has been read."""
        try:
            body.decode()
        except UnicodeDecodeError:
            return problem(400, "Send the body in UTF-8.")
        event = self._event(environ, body or None)
        if event is None:
            return problem(404, NOTHING)
        try:
            return _response(self._app(event, LambdaContext(self._app.app_name, 128, API_SECONDS * 1000)))
        finally:
            self._app.current_request = None  # of this thread: it would keep the body until the next request

    def _event(self, environ: WSGIEnvironment, body: bytes | None) -> dict[str, Any] | None:
        """Return the event of API Gateway, or None if there is no such route."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if path.startswith("//"):
            return None  # Chalice, which parses it as a URL, takes what follows for a host
        # API Gateway hands over the path as it was sent; WSGI has its bytes, decoded. Source: PEP 3333.
        target = quote(path.encode("latin-1"), safe="/:@!$&'()*+,;=~")
        if environ["QUERY_STRING"]:
            target += f"?{environ['QUERY_STRING']}"
        headers = dict(headers_of(environ))
        try:
            event: dict[str, Any] = self._events.create_lambda_event(
                "GET" if method == "HEAD" else method, target, headers, body
            )
        except ValueError:
            return None
        return event


def headers_of(environ: WSGIEnvironment) -> Iterator[tuple[str, str]]:
    """Return the headers of a WSGI request, with names in lower case."""
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name.removeprefix("HTTP_").lower().replace("_", "-"), value
    if "CONTENT_TYPE" in environ:
        yield "content-type", environ["CONTENT_TYPE"]


def _response(output: dict[str, Any]) -> Response:
    """Return what API Gateway makes of a function's response."""
    content = output["body"] or ""
    body = base64.b64decode(content) if output.get("isBase64Encoded") else content.encode()
    headers = {"content-type": "application/json"} | {name.lower(): text for name, text in output["headers"].items()}
    several = [(name.lower(), text) for name, texts in output["multiValueHeaders"].items() for text in texts]
    return output["statusCode"], [*headers.items(), *several], body
