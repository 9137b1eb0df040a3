"""A soak test: clients submit tasks of all kinds while processes of the service are killed and it is restarted.

No task may be lost, have a wrong result or change after it is final. `python -m benchmarks.soak` runs the test and
writes the table of docs/reliability.md.
"""
