"""Primality tests and proofs: a number in, a result out.

The package knows nothing of AWS or HTTP. It imports `chalicelib.numbers` only. `primality.result` and
`primality.progress` need no native library; importing the package itself loads nothing.
"""
