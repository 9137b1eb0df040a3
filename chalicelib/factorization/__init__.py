"""Factorization: a number in, its prime factors out, each with its proof.

It imports `chalicelib.primality`, `chalicelib.numbers` and `primes_core` only. Its modules `factors` and
`notation` need no native library.
"""
