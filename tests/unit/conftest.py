import pytest
from chalice.test import Client

from app import app
from tests.support.api import Api


@pytest.fixture
def api(aws: None) -> Api:
    """Return a client of the API on an empty table and empty queues."""
    # The environment of .chalice/config.json is that of `chalice local`.
    with Client(app, project_dir="tests") as client:
        return Api(client)
