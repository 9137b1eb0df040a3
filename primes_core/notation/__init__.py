"""Numbers as people write them, and their values."""
