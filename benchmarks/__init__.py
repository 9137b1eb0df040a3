"""The speed, the memory and the cost of the service, beside the same service as a tutorial builds it."""
