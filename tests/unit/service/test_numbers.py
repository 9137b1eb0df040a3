"""A stored result is read by its number, with its certificates."""

import pytest

from chalicelib.consumers import routing
from chalicelib.errors import NotFound
from chalicelib.service import numbers
from primes_core.verifier import verify
from tests.support.consumers import run_all
from tests.support.doubles import calls_of
from tests.support.tasks import submit_number

pytestmark = pytest.mark.usefixtures("aws")

PRIME = 10**60 + 7


def test_a_stored_result_is_read_by_one_call_with_its_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "MIN_STORED_SECONDS", 1e-3)
    submit_number(PRIME)
    run_all()
    assert calls_of(lambda: numbers.read_stored(PRIME)) == ["GetItem"]
    assert numbers.read_stored(PRIME).result.number == PRIME
    assert verify(numbers.read_certificate(PRIME, "pari")).number == PRIME


@pytest.mark.parametrize(
    ("number", "expression", "named"),
    [
        pytest.param(2**61 - 1, "2^61-1", '2305843009213693951 is stored: those of numbers that take long are. Send'
                     ' {"number": "2^61-1"} with POST /', id="expression"),
        pytest.param(97, None, '{"number": "97"}', id="digits"),
        pytest.param(-7, None, "-7 is stored", id="negative"),
        pytest.param(0, None, "0 is stored", id="zero"),
        pytest.param(10**9_999, None, "(10,000 digits) is stored: those of numbers that take long are. Send the number",
                     id="10,000 digits"),
    ],
)  # fmt: skip
def test_what_is_not_stored_says_which_number_was_understood_and_how_to_ask(
    number: int, expression: str | None, named: str
) -> None:
    with pytest.raises(NotFound) as raised:
        numbers.read_stored(number, expression)
    assert named in raised.value.detail
    with pytest.raises(NotFound):
        numbers.read_certificate(number, "pari")
