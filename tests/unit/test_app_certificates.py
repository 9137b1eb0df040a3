import pytest

from tests.support.api import Api, ApiResponse, assert_problem, fits

#: PARI's `primecert(2^64+13)`.
CERTIFICATE = (
    "[[18446744073709551629, -2929381838, 868924, 12933343713794143276, [9467376588094320717, 7796268169446363853]]]"
)


def verify(api: Api, body: str | bytes, content_type: str = "text/plain") -> ApiResponse:
    response = api.send("POST", "/certificates", body, content_type=content_type)
    assert response.status != 200 or fits("Verification", response.json)
    return response


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/json"])
def test_a_valid_certificate_is_told_with_its_number(api: Api, content_type: str) -> None:
    response = verify(api, CERTIFICATE, content_type)
    assert response.status == 200
    assert response.json == {
        "valid": True,
        "reason": "It proves the number prime (elliptic curves, PARI's format).",
        "number": "18446744073709551629",
        "kind": "elliptic curves, PARI's format",
    }


@pytest.mark.parametrize("body", ["", "no certificate", bytes(range(256))], ids=["empty", "words", "binary"])
def test_what_is_no_certificate_is_not_valid_and_has_no_kind(api: Api, body: str | bytes) -> None:
    found = verify(api, body).json
    assert (found["valid"], found["number"], found["kind"]) == (False, None, None)
    assert found["reason"]


@pytest.mark.parametrize("body", ["7" * 6_000_000, "Lucas-Lehmer: 2^44497-1", "[" * 4_000_000])
def test_a_certificate_that_takes_too_much_is_413(api: Api, body: str) -> None:
    assert_problem(verify(api, body), 413)
