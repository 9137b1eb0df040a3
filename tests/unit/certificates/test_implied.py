import pytest
import sympy
from hypothesis import given

from chalicelib.certificates import implied
from chalicelib.primality.result import Result, Verdict
from primes_core.verifier import verify
from tests.support.primality import is_valid, shapes


@given(shapes)
def test_the_certificate_is_valid_exactly_for_a_prime(shape: tuple[int, int]) -> None:
    k, m = shape
    for n in (k * 2**m - 1, k * 2**m + 1):
        certificate = implied.certificate_of(n)
        assert certificate is not None
        assert is_valid(certificate, n) == sympy.isprime(n)


@pytest.mark.parametrize(
    ("n", "kind"),
    [
        (2**61 - 1, "a number below 2^64"),
        (2**127 - 1, "Lucas-Lehmer"),
        (39 * 2**70 + 1, "N-1, PARI's format"),
        (3 * 2**94 - 1, "N+1"),
        ((2**64 - 1) * 2**64 - 1, "N+1"),
        (2**128 + 1, "N-1, PARI's format"),
    ],
)
def test_each_form_has_its_kind_of_certificate(n: int, kind: str) -> None:
    verification = verify(implied.certificate_of(n) or "")
    assert (verification.number, verification.kind, verification.valid) == (n, kind, sympy.isprime(n))


def test_a_result_has_a_certificate_if_it_is_a_prime_with_a_form_or_a_stored_one() -> None:
    assert implied.has_certificate(Result(2**127 - 1, Verdict.PRIME))
    assert implied.has_certificate(Result(10**60 + 7, Verdict.PRIME, has_certificate=True))
    assert not implied.has_certificate(Result(10**60 + 7, Verdict.PRIME))
    assert not implied.has_certificate(Result(2**128 + 1, Verdict.COMPOSITE))
    assert not implied.has_certificate(Result(2**127 - 1, Verdict.PROBABLE_PRIME))
