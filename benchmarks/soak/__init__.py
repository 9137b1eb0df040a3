"""A soak test: clients submit tasks of all kinds while processes of the service are killed and it is restarted."""
