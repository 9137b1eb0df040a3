import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import errors
from chalicelib.api import problems
from chalicelib.errors import Conflict, Overloaded, ServiceError, Unavailable

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ServiceError) and kind is not ServiceError
]


def test_every_kind_of_error_has_a_title_and_nearly_every_one_a_status_of_its_own() -> None:
    shown = [problems.error_json(kind("the reason")) for kind in KINDS]
    assert len({problem["title"] for problem in shown}) == len(KINDS)
    assert len({problem["status"] for problem in shown}) == len(KINDS) - 1  # 503 is Unavailable and Overloaded


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
def test_only_a_service_that_cannot_respond_now_is_to_be_asked_again(kind: type[ServiceError]) -> None:
    assert ("Retry-After" in problems.from_error(kind("the reason")).headers) == issubclass(kind, Unavailable)


def test_a_service_that_has_too_much_to_do_says_when_to_come_again() -> None:
    assert problems.from_error(Overloaded("the reason", 1_234)).headers["Retry-After"] == "1234"


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
