import pytest
from flint import fmpz
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.primality import chunk_screening
from chalicelib.primality.chunk_screening import ChunkResults, join_results, screen_chunk
from chalicelib.primality.screening import screen
from tests.support.primality import cases

#: Numbers at the edges of the fast paths, and strong pseudoprimes to base 2 without small factors.
EDGES = [*range(-5, 1020), 10**6 - 17, 10**6 + 3, 997**2, 1009**2, 1093**2, 3511**2, 2**64 - 59, 2**64 + 13]
EDGES += [2**255 - 19, 2**255 + 95, 3 * (2**255 - 19), 5 * 2**255, 997 * (2**250 + 55), 1009 * (2**61 - 1)]

integers = st.one_of(
    st.integers(-100, 2_000),
    st.integers(-(2**70), 2**70),
    st.integers(0, 2**300),
    st.builds(lambda a, b: a * b, st.sampled_from([3, 5, 7, 11, 991, 997, 1009]), st.integers(1, 2**64)),
    st.sampled_from(EDGES),
)


def one_by_one(numbers: list[int]) -> ChunkResults:
    return join_results([screen(n) for n in numbers])


def together(numbers: list[int]) -> ChunkResults:
    return screen_chunk(" ".join(f"{n:x}" for n in numbers))


@given(st.lists(integers, min_size=1, max_size=50))
def test_numbers_screened_together_have_the_results_of_each_alone(numbers: list[int]) -> None:
    assert together(numbers) == one_by_one(numbers)


@given(
    st.one_of(st.integers(-50, 2**65), st.integers(2**64 - 60, 2**64 + 9), st.integers(2**398, 2**400)),
    st.integers(1, 60),
)
@example(10**6 - 20, 60)
@example(10**6, 5_000)
@example(2**399 - 30, 60)
@example(2**399, 300)
@example(2**2047 - 30, 60)
def test_a_range_has_the_results_of_each_number_alone(first: int, count: int) -> None:
    numbers = [*range(first, first + count)]
    assert screen_chunk(f"{first:x}..{numbers[-1]:x}") == one_by_one(numbers)


def test_the_edges_and_the_collected_cases_have_the_results_of_each_alone() -> None:
    numbers = EDGES + [case.n for case in cases(0, 1000)]
    assert together(numbers) == one_by_one(numbers)


def test_a_number_that_only_flint_calls_composite_is_decided_by_the_bases(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong(fmpz):
        def is_probable_prime(self) -> bool:
            return False

    monkeypatch.setattr(chunk_screening, "fmpz", Wrong)
    assert screen_chunk(f"{2**61 - 1:x}").text == b"P"
