"""Results as Python objects."""

from __future__ import annotations

import pytest

from isprime import Factor, Result


def test_the_text_of_a_result_shortens_a_number_of_any_size() -> None:
    number = 10**10_000 + 1
    factor = Factor(number, 1, is_prime=True, proven=True, method="ECM")
    result = Result(number, "composite", proven=True, task_id="x", factors=(factor,))
    assert repr(result).count("10000000000000000000…00000000000000000001 (10,001 digits)") == 2
    assert repr(Result(11, "prime", proven=True, task_id="x")).startswith("Result(number=11, verdict='prime'")


def test_a_result_is_not_taken_for_its_verdict() -> None:
    with pytest.raises(TypeError, match="is_prime"):
        bool(Result(9, "composite", proven=True, task_id="x"))
