"""Make the table of factors of class polynomials: `python -m infra.tools.class_polynomials > FILE`.

The j-invariants of the reduced forms of a discriminant are computed as complex numbers, and their linear factors are
multiplied for each genus. The coefficients of the genera, combined by their characters, are integers times square
roots: D. A. Cox, "Primes of the form x² + ny²" (1989), §§ 6, 11 and 13. `chalicelib/primality/class_polynomials.py` has
the format.
"""

import math
from typing import Any

from cypari import pari

from chalicelib.primality.class_polynomials import positive_products

#: The largest |D| of class number up to 8 is 6,307: M. Watkins, "Class numbers of imaginary quadratic fields", Math.
#: Comp. 73 (2004).
MAX_CLASS_NUMBER, MAX_DISCRIMINANT = 8, 6_307

Form = tuple[int, int, int]


def make_table() -> str:
    """Return the text of the table. It takes seconds."""
    lines = []
    for d in range(5, MAX_DISCRIMINANT + 1):
        forms = reduced_forms(-d) if pari.isfundamental(-d) else []
        if 0 < len(forms) <= MAX_CLASS_NUMBER:
            factor = factor_of(-d, forms)
            text = ";".join(" ".join(f"{c:x}" for c in coefficient) for coefficient in factor)
            lines.append((len(factor), d, f"{' '.join(map(str, prime_discriminants(-d)))}:{text}\n"))
    return "".join(line for _, _, line in sorted(lines))


def prime_discriminants(discriminant: int) -> tuple[int, ...]:
    """Return the prime discriminants whose product is a fundamental discriminant, the least |p| first."""
    odd = [int(p) for p in pari.factor(abs(discriminant))[0] if p != 2]
    primes = [p if p % 4 == 1 else -p for p in odd]
    even = discriminant // math.prod(primes)
    return tuple(sorted(primes + [even] * (even != 1), key=abs))


def reduced_forms(discriminant: int) -> list[Form]:
    """Return the reduced forms ax² + bxy + cy² of a negative fundamental discriminant, one for each class."""
    forms = []
    for b in range(discriminant % 2, math.isqrt(-discriminant // 3) + 1, 2):
        product = (b * b - discriminant) // 4
        for a in range(max(b, 1), math.isqrt(product) + 1):
            if product % a == 0:
                c = product // a
                forms += [(a, b, c)] if b in (0, a) or a == c else [(a, b, c), (a, -b, c)]
    return forms


def factor_of(discriminant: int, forms: list[Form]) -> list[list[int]]:
    """Return the integers of the coefficients of a factor, from the constant term on."""
    sets = positive_products(prime_discriminants(discriminant))
    size = sum(math.pi * math.sqrt(-discriminant) / a for a, _, _ in forms)  # of the constant term, as a logarithm
    pari.set_real_precision(int(size / math.log(10)) + 50)
    genera: dict[tuple[int, ...], Any] = {}
    for a, b, c in forms:
        represented = coprime_value((a, b, c), discriminant)
        genus = tuple(int(pari.kronecker(math.prod(members), represented)) for members in sets)
        j = pari(f"ellj(({-b} + sqrt({discriminant})) / {2 * a})")
        genera[genus] = genera.get(genus, pari(1)) * (pari("x") - j)
    coefficients = []
    for power in range(len(forms) // len(genera)):
        values = [(genus, polynomial.polcoef(power).real()) for genus, polynomial in genera.items()]
        sums = [sum((value * genus[i] for genus, value in values), start=pari(0)) for i in range(len(sets))]
        coefficients.append([coefficient(total, members) for total, members in zip(sums, sets, strict=True)])
    return coefficients


def coprime_value(form: Form, discriminant: int) -> int:
    """Return a value of a form that is coprime to twice the discriminant."""
    a, b, c = form
    values = (a * x * x + b * x * y + c * y * y for x in range(50) for y in range(50))
    return next(value for value in values if math.gcd(value, 2 * discriminant) == 1)


def coefficient(total: Any, members: tuple[int, ...]) -> int:  # noqa: ANN401 - cypari has no types
    """Return the integer that the double of a sum over the genera is, over the product of the √p of a set."""
    value = 2 * total / pari(f"sqrt({math.prod(members)})")
    nearest = int(value.round())
    if abs(value - nearest) > 1e-9:
        raise ArithmeticError(f"{value} is no integer: the precision does not suffice")
    # √(-p)·√(-q) = -√(pq)
    return -nearest if sum(p < 0 for p in members) % 4 == 2 else nearest


if __name__ == "__main__":
    print(make_table(), end="")
