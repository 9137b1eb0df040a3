"""What a number is: how it is written and read, how large it may be, and what it costs to test it.

Nothing here imports a native library, so that the API's function needs none.
"""
