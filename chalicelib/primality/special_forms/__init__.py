"""Numbers k·2^m - 1 and k·2^m + 1 with odd k < 2^m, which one test proves prime or composite."""

import gmpy2
from gmpy2 import mpz

from chalicelib.primality.progress import Report
from chalicelib.primality.special_forms.decision import Decision
from chalicelib.primality.special_forms.lucas_lehmer import lucas_lehmer
from chalicelib.primality.special_forms.proth import proth
from chalicelib.primality.special_forms.riesel import riesel

#: The last 32 bits of an n > 3.3·10^24. In a number of special form all of them but the last are the same: m > 40.
LOW_BITS = 2**32 - 1


def special_form(n: mpz, report: Report) -> Decision | None:
    """Decide an n > 3.3·10^24 without small factors if it has a special form, else return None.

    The form is recognised from the number itself.
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
        return proth(k, m)
    return None
