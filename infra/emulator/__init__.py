"""MiniStack as this project runs it, and how the emulators differ from AWS."""
