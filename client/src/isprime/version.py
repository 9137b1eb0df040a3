"""The package's version, which is the service's."""

__version__ = "1.2.0"
