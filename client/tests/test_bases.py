"""Numbers in hexadecimal and base64, as programs of cryptography write them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command import run
from fake import FakeService
from isprime import InvalidNumber
from isprime.cli.bases import in_notation


@given(st.integers(0, 2**4200), st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]), st.booleans())
def test_base64_is_the_bytes_of_the_number_in_either_alphabet(
    number: int, encode: Callable[[bytes], bytes], padded: bool
) -> None:
    text = encode(number.to_bytes(number.bit_length() // 8 + 1, "big")).decode()
    assert int(in_notation(text if padded else text.rstrip("="), "64"), 16) == number
    assert int(in_notation(f"{number:X}", "16"), 16) == number
    assert int(in_notation("00:c1:5f", "16"), 16) == 0x00C15F


@pytest.mark.parametrize("command", ["check", "factor"])
@pytest.mark.parametrize(("base", "text"), [("16", "1F"), ("64", "Hw==")])
def test_a_number_of_a_base_is_sent_as_its_value(
    service: FakeService, service_url: str, command: str, base: str, text: str
) -> None:
    del service_url
    assert run(command, "--base", base, text).exit_code == 0
    assert int(json.loads(service.calls("POST")[0].content)["number"], 16) == 31


@pytest.mark.parametrize(
    ("base", "text"), [("16", "0x1f"), ("16", ""), ("16", "-1"), ("64", "A"), ("64", "é"), ("64", "")]
)
def test_what_is_not_of_the_base_is_refused(base: Literal["16", "64"], text: str) -> None:
    with pytest.raises(InvalidNumber, match="write"):
        in_notation(text, base)
