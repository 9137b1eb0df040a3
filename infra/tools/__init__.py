"""The developer's commands besides `make run`: logs, a shell, the documents."""
