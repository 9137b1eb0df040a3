import pytest

from chalicelib.certificates import formats


def test_the_format_of_pari_is_the_certificate_as_it_was_made() -> None:
    assert formats.write("Lucas-Lehmer: 2^127-1\n", "pari") == "Lucas-Lehmer: 2^127-1\n"


@pytest.mark.parametrize("certificate", ["Lucas-Lehmer: 2^127-1", "N+1: [7, [2]]", "[13, [2, 3]]"])
def test_primo_has_no_format_for_a_proof_without_curves(certificate: str) -> None:
    with pytest.raises(formats.NoSuchFormat, match=r"ask for \?format=pari"):
        formats.write(certificate, "primo")
