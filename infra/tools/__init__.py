"""The developer's commands besides `make run`: logs, a shell, a consumer in a debugger, the documents."""
