"""A list's status follows from its unfinished chunks."""

import pytest

from chalicelib.tasks.status import Status, list_status


@pytest.mark.parametrize(
    ("stored", "remaining", "expected"),
    [
        pytest.param(Status.PENDING, 3, Status.PENDING, id="no chunk finished"),
        pytest.param(Status.PENDING, 2, Status.STARTED, id="a chunk finished"),
        pytest.param(Status.PENDING, 0, Status.SUCCESS, id="all chunks finished"),
        pytest.param(Status.RETRY, 2, Status.RETRY, id="an attempt failed"),
        pytest.param(Status.RETRY, 0, Status.SUCCESS, id="an attempt failed before the end"),
        pytest.param(Status.FAILURE, 0, Status.FAILURE, id="failed although the rest finished"),
        pytest.param(Status.REVOKED, 2, Status.REVOKED, id="cancelled"),
    ],
)
def test_the_status_of_a_list(stored: Status, remaining: int, expected: Status) -> None:
    assert list_status(stored, 3, remaining) is expected
