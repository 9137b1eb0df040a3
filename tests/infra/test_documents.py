"""The operator's documents describe every alarm and parameter, and the tests and commands that they name exist."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from chalicelib import VERSION
from infra.packaging.package import Package
from tests.infra.calls import ROOT
from tests.infra.packaged import of_type

OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
SECURITY = (ROOT / "docs" / "security.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
#: Modules with which code could open a connection. boto3 and botocore, which call AWS, are not among them.
NETWORK = {
    "asyncio",
    "ftplib",
    "http.client",
    "httpx",
    "requests",
    "smtplib",
    "socket",
    "ssl",
    "urllib.request",
    "urllib3",
}
#: Sends the calls to AWS where their endpoint is an emulator on this machine: see tests/unit/test_loopback.py.
TRANSPORT = ROOT / "chalicelib" / "loopback.py"


#: What the commands set for the processes that they start.
SET_BY_MAKE_RUN = {"PATH", "STATE_DIR"}


def named_tests() -> list[str]:
    return sorted(set(re.findall(r"`(tests/[\w/]+\.py::test_\w+)`", SECURITY)))


def test_every_alarm_has_a_paragraph(packages: dict[str, Package]) -> None:
    headings = " ".join(re.findall(r"^### (.*)$", OPERATIONS, re.MULTILINE))
    assert set(re.findall(r"`(\w+Alarm)`", headings)) == set(of_type(packages["prod"], "AWS::CloudWatch::Alarm"))


def test_every_paragraph_on_an_alarm_says_what_it_means_and_what_to_do() -> None:
    alarms = OPERATIONS.partition("## Alarms")[2].partition("\n## ")[0]
    for paragraph in alarms.split("\n### ")[1:]:
        assert "*Means:*" in paragraph
        assert "*Do:*" in paragraph


def test_every_parameter_of_the_template_is_explained(packages: dict[str, Package]) -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", OPERATIONS, re.MULTILINE))
    assert named == set(packages["prod"].template["Parameters"])


def test_the_fields_of_the_access_log_are_those_that_the_runbook_names(packages: dict[str, Package]) -> None:
    api = of_type(packages["prod"], "AWS::Serverless::Api")["RestAPI"]
    (named,) = re.findall(
        r"^The access log \(`AccessLogs`\) has one line a request: (.*?)\. ", OPERATIONS, re.DOTALL | re.MULTILINE
    )
    assert set(re.findall(r"`(\w+)`", named)) == set(json.loads(api["AccessLogSetting"]["Format"]))


def test_docker_runs_the_localstack_that_the_tests_run() -> None:
    (image,) = re.findall(r"image: localstack/localstack:(\S+)", (ROOT / "docker-compose.yml").read_text())
    assert f"\nlocalstack-core[runtime]=={image}\n" in (ROOT / "infra" / "localstack-requirements.in").read_text()


@pytest.mark.parametrize("document", ["operations.md", "security.md"])
def test_every_make_command_in_a_document_is_in_the_makefile(document: str) -> None:
    commands = set(re.findall(r"`make (\w+)", (ROOT / "docs" / document).read_text()))
    assert commands <= set(re.findall(r"^(\w+):.*## ", MAKEFILE, re.MULTILINE))


@pytest.mark.parametrize("row", range(1, 11))
def test_every_risk_of_owasps_list_has_a_row(row: int) -> None:
    assert re.search(rf"^\| API{row}:2023 .*\| .*\|$", SECURITY, re.MULTILINE)


@pytest.mark.parametrize("name", named_tests())
def test_every_test_that_the_security_page_names_exists(name: str) -> None:
    file, _, test = name.partition("::")
    tree = ast.parse(Path(ROOT / file).read_text())
    assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_newest_entry_of_the_changelog_is_the_version_or_not_released_yet() -> None:
    newest = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert next(entry for entry in newest if entry != "Unreleased") == VERSION


def test_every_variable_that_the_commands_read_is_a_documented_setting() -> None:
    pattern = r'environ(?:\.get\(|\[)"(\w+)"|_port\("(\w+)"'
    read = {
        first or second
        for file in (ROOT / "infra").rglob("*.py")
        for first, second in re.findall(pattern, file.read_text())
    }
    documented = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))
    assert read - SET_BY_MAKE_RUN <= documented


def test_no_test_imports_another_test() -> None:
    tests = {file: imported(file) for file in (ROOT / "tests").rglob("*.py")}
    assert not {
        f"{file.relative_to(ROOT)}: {module}"
        for file, modules in tests.items()
        for module in modules
        if re.match(r"tests\..*\btest_", module)
    }


def test_the_service_can_open_no_address_that_a_client_names() -> None:
    """Only the transport to an emulator opens connections, and only to the endpoint of the AWS client."""
    opening = {file for file in [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py")] if imported(file) & NETWORK}
    assert opening == {TRANSPORT}


def imported(file: Path) -> set[str]:
    """Return the modules that a file imports, anywhere in it."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            modules |= {str(node.module)} | {f"{node.module}.{alias.name}" for alias in node.names}
    return modules | {module.partition(".")[0] for module in modules}
