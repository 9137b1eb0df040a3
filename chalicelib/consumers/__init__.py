"""What the functions behind the queues do with the messages that they receive."""
