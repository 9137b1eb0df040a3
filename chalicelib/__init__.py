"""The service that tells whether a number is prime. The layers and their order: docs/architecture.md."""
