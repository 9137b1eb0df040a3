"""An error has a title for its kind and a detail for what happened."""

from __future__ import annotations

import pytest

from chalicelib import errors
from chalicelib.errors import ServiceError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ServiceError)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_title_of_an_error_is_that_of_its_kind_and_of_no_other(kind: type[ServiceError]) -> None:
    title = kind("one reason").title
    assert title
    assert title == kind("another reason").title
    assert not title.endswith(".")
    assert [other("").title for other in KINDS].count(title) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_keeps_what_happened_and_logs_it(kind: type[ServiceError]) -> None:
    error = kind("The queue does not respond.")
    assert error.detail == "The queue does not respond."
    assert str(error) == error.detail
