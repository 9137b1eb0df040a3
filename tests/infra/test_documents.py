"""What the documents name exists: tests, commands, files, alarms, parameters, settings and routes."""

import json
import re

import pytest

from infra import ROOT
from tests.infra.conftest import Templates
from tests.infra.templates import of_type

DOCUMENTS = {
    str(file.relative_to(ROOT)): file.read_text()
    for file in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "client" / "README.md"]
}
OPERATIONS, SETTINGS = DOCUMENTS["docs/operations.md"], DOCUMENTS["docs/settings.md"]
#: The first column of a table.
ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
each_document = pytest.mark.parametrize("document", DOCUMENTS)


@each_document
def test_every_test_that_a_document_names_exists(document: str) -> None:
    for name, function in re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", DOCUMENTS[document]):
        assert (ROOT / name).is_file(), name
        assert f"def {function}" in (ROOT / name).read_text(), function


@each_document
def test_every_make_command_that_a_document_names_exists(document: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", DOCUMENTS[document])) <= targets


@each_document
def test_every_file_and_heading_that_a_document_links_to_exists(document: str) -> None:
    for link, heading in re.findall(r"\]\(([^)#:\s]*)(?:#([^)]*))?\)", DOCUMENTS[document]):
        file = (ROOT / document).parent / link if link else ROOT / document
        assert file.exists(), link
        headings = re.findall(r"^#+ (.*)$", file.read_text(), re.MULTILINE) if heading else [""]
        assert heading in {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}, (link, heading)


def test_the_readme_clones_from_the_address_that_the_makefile_names() -> None:
    (address,) = re.findall(r"^REPOSITORY := (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert re.findall(r"git clone (\S+)", DOCUMENTS["README.md"]) == [address], "write REPOSITORY of the Makefile there"


def test_every_alarm_is_explained(templates: Templates) -> None:
    alarms = OPERATIONS.partition("## Alarms")[2].partition("\n## ")[0]
    headings = " ".join(re.findall(r"^### (.*)$", alarms, re.MULTILINE))
    kinds = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
    names = {name for kind in kinds for name in of_type(templates("prod"), kind)}
    assert set(re.findall(r"`(\w+Alarm)`", headings)) == names


def test_every_parameter_of_the_template_is_explained(templates: Templates) -> None:
    assert set(ROW.findall(OPERATIONS)) == set(templates("prod")["Parameters"])


def test_every_setting_is_explained() -> None:
    service = set(re.findall(r'"([A-Z][A-Z_]+)"', (ROOT / "chalicelib" / "settings.py").read_text()))
    commands = {
        found[1] or found[2]
        for file in (ROOT / "infra").rglob("*.py")
        for found in re.finditer(r'os\.environ(?:\.get\(|\[)"(\w+)"|_port\("(\w+)"', file.read_text())
    }
    assert {name for name in service | commands - {"PATH", "STATE_DIR"} if f"`{name}`" not in SETTINGS} == set()


def test_every_route_is_explained() -> None:
    paths = json.loads((ROOT / "chalicelib" / "api" / "openapi.json").read_text())["paths"]
    assert [path for path in paths if path not in DOCUMENTS["docs/api.md"]] == []


def test_docker_runs_the_localstack_that_the_tests_run() -> None:
    (image,) = re.findall(r"image: localstack/localstack:(\S+)", (ROOT / "docker-compose.yml").read_text())
    assert f"\nlocalstack-core[runtime]=={image}\n" in (ROOT / "infra" / "localstack-requirements.in").read_text()
