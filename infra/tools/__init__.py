"""The commands of a developer beside `make run`: logs, a shell, a consumer in a debugger, the OpenAPI document."""
