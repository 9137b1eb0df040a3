"""What the service knows of a number before it tests it: its form, its divisors, and what a test costs.

Nothing here imports a native library, so that the API's function needs none.
"""
