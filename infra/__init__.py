"""How the service is packaged, deployed and run."""

from pathlib import Path

#: The project's folder.
ROOT = Path(__file__).parent.parent
