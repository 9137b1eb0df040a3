"""`make shell`: a shell in which the AWS CLI, Python and `chalice local` work with the running `make run`."""

import os
import sys

from botocore.exceptions import BotoCoreError, ClientError

from infra import ROOT
from infra.errors import InfraError
from infra.outputs import outputs_of, settings_of

#: Bash takes a function from the environment. The AWS CLI of version 1 does not read AWS_ENDPOINT_URL for SQS.
AWS_FUNCTION = {"BASH_FUNC_aws%%": '() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }'}


def environment(endpoint: str) -> dict[str, str]:
    """Return the environment of the shell: the settings of the stack at an emulator, and the tools of `.venv`.

    Raises:
        ClientError: The service is not deployed there.
        BotoCoreError: Nothing listens there.
    """
    path = f"{ROOT / '.venv' / 'bin'}:{os.environ.get('PATH', os.defpath)}"
    return {**os.environ, **settings_of(outputs_of("local", endpoint), endpoint), **AWS_FUNCTION, "PATH": path}


def main() -> None:
    """Replace this process by a shell in the project's folder."""
    port = os.environ.get("EMULATOR_PORT") or "4566"
    try:
        shell_environment = environment(f"http://127.0.0.1:{port}")
    except (InfraError, ClientError, BotoCoreError) as error:
        sys.exit(f"make shell: {error} Start the service with `make run` first.")
    os.chdir(ROOT)
    os.execvpe("bash", ["bash"], shell_environment)


if __name__ == "__main__":
    main()
