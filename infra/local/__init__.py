"""`make run`: the API on a port of this machine, and the service deployed to the emulator."""
