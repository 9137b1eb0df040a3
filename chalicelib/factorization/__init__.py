"""Factorization: a number in, its prime factors out, each with its proof.

It imports `chalicelib.primality`, `chalicelib.numbers` and `chalicelib.verifier` only. Its modules `factors` and
`notation` need no native library.
"""
