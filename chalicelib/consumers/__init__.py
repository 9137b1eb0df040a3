"""The consumers: the functions that receive messages from the queues."""
