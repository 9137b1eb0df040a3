from app import app
from chalicelib import VERSION
from chalicelib.api import limits, openapi
from chalicelib.certificates.formats import FORMATS
from chalicelib.queues import Queue
from chalicelib.tasks.status import Status
from tests.support.api import Api

#: redocly compares them with their schema: tests/unit/test_page.py.
EXAMPLES = {"example", "examples"}


def test_the_document_has_the_version_of_the_service() -> None:
    assert openapi.document()["info"]["version"] == VERSION


def test_the_parameters_have_the_limits_of_the_service() -> None:
    parameters = {
        (path, each["name"]): each["schema"]
        for path, item in openapi.document()["paths"].items()
        for operation in item.values()
        if isinstance(operation, dict)
        for each in operation.get("parameters", [])
    }
    limit = parameters["/{task_id}/results", "limit"], parameters["/tasks", "limit"]
    assert [(each["default"], each["maximum"]) for each in limit] == [
        (limits.PAGE_RESULTS, limits.MAX_PAGE_RESULTS),
        (limits.PAGE_TASKS, limits.MAX_PAGE_TASKS),
    ]
    patterns = {
        ("/", "Idempotency-Key"): limits.KEY_PATTERN,
        ("/{task_id}/results", "cursor"): limits.CURSOR_PATTERN,
        ("/queue", "cursor"): limits.TIME_PATTERN,
        ("/tasks", "cursor"): limits.TASK_CURSOR_PATTERN,
        ("/tasks", "since"): limits.SINCE_PATTERN,
    }
    assert {name: parameters[name]["pattern"] for name in patterns} == {
        name: f"^{pattern}$" for name, pattern in patterns.items()
    }
    assert parameters["/tasks", "q"]["maxLength"] == limits.MAX_SEARCH_CHARACTERS
    assert parameters["/tasks", "status"]["enum"] == list(Status)
    assert parameters["/tasks", "queue"]["enum"] == list(Queue)
    assert parameters["/{task_id}/certificate", "format"]["enum"] == list(FORMATS)


def test_the_document_has_every_route_of_the_app_and_no_other() -> None:
    documented = {
        (path, method.upper())
        for path, item in openapi.document()["paths"].items()
        for method in item
        if method != "parameters"
    }
    routes = {(path, method) for path, methods in app.routes.items() for method in methods if method != "HEAD"}
    assert documented == routes


def test_the_document_has_the_routes_that_require_a_key() -> None:
    for path, item in openapi.document()["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                requires_key = bool(app.routes[path][method.upper()].api_key_required)
                assert bool(operation["security"]) == requires_key, (path, method)


def test_the_service_returns_the_document_of_its_own_address(api: Api) -> None:
    document = api.get("/openapi.json").json
    assert document["servers"] == [{"url": "/"}]
    assert openapi.document("/api")["servers"] == [{"url": "/api"}]


def test_every_body_in_json_has_an_example() -> None:
    paths, components = openapi.document()["paths"], openapi.document()["components"]
    operations = [each for item in paths.values() for each in item.values() if isinstance(each, dict)]
    bodies = [paths["/"]["post"]["requestBody"], *components["responses"].values()]
    bodies += [response for operation in operations for response in operation["responses"].values()]
    contents = [
        content for body in bodies for kind, content in body.get("content", {}).items() if kind.endswith("json")
    ]
    assert [each for each in contents if each["schema"] != {"type": "object"} and not each.keys() & EXAMPLES] == []
