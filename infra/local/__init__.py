"""`make run`: the API on a port of this machine, beside the service deployed to the emulator."""
