"""A text is a certificate that proves its number prime, or it is refused with a reason. Nothing of it is executed."""

import json
import tracemalloc

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.primality import ecpp
from primes_core.verifier import MAX_BYTES, TooMuchWork, Verification, curves, neighbours, primo, proofs, verify
from tests.support import examples

N = 10**60 + 7
pari = ecpp.load_pari()
CERTIFICATE = str(pari.primecert(N))
ROWS = json.loads(CERTIFICATE)
PRIMO = str(pari.primecertexport(pari.primecert(N), 1))
VALID = {
    "a number below 2^64": (2**61 - 1, str(2**61 - 1)),
    "elliptic curves, PARI's format": (N, CERTIFICATE),
    "elliptic curves, Primo's format": (N, PRIMO),
    "N-1, PARI's format": (10**24 + 7, str(pari.primecert(10**24 + 7, 1))),
    "N+1": (3 * 2**94 - 1, f"N+1: [{3 * 2**94 - 1}, [2]]"),
    "Lucas-Lehmer": (2**127 - 1, "Lucas-Lehmer: 2^127-1\n"),
}


@pytest.mark.parametrize("kind", VALID)
def test_a_certificate_of_each_kind_is_accepted_and_names_its_number(kind: str) -> None:
    number, text = VALID[kind]
    expected = Verification(valid=True, reason=f"It proves the number prime ({kind}).", number=number, kind=kind)
    assert verify(text) == verify(text.encode()) == expected


@settings(max_examples=examples(30))
@given(st.integers(2**64, 2**300).map(sympy.nextprime))
def test_every_certificate_that_pari_makes_is_accepted(p: int) -> None:
    certificate = pari.primecert(p)
    assert verify(str(certificate)).valid
    assert verify(str(pari.primecertexport(certificate, 1))).valid


numbers = st.integers(0, len(ROWS) - 1).flatmap(lambda row: st.tuples(st.just(row), st.integers(0, 5)))


@given(numbers, st.one_of(st.sampled_from([1, -1, 2, N, -N, 2**64, 10**200]), st.integers(-(2**200), 2**200)))
def test_a_certificate_with_one_number_changed_proves_nothing_else(place: tuple[int, int], change: int) -> None:
    row, column = place
    rows = json.loads(CERTIFICATE)
    target, index = (rows[row], column) if column < 4 else (rows[row][4], column - 4)
    target[index] += change
    verification = verify(json.dumps(rows))
    # A change may make another proof, such as with -y for y.
    assert not verification.valid or verification.number == N


@given(st.data())
def test_a_text_with_changed_characters_never_proves_a_composite(data: st.DataObject) -> None:
    text = list(data.draw(st.sampled_from([text for _, text in VALID.values()])))
    for _ in range(data.draw(st.integers(1, 3))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.sampled_from("0123456789[],-= $\nxAF"))
    try:
        verification = verify("".join(text))
    except TooMuchWork:
        return
    assert verification.reason
    assert not verification.valid or sympy.isprime(verification.number)


@pytest.mark.parametrize("first", range(1, len(ROWS)))
def test_a_certificate_that_lacks_a_row_is_refused(first: int) -> None:
    assert not verify(json.dumps(ROWS[:first])).valid
    assert verify(json.dumps(ROWS[first:])).number == ROWS[first][0]
    assert not verify(json.dumps(ROWS[: first - 1] + ROWS[first:])).valid or first == 1


@pytest.mark.parametrize("text", ["0", "1", "-7", "91", str(2**64 + 13)])
def test_a_number_that_is_no_prime_below_2_64_does_not_certify_itself(text: str) -> None:
    assert not verify(text).valid


NO_CERTIFICATES: dict[str, str | bytes] = {
    "empty": "",
    "a call in a vector": '[[7, system("touch executed")]]',
    "an expression": "[[2^64+13,1,1,1,[1,1]]]",
    "binary": bytes(range(256)),
    "not ASCII": "[[7, 1, 1, 1, [é, 1]]]".encode(),
    "other digits": "[[\u0667, 1, 1, 1, [1, 1]]]",
    "a float": "[[7.0, 1, 1, 1, [1, 1]]]",
    "a short row": "[[7, 1, 1, 1]]",
    "a vector for a number": "[[[7], 1, 1, 1, [1, 1]]]",
    "a number for a point": "[[7, 1, 1, 1, 1]]",
    "a number among rows": "[[7, 1, 1, 1, [1, 1]], 7]",
    "an empty vector": "[]",
    "half": CERTIFICATE[: len(CERTIFICATE) // 2],
    "two": f"{CERTIFICATE}{CERTIFICATE}",
    "a number and a comma": "7,",
    "a comma at the end": "[[7, 1, 1, 1, [1, 1]],]",
    "N-1 without factors": "[7, 2]",
    "N-1 with a wrong factor": "[7, [[3, 2]]]",
    "N-1 with a factor's other certificate": "[7, [[3, 2, 5]]]",
    "another exponent": "Lucas-Lehmer: 2^p-1",
    "Primo without rows": "[PRIMO - Primality Certificate]\nFormat=4\n[Candidate]\nN=$7\n",
    "Primo of format 3": PRIMO.replace("Format=4", "Format=3"),
    "Primo's row without T": PRIMO.replace("T=", "U=", 1),
}


HUGE = "9" * 5000
FORGED: dict[str, str | bytes] = {
    "a huge t": f"[[1009, -{HUGE}, 1, 1, [1, 1]]]",
    "a huge a": f"[[1009, 1, 1, {HUGE}, [1, 1]]]",
    "a huge x": f"[[1009, 1, 1, 1, [{HUGE}, 1]]]",
    "a factor twice": "[7, [3, 3]]",
    "a negative factor": "[7, [-3]]",
    "the factor 1": "[9, [1]]",
    "the factor 0": "[9, [0]]",
    "Primo's N negative": PRIMO.replace("N=0x", "N=-0x"),
    "Primo's S zero": PRIMO.replace("S=0x", "S=0x0\nQ=0x"),
}


@pytest.mark.parametrize("text", (NO_CERTIFICATES | FORGED).values(), ids=NO_CERTIFICATES | FORGED)
def test_what_is_no_certificate_is_refused_with_a_reason(text: str | bytes) -> None:
    verification = verify(text)
    assert verification.valid is False
    assert verification.reason
    assert text in FORGED.values() or (verification.number, verification.kind) == (None, None)


TOO_LARGE = {
    "6 MB": "7" * 6_000_000,
    "one integer": "7" * (MAX_BYTES - 10),
    "brackets": "[" * MAX_BYTES,
    "nested vectors": "[7," * (MAX_BYTES // 3),
    "many integers": "[" + "7," * (MAX_BYTES // 2 - 1),
    "many vectors": "[" + "[7]," * (MAX_BYTES // 4 - 1),
    "many rows": "[" + "[1009,1,1,1,[1,1]]," * (MAX_BYTES // 19 - 1),
    "a long Lucas-Lehmer test": "Lucas-Lehmer: 2^999983-1",
    "a long Primo": PRIMO.split("[1]", maxsplit=1)[0] + "".join(f"[{i}]\nS=1\nW=1\nJ=1\nT=1\n" for i in range(1, 9999)),
    "many lines": PRIMO + "[x\n" * 1_000_000,
    "many large rows": "[" + ",".join(["[" + "9" * 9999 + ",1,1,1,[1,1]]"] * 400) + "]",
}


@pytest.mark.slow
@pytest.mark.parametrize("text", TOO_LARGE.values(), ids=TOO_LARGE.keys())
def test_what_is_too_large_is_refused_before_it_is_computed(text: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(TooMuchWork):
            verify(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000


@pytest.mark.parametrize(
    "text",
    [
        f"{PRIMO.split('[1]', maxsplit=1)[0]}[1]\nS=1\nW=$0\nT=${'F' * 10_000}\nJ=$1\n",
        f"[[{'9' * 10_000}, 1, 1, 1, [1, 1]]]",
        f"[{'9' * 10_000}, [2]]",
    ],
    ids=["Primo", "elliptic curves", "N-1"],
)
def test_nothing_of_a_step_is_computed_that_takes_too_much_work(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    for module, name in ((curves, "cofactor"), (primo, "_step"), (neighbours, "Neighbour")):
        monkeypatch.setattr(module, name, None)
    with pytest.raises(TooMuchWork):
        verify(text, max_work=10**6)


def test_a_factor_that_is_there_often_is_refused_without_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "is_small_prime", None)
    assert verify(f"[{N}, [{'3, ' * 20_000}3]]").reason == "It is not a proof: a factor of N-1 occurs twice."


@pytest.mark.parametrize(
    "text",
    [" " * MAX_BYTES, "7 " + " " * (MAX_BYTES - 3) + "7", "x" * MAX_BYTES, PRIMO[:60] + "=" * (MAX_BYTES - 60)],
    ids=["blank", "blank between", "letters", "Primo"],
)
def test_five_megabytes_of_nothing_are_refused(text: str) -> None:
    assert verify(text).kind is None
