"""The use cases of the API: submit, read, cancel, retry and monitor.

Every function raises Unavailable where the table or a queue does not respond.
"""
