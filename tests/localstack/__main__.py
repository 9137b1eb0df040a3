"""Runs the tests that speak to a deployed service on LocalStack without Docker: `python -m tests.localstack`."""

import os
import shutil
import subprocess
import sys

from infra import ROOT
from tests.localstack.environments import make, missing
from tests.localstack.localstack import localstack
from tests.support.programs import use_locked_programs
from tests.support.servers import free_port

#: Where the logs of LocalStack and of the functions stay until the next run.
FOLDER = ROOT / "build" / "localstack"

#: What speaks to the deployed service. The rest of tests/infra and tests/faults needs no emulator, or starts MiniStack.
TESTS = (
    "tests/localstack",
    "tests/integration",
    "tests/infra/test_deploy.py",
    "tests/infra/test_destroy.py",
    "tests/infra/test_gateway.py",
)

#: Rules that LocalStack 4.14.0 cannot show: it holds no function to its policy, throttles nothing, rolls no stack back,
#: and takes only the status of a gateway response.
NOT_ON_LOCALSTACK = (
    "tests/infra/test_deploy.py::test_a_function_can_call_only_what_its_policy_allows",
    "tests/infra/test_deploy.py::test_a_failed_update_names_the_resource_and_the_next_deploy_corrects_it",
    "tests/infra/test_destroy.py::test_a_failed_deploy_names_the_resource_and_the_next_one_corrects_it",
    "tests/infra/test_gateway.py::test_a_missing_key_is_a_problem_that_says_what_to_send",
    "tests/infra/test_gateway.py::test_an_unknown_address_is_404_and_shows_nothing_of_the_implementation",
    "tests/infra/test_gateway.py::test_requests_over_the_rate_limit_are_429_with_retry_after",
)
#: What starts a MiniStack of its own.
ON_MINISTACK = ("tests/integration/test_tutorial.py",)


def main(arguments: list[str]) -> int:
    """Start LocalStack, run the tests, or those that `arguments` name, and return pytest's exit status."""
    use_locked_programs()
    if lacking := missing():
        print("make test-localstack: not run. " + ". ".join(lacking) + ".")
        return 1 if os.environ.get("CI") else 0
    make()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with localstack(free_port(), FOLDER) as (url, pid):
        command = [sys.executable, "-m", "pytest", "-m", "emulator and not deep", *(arguments or TESTS)]
        command += [f"--deselect={test}" for test in NOT_ON_LOCALSTACK]
        command += [f"--ignore={file}" for file in ON_MINISTACK]
        environment = {**os.environ, "AWS_ENDPOINT_URL": url, "LOCALSTACK_PID": str(pid)}
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
