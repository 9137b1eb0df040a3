"""The smoke test of a deployed stage: `make smoke STAGE=dev`, or `python -m infra.deploy.smoke dev`.

It submits a number, a list, a product and a number whose proof takes minutes, and looks at what a client would: the
verdict, the rows, the certificate, the factors that GMP-ECM finds, and that a cancelled task stays cancelled.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.cloud import connect
from infra.deploy.outputs import stack_of
from infra.deploy.stack import Report
from infra.errors import InfraError

#: For a result, the cold starts of the functions included.
RESULT_SECONDS = 120
#: A request may wait 25 s for its result.
REQUEST_SECONDS = 35
PRIME = "10^100+267"
#: A prime of 1,000 digits, whose proof takes minutes.
SLOW_PRIME = "10^999+7"
#: Two primes whose product GMP-ECM alone splits: it is too large for the sieve.
PRIMES = (10**15 + 37, 10**100 + 267)


class Api:
    """A stage's API, as a client with a key calls it."""

    def __init__(self, url: str, key: str | None) -> None:
        """Note the address, with a slash at its end, and the key, which stage `local` does not need."""
        self._url, self._key = url, key

    def call(self, method: str, path: str = "", body: str | None = None, **headers: str) -> Any:  # noqa: ANN401 - JSON
        """Return the JSON, or the text, of a successful response.

        Raises:
            InfraError: the response is an error, or there is none.
        """
        headers |= {"Content-Type": "application/json"} | ({"x-api-key": self._key} if self._key else {})
        data = None if body is None else body.encode()
        request = urllib.request.Request(self._url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=REQUEST_SECONDS) as response:
                text = response.read().decode()
                is_json = "json" in response.headers["Content-Type"]
        except urllib.error.HTTPError as error:
            message = f"{method} /{path} is {error.code}: {error.read().decode(errors='replace')[:300]}"
            raise InfraError(message) from error
        except OSError as error:
            message = f"{method} /{path} got no response: {error}"
            raise InfraError(message) from error
        return json.loads(text) if is_json else text

    def submit(self, **submission: object) -> str:
        """Submit a number or a list, and return its task's id."""
        task_id: str = self.call("POST", body=json.dumps(submission))["task_id"]
        return task_id

    def final(self, task_id: str) -> dict[str, Any]:
        """Return a task once it is final.

        Raises:
            InfraError: it is not final in time.
        """
        deadline = time.monotonic() + RESULT_SECONDS
        while time.monotonic() < deadline:
            task: dict[str, Any] = self.call("GET", task_id, Prefer="wait=20")
            if task["status"] in {"SUCCESS", "FAILURE", "REVOKED"}:
                return task
            time.sleep(0.5)
        message = f"{task_id} is {task['status']} after {RESULT_SECONDS} s: read the log of its function."
        raise InfraError(message)


def smoke(url: str, key: str | None, report: Report = print) -> None:
    """Use a deployed stage as a client does.

    Raises:
        InfraError: something is not as it must be.
    """
    api = Api(url, key)
    _require(api.call("GET", "health")["status"] == "ok", "/health is not ok")
    task_id = api.submit(number=PRIME)
    task = api.final(task_id)
    _require(task["status"] == "SUCCESS" and task["result"]["proven"], f"{PRIME} is not a proven prime: {task}")
    report(f"{PRIME} is a proven prime")
    certificate = api.call("GET", f"{task_id}/certificate")
    verdict = api.call("POST", "certificates", certificate)
    _require(verdict["valid"], f"its certificate is not valid: {verdict}")
    report("its certificate is valid")
    list_id = api.submit(numbers=list(range(1_000)))
    result = api.final(list_id)["result"]
    rows = api.call("GET", f"{list_id}/results")["results"]
    _require(result["primes"] == 168 == sum(row["is_prime"] for row in rows), f"a list has other results: {result}")
    report("a list of 1,000 numbers has its 168 primes")
    factored = api.final(api.submit(number=str(PRIMES[0] * PRIMES[1]), factors=True))["result"]
    methods = {factor["method"] for factor in factored["factors"]}
    is_found = factored["complete"] and methods <= {"ECM", "p ± 1"}
    _require(is_found, f"GMP-ECM did not find the factors of a product: {factored}")
    report("GMP-ECM finds the factors of a product")
    slow_id = api.submit(number=SLOW_PRIME)
    api.call("DELETE", slow_id)
    _require(api.final(slow_id)["status"] == "REVOKED", f"{slow_id} was cancelled, and is not REVOKED")
    report("a cancelled number stays cancelled")


def _require(condition: object, message: str) -> None:
    if not condition:
        raise InfraError(message)


def main() -> None:
    """Test the stage whose name is the argument."""
    try:
        cloud = connect(os.environ.get("AWS_ENDPOINT_URL"))
        outputs = stack_of(cloud, sys.argv[1], print).outputs()
        key = None
        if "ApiKeyId" in outputs:
            key = cloud.apigateway.get_api_key(apiKey=outputs["ApiKeyId"], includeValue=True)["value"]
        endpoint = cloud.endpoint
        url = f"{endpoint}/_aws/execute-api/{outputs['RestAPIId']}/api/" if endpoint else outputs["EndpointURL"]
        smoke(url, key)
    except (InfraError, ClientError, BotoCoreError) as error:
        sys.exit(f"smoke: {error}")


if __name__ == "__main__":
    main()
