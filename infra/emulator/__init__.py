"""MiniStack, the emulator of AWS that `make run` and the tests use, and how it and LocalStack differ from AWS."""

from infra import ROOT

#: The Python of MiniStack's environment.
PYTHON = ROOT / ".venv-emulator" / "bin" / "python"
#: An emulator takes any credentials; these keep the real ones from being sent to it.
EMULATOR_KEY = "test"
EMULATOR_REGION = "us-east-1"
#: The number of its account.
EMULATOR_ACCOUNT = "000000000000"


def environment(endpoint: str) -> dict[str, str]:
    """Return the variables that make boto3 call an emulator."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": EMULATOR_KEY,
        "AWS_SECRET_ACCESS_KEY": EMULATOR_KEY,
        "AWS_DEFAULT_REGION": EMULATOR_REGION,
    }
