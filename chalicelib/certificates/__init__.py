"""The certificates that the service gives: which numbers have one, and the formats that are made of it."""
