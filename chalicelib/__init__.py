"""The service that tells whether a number is prime. The layers and their order: docs/architecture.md."""

#: The service's version: CHANGELOG.md says what it changes, docs/compatibility.md what it promises.
VERSION = "1.2.0"
