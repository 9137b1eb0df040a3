"""The life of a task: its states, the table, the queues and what each consumer does."""
