"""The model of a task: its id, its status, its messages and its chunks. It calls nothing outside the process."""
