"""The lines of a chunk's results have the factors of its numbers."""

from chalicelib.factorization.chunk_factoring import factor_chunk, factorize
from chalicelib.factorization.factors import Factorization

P, Q = 2**61 - 1, 2**31 - 1


def lines(*numbers: int) -> list[str]:
    text = " ".join(f"{n:x}" for n in numbers)
    return factor_chunk(text, lambda n, _: factorize(n, None)).text.decode().split("\n")


def test_a_line_has_the_verdict_and_the_factors() -> None:
    assert lines(91, 7, 12, 1, 0, -5) == ["C f7 =7Pt,13Pt", "P =7Pn", "C f2 =2^2Pt,3Pt", "N", "N", "N"]
    assert lines(3 * Q, 3 * 100_003 * 100_019) == [f"C f3 =3Pt,{Q}Pt", "C f3 =3Pt,100003Pe,100019Pe"]
    assert lines(2**64 + 13, 3 * P * Q) == [
        f"P ={2**64 + 13}Pn",
        f"C f3 =3Pt,{Q}Pq,{P}Pq",
    ]


def test_primes_and_probable_primes_are_counted() -> None:
    probable = 10**100 + 267
    results = factor_chunk(f"5b 7 {probable:x} {3 * probable:x}", lambda n, _: factorize(n, None))
    assert (results.primes, results.probable_primes) == (2, 1)


def test_a_composite_above_2_to_the_64_is_factored_with_its_place() -> None:
    seen = []

    def factors_of(composite: int, place: int) -> Factorization:
        seen.append((composite, place))
        return Factorization([], composite)

    factor_chunk(f"5b {3 * P * Q:x}", factors_of)
    assert seen == [(3 * P * Q, 1)]


def test_the_expression_of_a_number_shows_factors() -> None:
    found = factorize((10**30 + 57) * (10**60 + 7), "(10^30+57)*(10^60+7)")
    assert [factor.number for factor in found.factors] == [10**30 + 57, 10**60 + 7]
