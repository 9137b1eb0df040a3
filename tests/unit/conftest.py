import pytest
from chalice.test import Client

from app import app
from tests.support.api import Api


@pytest.fixture
def api(aws: None) -> Api:
    """Return a client of the API on an empty table and empty queues."""
    with Client(app) as client:
        return Api(client)
