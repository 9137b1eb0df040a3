"""The fixtures of all tests: a table and queues in this process, and the service deployed to an emulator.

What takes long to import is imported by the fixture that needs it: most files need none of it.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from infra.emulator.ministack import Emulator
from tests.support.checkout import Checkout, make_checkout
from tests.support.dynamodb_local import dynamodb_local, is_installed, url_of
from tests.support.emulator import emulator_session
from tests.support.programs import missing, skip, use_locked_programs
from tests.support.servers import free_port, local_server

if TYPE_CHECKING:
    from localstack_client.session import Session

# A slow machine is not a failure of a property. CI has 1,500 examples of each, too: `make test-deep`.
settings.register_profile("tests", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# What `make fast` runs.
settings.register_profile("fast", settings.get_profile("tests"), max_examples=10)
# A mutant that was found is found again.
settings.register_profile("mutants", settings.get_profile("tests"), max_examples=25, derandomize=True)
# What `make test-deep` runs.
settings.register_profile("deep", settings.get_profile("tests"), max_examples=1_500)
settings.load_profile("tests")


#: The folder of the DynamoDB Local that the workers of pytest-xdist share.
SHARED_FOLDER = pytest.StashKey[Path]()


#: The folders whose tests share what takes seconds to start.
SHARING = ("tests/browser/", "tests/client/", "tests/integration/")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let CI use moto's table, too."""
    parser.addoption("--moto", action="store_true", help="use moto's table, as where DynamoDB Local is not installed")


def pytest_configure(config: pytest.Config) -> None:
    """Start one DynamoDB Local for all workers of pytest-xdist, while they collect the tests."""
    use_locked_programs()
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput") and not uses_moto(config):
        server = ExitStack()
        config.add_cleanup(server.close)
        config.stash[SHARED_FOLDER] = Path(server.enter_context(TemporaryDirectory()))
        server.enter_context(dynamodb_local(config.stash[SHARED_FOLDER]))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that have slow tests: a worker of pytest-xdist that gets one last would end alone."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """Leave imported modules out of each garbage collection, because they stay to the end."""
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give all files of a folder whose tests share a browser or a deployed service to one worker of pytest-xdist."""
    from xdist.scheduler.loadfile import LoadFileScheduling  # type: ignore[import-untyped] # noqa: PLC0415

    class Scheduler(LoadFileScheduling):  # type: ignore[misc] # pytest-xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            return next((folder for folder in SHARING if nodeid.startswith(folder)), nodeid.split("::", 1)[0])

    return Scheduler(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_report_header() -> str | None:
    """Say before the first test what is missing."""
    return missing()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say in the last line what is missing, where tests were skipped."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    if reporter and not hasattr(config, "workerinput") and reporter.stats.get("skipped") and (sentence := missing()):
        reporter.write_line(sentence)


def uses_moto(config: pytest.Config) -> bool:
    """Return whether the table is moto's: where DynamoDB Local is not installed, which CI does not accept."""
    return bool(config.getoption("moto")) or not ("CI" in os.environ or is_installed())


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker the address of the shared DynamoDB Local."""
    if SHARED_FOLDER in node.config.stash:
        node.workerinput["dynamodb_local"] = str(node.config.stash[SHARED_FOLDER])


@pytest.fixture(scope="session")
def dynamodb_local_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of DynamoDB Local, which runs for this session."""
    shared = getattr(request.config, "workerinput", {}).get("dynamodb_local")
    if not is_installed():
        skip("DynamoDB Local is not installed: make node_modules/made")
    elif shared:
        yield url_of(Path(shared))
    else:
        folder = tmp_path_factory.mktemp("dynamodb_local")
        with dynamodb_local(folder):
            yield url_of(folder)


@pytest.fixture(scope="session")
def dynamodb_endpoint(request: pytest.FixtureRequest) -> str | None:
    """Return the address of DynamoDB Local, or None if the table is moto's."""
    return None if uses_moto(request.config) else request.getfixturevalue("dynamodb_local_url")


@pytest.fixture(scope="module")
def started_moto() -> Iterator[None]:
    """Let moto respond to boto3 for the tests of a module: to start it takes longer than most of them."""
    from tests.support.aws import moto  # noqa: PLC0415

    with moto():
        yield


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, dynamodb_endpoint: str | None, started_moto: None) -> Iterator[None]:
    """Give the service an empty table and empty queues in this process."""
    from tests.support.aws import in_process  # noqa: PLC0415

    with in_process(monkeypatch, dynamodb_endpoint):
        yield


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run MiniStack with every call held to its role's policy, or use the endpoint that AWS_ENDPOINT_URL names."""
    named = os.environ.get("AWS_ENDPOINT_URL")
    if named:
        yield named
    else:
        with Emulator(free_port(), tmp_path_factory.mktemp("emulator"), permissions=True) as url:
            yield url


@pytest.fixture(scope="session")
def outputs(endpoint: str) -> dict[str, str]:
    """Deploy the packaged service with all that `make run` has, and return the stack's outputs."""
    from infra.deploy.deploy import deploy  # noqa: PLC0415

    return deploy("local", endpoint, {"Events": "true"})


@pytest.fixture(scope="session")
def gateway_url(outputs: dict[str, str]) -> str:
    """Return the deployed service's address at the emulator's API Gateway, with a slash at its end."""
    return outputs["EndpointURL"]


@pytest.fixture(scope="session")
def session(endpoint: str) -> Session:
    """Return a session whose clients speak to the emulator."""
    return emulator_session(endpoint)


@pytest.fixture(scope="session")
def service_environment(endpoint: str, outputs: dict[str, str]) -> dict[str, str]:
    """Return the environment that lets the API on this machine use the deployed table and queues."""
    from infra.deploy.outputs import settings_of  # noqa: PLC0415

    return {"PATH": os.environ["PATH"], **settings_of(outputs, endpoint)}


@pytest.fixture(scope="session")
def service_url(service_environment: dict[str, str]) -> Iterator[str]:
    """Serve the working copy on loopback as `make run` does and return its address, with a slash at its end."""
    with local_server(service_environment) as (url, _):
        yield url


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Return a copy of the tree for the tests of a module, which run `make run` there."""
    return make_checkout(tmp_path_factory.mktemp("a checkout"))
