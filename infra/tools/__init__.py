"""What a developer runs beside `make run`: logs, a shell, a consumer in a debugger, the OpenAPI document."""
