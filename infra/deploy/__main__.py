"""The command that deploys or destroys a stage: `python -m infra.deploy`."""

import argparse
import os
import sys
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.deploy import deploy, destroy
from infra.deploy.rollback import MONITOR_MINUTES
from infra.errors import InfraError
from infra.packaging.package import STAGES


def read_parameters(words: Sequence[str]) -> dict[str, str]:
    """Return the template's parameters from words such as `AlarmEmail=me@example.org`.

    Raises:
        InfraError: a word has no name or no `=`.
    """
    for word in words:
        if not word.partition("=")[0] or "=" not in word:
            message = f"{word!r} is not Name=Value: write for example PARAMETERS='RateLimit=500 RetentionDays=3'."
            raise InfraError(message)
    return dict(word.split("=", 1) for word in words)


def main() -> None:
    """Deploy or destroy a stage: `python -m infra.deploy prod AlarmEmail=me@example.org`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("parameters", nargs="*", metavar="Name=Value", help="parameters of the template")
    parser.add_argument(
        "--monitor-minutes",
        type=int,
        choices=range(181),
        metavar="0-180",
        help=f"how long alarms may roll the update back after it: {MONITOR_MINUTES} for prod, 0 for the others",
    )
    parser.add_argument(
        "--client", action="append", default=[], metavar="NAME", help="make an API key for this client if it has none"
    )
    parser.add_argument("--destroy", action="store_true", help="delete the stack and what was uploaded for it")
    arguments = parser.parse_args()
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    try:
        if arguments.destroy:
            destroy(arguments.stage, endpoint)
            return
        minutes = arguments.monitor_minutes
        if minutes is None:
            minutes = MONITOR_MINUTES if arguments.stage == "prod" and not endpoint else 0
        outputs = deploy(
            arguments.stage,
            endpoint,
            read_parameters(arguments.parameters),
            monitor_minutes=minutes,
            clients=arguments.client,
        )
    except (InfraError, ClientError, BotoCoreError) as error:
        sys.exit(f"deploy: {error}")
    print("\n".join(f"{name:<20} {value}" for name, value in sorted(outputs.items())))
    for name, key_id in outputs.items():
        if name.startswith("ApiKeyId"):
            key = f"aws apigateway get-api-key --include-value --query value --api-key {key_id}"
            print(f"\nThe key to send as x-api-key{name.removeprefix('ApiKeyId')}: {key}")


if __name__ == "__main__":
    main()
