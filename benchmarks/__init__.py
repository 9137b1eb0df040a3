"""Measure the speed, the memory and the cost of the service, and compare it with a tutorial's version of it."""
