"""The command-line client and Python client of client/ against the service as it runs."""
