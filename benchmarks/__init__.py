"""How fast, how heavy and how dear the service is, beside the same service built as a tutorial does."""
