"""The primality service: what the door (app.py) calls."""
