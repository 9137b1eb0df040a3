"""What the service and its client share: the notation of numbers, and the verifier of certificates.

It needs the standard library only, and Python 3.10, which is the client's oldest.
"""
