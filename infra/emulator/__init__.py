"""MiniStack, the emulator of AWS that `make run` and the tests use, and how it and LocalStack differ from AWS."""

from infra import ROOT

#: The Python of MiniStack's environment.
PYTHON = ROOT / ".venv-emulator" / "bin" / "python"
#: An emulator takes any credentials; these keep the real ones from being sent to it.
EMULATOR_KEY = "test"
EMULATOR_REGION = "us-east-1"
