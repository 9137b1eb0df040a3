"""How a deployed stage responds to requests without a key, with a wrong one and with the right one, and to too many."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from localstack_client.session import Session

from infra.deploy.cloud import connect
from infra.deploy.deploy import deploy, destroy
from infra.deploy.keys import keys_of, make_keys
from infra.deploy.outputs import APP
from tests.infra.conftest import Templates
from tests.infra.templates import routes

pytestmark = pytest.mark.emulator

#: The routes that need no key: the page, the contract, and the health check of a load balancer.
PUBLIC = set(itertools.product(("/", "/openapi.json", "/docs", "/health"), ("get", "head")))


@dataclass(frozen=True)
class KeyedStage:
    """A stage that needs a key."""

    url: str
    key: str
    #: The outputs of its stack, where one client has a key of its own.
    outputs: dict[str, str]

    def request(self, route: tuple[str, str], key: str | None) -> requests.Response:
        path, method = route
        address = self.url + re.sub(r"\{\w+\}", "00000000-0000-8000-8000-000000000000", path).removeprefix("/")
        headers = {} if key is None else {"x-api-key": key}
        return requests.request(method, address, headers=headers, timeout=30)


@pytest.fixture(scope="module")
def keyed_stage(endpoint: str, session: Session) -> Iterator[KeyedStage]:
    """Deploy stage dev and read its key as an operator does."""
    outputs = deploy("dev", endpoint, clients=["ann"])
    key = session.client("apigateway").get_api_key(apiKey=outputs["ApiKeyId"], includeValue=True)["value"]
    yield KeyedStage(outputs["EndpointURL"], key, outputs)
    destroy("dev", endpoint)
    assert keys_of(connect(endpoint), f"{APP}-dev") == {}


@pytest.fixture
def closed(templates: Templates) -> list[tuple[str, str]]:
    """Return the routes that need a key."""
    return sorted(set(routes(templates("dev"))) - PUBLIC)


@pytest.mark.parametrize("key", [None, "", "wrong"])
def test_without_a_key_every_closed_route_is_403(
    keyed_stage: KeyedStage, closed: list[tuple[str, str]], key: str | None
) -> None:
    assert len(closed) >= 6
    assert {keyed_stage.request(route, key).status_code for route in closed} == {403}


def test_a_missing_key_is_a_problem_that_says_what_to_send(keyed_stage: KeyedStage) -> None:
    response = keyed_stage.request(("/queue", "get"), None)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["detail"] == "Send the key of your usage plan in the header x-api-key."


def test_each_client_that_a_deploy_names_has_a_key_of_its_own(
    keyed_stage: KeyedStage, endpoint: str, session: Session
) -> None:
    key_id, plan = keyed_stage.outputs["ApiKeyId of ann"], keyed_stage.outputs["UsagePlanId"]
    key = session.client("apigateway").get_api_key(apiKey=key_id, includeValue=True)["value"]
    assert keyed_stage.request(("/queue", "get"), key).status_code == 200
    assert key != keyed_stage.key
    assert make_keys(connect(endpoint), f"{APP}-dev", plan, ["ann"]) == {"ann": key_id}, "no second one is made"


def test_with_the_key_every_closed_route_responds(keyed_stage: KeyedStage, closed: list[tuple[str, str]]) -> None:
    statuses = {keyed_stage.request(route, keyed_stage.key).status_code for route in closed if route[1] != "head"}
    assert statuses <= {200, 400, 404, 415}


def test_the_public_routes_need_no_key(keyed_stage: KeyedStage) -> None:
    assert {keyed_stage.request(route, None).status_code for route in PUBLIC if route[1] != "head"} <= {200, 404}


def test_an_unknown_address_is_404_and_shows_nothing_of_the_implementation(keyed_stage: KeyedStage) -> None:
    response = keyed_stage.request(("/no/such/address", "get"), None)
    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")
    assert not re.search(r"arn:|token|python|traceback", response.text, re.IGNORECASE)


def test_requests_over_the_rate_limit_are_429_with_retry_after(keyed_stage: KeyedStage, session: Session) -> None:
    gateway = session.client("apigateway")
    (plan,) = gateway.get_usage_plans()["items"]
    set_throttle(gateway, plan["id"], rateLimit=0.01, burstLimit=1)
    try:
        responses = (keyed_stage.request(("/queue", "get"), keyed_stage.key) for _ in range(20))
        refused = next(response for response in responses if response.status_code == 429)
    finally:
        set_throttle(gateway, plan["id"], **plan["throttle"])
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["Retry-After"] == "1"


def set_throttle(gateway: Any, plan: str, **limits: float) -> None:
    """Set the limits of a usage plan."""
    operations = [{"op": "replace", "path": f"/throttle/{name}", "value": str(of)} for name, of in limits.items()]
    gateway.update_usage_plan(usagePlanId=plan, patchOperations=operations)
