"""Deploys the service to the emulator of `make run`: `python -m infra.local.deployment`.

In a process of its own, which ends: `make run` holds nothing of what packages and deploys, and what has changed of that
is used.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from infra.child_processes import last_lines, start, stop
from infra.errors import InfraError


def deployed(endpoint: str, port: int, log: Path, *lost: str) -> dict[str, str]:
    """Deploy, and return the settings of the API.

    Args:
        endpoint: The emulator's address.
        port: The port of the API.
        log: Where the steps are written.
        lost: Nothing, or the log of the API's last run and the time of the last save: see lost_tasks.py.

    Raises:
        InfraError: The deploy failed, with the reason.
    """
    read, write = os.pipe()
    command = [sys.executable, "-m", "infra.local.deployment", endpoint, str(port), "--result-fd", str(write)]
    command += ["--lost", *lost] if lost else []
    with os.fdopen(read) as pipe:
        try:
            with log.open("wb") as file:
                process = start(command, os.environ, file, [write])
        finally:
            os.close(write)
        try:
            text = pipe.read()
        finally:
            stop(process)
    if not text:
        message = f"The deploy ended: {last_lines(log)} The whole log is {log}."
        raise InfraError(message)
    result: dict[str, str] = json.loads(text)
    if "error" in result:
        raise InfraError(result["error"])
    return result


def main() -> None:
    """Deploy; write the settings, or the error, to a pipe."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - only this process needs what deploys

    from infra.deploy.deploy import deploy  # noqa: PLC0415
    from infra.deploy.outputs import settings_of  # noqa: PLC0415
    from infra.local.lost_tasks import fail_lost  # noqa: PLC0415

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("endpoint")
    parser.add_argument("port", type=int)
    parser.add_argument("--result-fd", type=int, required=True)
    parser.add_argument("--lost", nargs=2, metavar=("LOG", "SAVED_AT"))
    arguments = parser.parse_args()
    parameters = {"Events": "true", "ApiUrl": f"http://localhost:{arguments.port}"}
    try:
        outputs = deploy("local", arguments.endpoint, parameters, report=lambda line: print(line, flush=True))
        result = settings_of(outputs, arguments.endpoint)
        if arguments.lost:
            os.environ |= result
            result["lost"] = str(fail_lost(Path(arguments.lost[0]), float(arguments.lost[1])))
    except (InfraError, ClientError, BotoCoreError, OSError) as error:  # OSError: an editor replaces a file
        result = {"error": str(error)}
    with os.fdopen(arguments.result_fd, "w") as pipe:
        json.dump(result, pipe)


if __name__ == "__main__":
    main()
