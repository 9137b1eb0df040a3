"""Tasks of all kinds through the running service while its processes are killed and it is stopped in the middle.

Nothing may be lost, nothing may be wrong, and nothing may change after its end. `python -m benchmarks.soak` runs it
and writes the table of docs/reliability.md.
"""
