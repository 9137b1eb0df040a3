"""The packaged service, deployed by CloudFormation and used over HTTP."""

from urllib.parse import urlsplit

import pytest
import requests
from localstack_client.session import Session

from chalicelib.queues import Queue
from chalicelib.tasks import ids
from chalicelib.tasks.messages import encode
from tests.support.polling import final_task, until
from tests.support.tasks import number_message

pytestmark = pytest.mark.emulator


@pytest.fixture(params=["gateway", "local server"])
def url(request: pytest.FixtureRequest, gateway_url: str, service_url: str) -> str:
    """Return the service's address at the emulator's API Gateway, then at the local server."""
    return gateway_url if request.param == "gateway" else service_url


def submit(url: str, number: object, **headers: str) -> requests.Response:
    field = "numbers" if isinstance(number, list) else "number"
    return requests.post(url, json={field: number}, headers=headers, timeout=30)


def test_a_request_that_waits_has_the_finished_task(url: str) -> None:
    response = submit(url, 17, Prefer="wait=20")
    assert (response.status_code, response.json()["status"]) == (200, "SUCCESS")
    assert response.headers["preference-applied"] == "wait=20"


def test_the_location_of_a_task_leads_to_it(service_url: str, gateway_url: str) -> None:
    response = submit(service_url, 11)
    location = requests.compat.urljoin(response.url, response.headers["location"])
    assert requests.get(location, timeout=30).json()["task_id"] == response.json()["task_id"]
    # On AWS the API has a host of its own, which the emulator selects by the header Host.
    parts = urlsplit(gateway_url)
    api_id = parts.path.split("/")[3]
    response = submit(f"{parts.scheme}://{parts.netloc}/api/", 11, Host=f"{api_id}.execute-api.{parts.netloc}")
    path = response.headers["location"]
    assert path == f"/api/{response.json()['task_id']}"
    host = {"Host": f"{api_id}.execute-api.{parts.netloc}"}
    found = requests.get(f"{parts.scheme}://{parts.netloc}{path}", headers=host, timeout=30)
    assert found.json()["task_id"] == response.json()["task_id"]


def test_other_numbers_are_finished_while_a_large_number_is_proven(service_url: str) -> None:
    large = service_url + submit(service_url, "10^1000+453").json()["task_id"]
    until(lambda: _in_flight(service_url, Queue.LONG_PROOFS), "the large one is being proven")
    assert final_task(service_url, submit(service_url, 11).json()["task_id"])["status"] == "SUCCESS"
    assert requests.delete(large, timeout=30).json()["status"] == "REVOKED"


def _in_flight(url: str, queue: Queue) -> int:
    return int(requests.get(f"{url}queue", timeout=30).json()["queues"][queue]["in_flight"])


def test_a_dead_letter_fails_its_task_and_a_retry_finishes_it(
    session: Session, outputs: dict[str, str], service_url: str
) -> None:
    task_id = ids.new_id()
    body = encode(number_message(11, task_id, redrives=1))
    session.client("sqs").send_message(QueueUrl=outputs["DeadLettersQueueUrl"], MessageBody=body)
    task = final_task(service_url, task_id)
    assert task["status"] == "FAILURE"
    assert task["error"].startswith("the number: 10 attempts ended without an error message")
    assert task_id in [failed["task_id"] for failed in requests.get(f"{service_url}queue", timeout=30).json()["failed"]]
    assert requests.post(f"{service_url}{task_id}/retry", timeout=30).status_code == 202
    until(
        lambda: requests.get(service_url + task_id, timeout=30).json()["status"] == "SUCCESS", "the retry is finished"
    )
    assert task_id not in requests.get(f"{service_url}queue", timeout=30).text
