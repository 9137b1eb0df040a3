"""`make shell`: a shell for the AWS CLI and Python with the running `make run`."""

import os
import sys

from botocore.exceptions import BotoCoreError, ClientError

from infra import ROOT
from infra.deploy.outputs import outputs_of, settings_of
from infra.environment import isolate
from infra.errors import InfraError

#: Bash takes functions from the environment. The AWS CLI of version 1 does not read AWS_ENDPOINT_URL for SQS.
FUNCTIONS = {"BASH_FUNC_aws%%": '() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }'}
VENV = ROOT / ".venv"
#: An interactive shell reads it in place of the user's .bashrc.
START = ROOT / "infra" / "tools" / "shell.bashrc"

WELCOME = """\
The emulator of `make run` is the AWS of this shell. Variables hold the API's URL and the names of the table and queues.

  curl $URL/queue
  aws sqs receive-message --queue-url "$TASKS_QUEUE_URL"
  aws dynamodb scan --table-name "$TABLE_NAME"

Ctrl-D ends it."""


def environment(endpoint: str) -> dict[str, str]:
    """Return the environment of the shell: the settings of the stack at an emulator, and the tools of `.venv`.

    Raises:
        ClientError: The service is not deployed there.
        BotoCoreError: Nothing listens there.
    """
    venv = {"VIRTUAL_ENV": str(VENV), "PATH": f"{VENV / 'bin'}:{os.environ.get('PATH', os.defpath)}"}
    own = dict(os.environ)
    isolate(own)
    address = {"URL": f"http://localhost:{own.get('PORT') or '8000'}"}
    return {**own, **settings_of(outputs_of("local", endpoint), endpoint), **FUNCTIONS, **venv, **address}


def main() -> None:
    """Replace this process by a shell in the project's folder."""
    isolate()
    port = os.environ.get("EMULATOR_PORT") or "4566"
    try:
        shell_environment = environment(f"http://127.0.0.1:{port}")
    except (InfraError, ClientError, BotoCoreError) as error:
        sys.exit(f"make shell: {error} Start the service with `make run` first.")
    os.chdir(ROOT)
    if sys.stdin.isatty():
        print(WELCOME, flush=True)
    # The shell takes the place of this process, as its terminal and its signals must be the shell's.
    os.execvpe("bash", ["bash", "--rcfile", str(START)], shell_environment)  # noqa: S606 - a fixed command, without a shell line


if __name__ == "__main__":
    main()
