from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import errors
from chalicelib.api import problems
from chalicelib.errors import Conflict, NotFound, ServiceError, Unavailable

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ServiceError) and kind is not ServiceError
]


@pytest.mark.parametrize("field", ["status", "title"])
def test_every_kind_of_error_has_a_status_and_a_title_of_its_own(field: str) -> None:
    assert len({problems.error_json(kind("the reason"))[field] for kind in KINDS}) == len(KINDS)


def test_a_kind_without_a_status_has_that_of_its_base() -> None:
    class Expired(NotFound):
        """The task has expired."""

    problem = problems.error_json(Expired("Send the number again."))
    assert problem["status"] == 404
    assert problem["title"] == "The task has expired"


@given(st.sampled_from(KINDS), st.text())
def test_a_problem_says_what_happened_as_it_was_written(kind: type[ServiceError], detail: str) -> None:
    response = problems.from_error(kind(detail))
    assert response.headers["Content-Type"] == "application/problem+json"
    assert json.loads(response.body) == {
        "type": "about:blank",
        "title": kind("").title,
        "status": response.status_code,
        "detail": detail,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_only_a_part_that_does_not_respond_is_to_be_asked_again(kind: type[ServiceError]) -> None:
    assert ("Retry-After" in problems.from_error(kind("the reason")).headers) == (kind is Unavailable)


def test_a_problem_is_not_stored_nor_taken_for_another_type() -> None:
    for response in (problems.from_error(Conflict("the reason")), problems.from_status(500, "the reason")):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("status", "title"),
    [(403, "Forbidden"), (413, "Content Too Large"), (414, "URI Too Long"), (429, "Too Many Requests")],
)
def test_a_status_has_the_title_of_the_current_standard(status: int, title: str) -> None:
    assert problems.status_json(status, "the reason")["title"] == title
