"""A stored result is read as it was written."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.factorization.factors import Factor, Factorization
from chalicelib.numbers import chunk_text
from chalicelib.primality.result import Result, Verdict, Witness
from chalicelib.store import result_codec
from chalicelib.tasks.task import Found
from tests.support.tasks import chunk_message

witnesses = st.one_of(
    st.none(), st.integers(min_value=2).map(lambda n: Witness(factor=n)), st.integers(2, 10**6).map(Witness)
)
results = st.builds(
    Result,
    number=st.integers(),
    verdict=st.sampled_from(Verdict),
    method=st.text(max_size=20),
    witness=witnesses,
    has_certificate=st.booleans(),
    seconds=st.sampled_from([0.0, 2.54e-05, 12.3]),
)


found = st.builds(
    Found,
    result=st.none() | results,
    factorization=st.sampled_from([None, Factorization([Factor(3, 2, Verdict.PRIME, "ECM")], 91)]),
    computed_at=st.none() | st.just("2026-11-24T08:33:22.125Z"),
    certificate_key=st.none() | st.just("certificates:1"),
)


@given(found)
def test_what_was_found_is_read_as_it_was_written(each: Found) -> None:
    assert Found(**result_codec.from_item(result_codec.to_item(each))) == each


def test_the_results_of_a_chunk_are_read_from_a_place_on() -> None:
    message = chunk_message(numbers=chunk_text.write([9, 11, 15]), first=20, expressions={2: "3*5"})
    item = result_codec.chunk_to_item(message, b"C f3 =3^2Pt\nP\nC f3")
    first, second, third = (line.result() for line in result_codec.chunk_from_item(item, 0))
    assert (first.index, first.result) == (20, Result(9, Verdict.COMPOSITE, witness=Witness(factor=3)))
    assert first.factorization
    assert [factor.number for factor in first.factorization.factors] == [3]
    assert (second.result.verdict, third.expression) == (Verdict.PRIME, "3*5")
    assert [line.number for line in result_codec.chunk_from_item(item, 1)] == [11, 15]
    assert [line.number for line in result_codec.chunk_from_item(item, 0, primes=False)] == [9, 15]
