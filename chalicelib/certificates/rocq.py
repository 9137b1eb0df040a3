"""A certificate as a theorem of the proof assistant Rocq (Coq), which its kernel checks with the library Coqprime.

`Pocklington_refl` of `Coqprime.num.Pock` says that the first element of a list is prime if `test_Certif` accepts the
list. Each prime that an element names has an element further behind.
"""

from __future__ import annotations

from chalicelib.certificates import pocklington
from chalicelib.certificates.pocklington import Element
from primes_core.notation.integers import to_decimal
from primes_core.verifier.curves import Step
from primes_core.verifier.mersenne import Mersenne
from primes_core.verifier.neighbours import Neighbour
from primes_core.verifier.proofs import CurveChain, Proof, SmallPrime

_FILE = """(* Checked by coqc of Rocq (Coq) with Coqprime; in Debian: apt-get install coq libcoq-coqprime *)
From Coq Require Import List ZArith Znumtheory.
From Coqprime.num Require Import Pock.
Local Open Scope positive_scope.

Theorem prime_N : prime {n}.
Proof.
 apply (Pocklington_refl
 ({first})
 ({rest})).
 vm_cast_no_check (eq_refl true).
Qed.
Print Assumptions prime_N.
"""
_TWO = "Proof_certif 2 prime_2"
#: A base for all factors of N - 1 is looked for up to this size, in some seconds. The one factor 2 takes no power.
MAX_BITS_OF_N_MINUS_1 = 2500


class NotExpressible(Exception):
    """Coqprime cannot check this proof. The text says why."""


def write(proof: Proof) -> str:
    """Return the file with the theorem.

    Raises:
        NotExpressible: Coqprime has no element for a step of the proof.
    """
    if isinstance(proof, Mersenne):
        elements = [f"Lucas_certif {to_decimal(proof.number)} {proof.exponent}"]
    elif isinstance(proof, CurveChain):
        elements = [*map(_curve, proof.steps), *_small([proof.steps[-1].q])]
    elif isinstance(proof, Neighbour) and proof.sign == -1:
        elements = _neighbour(proof)
    elif isinstance(proof, SmallPrime):
        elements = _small([proof.number])
    else:
        raise NotExpressible("Coqprime has no proof from N+1.")
    first, *rest = elements
    return _FILE.format(n=to_decimal(proof.number), first=first, rest="\n :: ".join([*rest, "nil"]))


def _curve(step: Step) -> str:
    # Coqprime's bound, a little more than that of Goldwasser and Kilian.
    if 4 * step.n >= (step.q - 1) ** 2:
        raise NotExpressible("Coqprime requires 4N < (q - 1)² of each row, and one row has a smaller q.")
    values = (step.a % step.n, step.b % step.n, step.x, step.y)
    a, b, x, y = map(to_decimal, values)
    return f"Ell_certif {to_decimal(step.n)} {to_decimal(step.s)} (({to_decimal(step.q)}, 1) :: nil) {a} {b} {x} {y}"


def _neighbour(proof: Neighbour) -> list[str]:
    n, primes = proof.number, sorted({factor.number for factor in proof.factors})
    if primes != [2] and n.bit_length() > MAX_BITS_OF_N_MINUS_1:
        raise NotExpressible(f"A proof from N-1 is written for Rocq up to {MAX_BITS_OF_N_MINUS_1:,} bits.")
    made = pocklington.element(n, primes)
    if made is None:
        raise NotExpressible("No base was found, or the factors of N-1 are too small.")
    try:
        return [_pocklington(made), *_small([p for p, _ in made.powers])]
    except ValueError:
        raise NotExpressible("A factor of N-1 is above 2^64.") from None


def _small(primes: list[int]) -> list[str]:
    """Return the elements of primes below 2^64, the largest first, and the one of 2."""
    elements = {element.n: element for p in primes for element in pocklington.elements_of_small(p)}
    return [*(_pocklington(elements[n]) for n in sorted(elements, reverse=True)), _TWO]


def _pocklington(element: Element) -> str:
    powers = " :: ".join([*(f"({p}, {exponent})" for p, exponent in element.powers), "nil"])
    return f"Pock_certif {to_decimal(element.n)} {element.base} ({powers}) {to_decimal(element.root)}"
