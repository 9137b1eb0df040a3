"""The use cases of the API: submit, read, cancel, retry, and look at the queues."""
