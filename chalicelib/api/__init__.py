"""HTTP: what a request must be, and what each response is."""
