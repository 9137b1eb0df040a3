"""Numbers whose shape gives a proof for the price of one test: k·2^m - 1 and k·2^m + 1 with odd k < 2^m."""

import gmpy2
from gmpy2 import mpz

from chalicelib.primality.progress import Report
from chalicelib.primality.special_forms.decision import Decision
from chalicelib.primality.special_forms.lucas_lehmer import lucas_lehmer
from chalicelib.primality.special_forms.proth import proth
from chalicelib.primality.special_forms.riesel import riesel


def special_form(n: mpz, report: Report) -> Decision | None:
    """Prove or refute an n of a special form, seen from the number itself; None for any other.

    An n without small factors is expected.
    """
    m = gmpy2.bit_scan1(n + 1)
    k = (n + 1) >> m
    if k == 1:
        return lucas_lehmer(m, report)
    if k.bit_length() <= m:
        return riesel(k, m, report)
    m = gmpy2.bit_scan1(n - 1)
    k = (n - 1) >> m
    if k.bit_length() <= m:
        return proth(k, m, report)
    return None
