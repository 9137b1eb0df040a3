"""The smoke test of a deployed stage: `make smoke STAGE=dev`, or `python -m infra.deploy.smoke dev`.

It submits a number, a list, a product and a number whose proof takes minutes, and looks at what a client would: the
verdict, the rows, the certificate, the factors that GMP-ECM finds, and that a cancelled task stays cancelled. It uses
the client of this repository.
"""

import os
import sys

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from infra import ROOT
from infra.deploy.cloud import connect
from infra.deploy.outputs import stack_of
from infra.errors import InfraError

sys.path.append(str(ROOT / "client" / "src"))  # a package of its own, which need not be installed
from isprime import Client, IsPrimeError, Result

#: For a result, the cold starts of the functions included.
RESULT_SECONDS = 120
PRIME = "10^100+267"
#: A prime of 1,000 digits, whose proof takes minutes.
SLOW_PRIME = "10^999+7"
#: Two primes whose product GMP-ECM alone splits: it is too large for the sieve.
PRIMES = (10**15 + 37, 10**100 + 267)


def smoke(url: str, key: str | None) -> None:
    """Use a deployed stage, at an address with a slash at its end, as a client does.

    Raises:
        InfraError: something is not as it must be.
        IsPrimeError: a request failed, or a result did not come in time.
        HTTPError: the check of the health or of a certificate failed.
    """
    headers = {"x-api-key": key} if key else {}
    httpx.get(f"{url}health", timeout=RESULT_SECONDS).raise_for_status()
    with Client(url, key) as client:
        task = client.wait(client.submit(PRIME), timeout=RESULT_SECONDS)
        _require(isinstance(task.result, Result) and task.result.proven, f"{PRIME} is not a proven prime: {task}")
        print(f"{PRIME} is a proven prime")
        certificate = client.certificate(task.task_id)
        response = httpx.post(f"{url}certificates", content=certificate, headers=headers, timeout=RESULT_SECONDS)
        _require(response.raise_for_status().json()["valid"], f"its certificate is not valid: {response.text}")
        print("its certificate is valid")
        primes = [result.number for result in client.check_many(range(1_000)) if result.is_prime]
        _require(len(primes) == 168, f"a list has other results: {primes}")
        print("a list of 1,000 numbers has its 168 primes")
        factored = client.factor(PRIMES[0] * PRIMES[1], timeout=RESULT_SECONDS)
        methods = {factor.method for factor in factored.factors or ()}
        is_found = factored.complete and methods <= {"ECM", "p ± 1"}
        _require(is_found, f"GMP-ECM did not find the factors of a product: {factored}")
        print("GMP-ECM finds the factors of a product")
        slow_id = client.submit(SLOW_PRIME)
        client.cancel(slow_id)
        _require(client.task(slow_id).status == "REVOKED", f"{slow_id} was cancelled, and is not REVOKED")
        print("a cancelled number stays cancelled")


def _require(condition: object, message: str) -> None:
    if not condition:
        raise InfraError(message)


def main() -> None:
    """Test the stage whose name is the argument."""
    try:
        cloud = connect(os.environ.get("AWS_ENDPOINT_URL"))
        outputs = stack_of(cloud, sys.argv[1]).outputs()
        key = None
        if "ApiKeyId" in outputs:
            key = cloud.client("apigateway").get_api_key(apiKey=outputs["ApiKeyId"], includeValue=True)["value"]
        endpoint = cloud.endpoint
        url = f"{endpoint}/_aws/execute-api/{outputs['RestAPIId']}/api/" if endpoint else outputs["EndpointURL"]
        smoke(url, key)
    except (InfraError, IsPrimeError, httpx.HTTPError, ClientError, BotoCoreError) as error:
        sys.exit(f"smoke: {error}")


if __name__ == "__main__":
    main()
