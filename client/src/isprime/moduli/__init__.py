"""The moduli of keys, X.509 certificates and Diffie-Hellman groups: read from files, and what is wrong with them.

A modulus is RSA's n or Diffie-Hellman's p. Nothing here asks the service.
"""
