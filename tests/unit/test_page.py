"""The page: one file as it is packaged, files with hashed names as the sources are, under a strict policy."""

import base64
import gzip
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest

from chalicelib import page
from chalicelib.page import FOLDER, Asset, index
from infra import ROOT
from infra.packaging.page import bundle
from tests.support.api import Api
from tests.support.programs import require_npm

#: The whole page, as a browser gets it.
MAX_COMPRESSED_BYTES = 60_000


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asset]:
    """Serve the page as it is packaged."""
    require_npm("esbuild")
    shutil.copytree(FOLDER, tmp_path / "page")
    bundle(tmp_path / "page")
    monkeypatch.setattr(page, "FOLDER", tmp_path / "page")
    page.source.cache_clear()
    yield index("")
    page.source.cache_clear()


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["html-validate", "chalicelib/page/index.html"], id="html"),
        pytest.param(["stylelint", "chalicelib/page/**/*.css"], id="css"),
        pytest.param(["tsc", "--project", "jsconfig.json"], id="js"),
        pytest.param(["redocly", "lint", "--format=github-actions", "chalicelib/api/openapi.json"], id="openapi"),
    ],
)
def test_the_sources_pass_the_tool_for_their_language(command: list[str]) -> None:
    program = require_npm(f".bin/{command[0]}")
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    result = subprocess.run(
        [program, *command[1:]], cwd=ROOT, env=os.environ | quiet, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout) == (0, ""), result.stderr


def policy_of(sent: Asset) -> dict[str, str]:
    return dict(rule.split(" ", 1) for rule in sent.headers["Content-Security-Policy"].split("; "))


def test_the_packaged_page_is_one_file_of_less_than_60_kb(packaged: Asset) -> None:
    assert len(gzip.compress(packaged.body.encode())) < MAX_COMPRESSED_BYTES
    assert "page/" not in re.sub(r"<script.*?</script>", "", packaged.body, flags=re.DOTALL)


def test_the_policy_of_the_packaged_page_allows_what_is_inside_it_by_its_hash(packaged: Asset) -> None:
    for kind in ("script", "style"):
        (text,) = re.findall(rf"<{kind}[^>]*>(.*?)</{kind}>", packaged.body, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert policy_of(packaged)[f"{kind}-src"] == f"'sha256-{digest}'"


@pytest.mark.usefixtures("packaged")
def test_the_packaged_page_is_shown_again_without_being_sent_again(api: Api) -> None:
    sent = api.get("/")
    assert (sent.headers["cache-control"], sent.headers["vary"]) == ("public, max-age=300", "Accept")
    again = api.get("/", if_none_match=sent.headers["etag"])
    assert (again.status, again.text) == (304, "")
    assert api.get("/", if_none_match='"another"').status == 200


def test_the_prefix_cannot_leave_its_attribute() -> None:
    assert '<base href="../&quot;&gt;&lt;b&gt;/">' in index('/"><b>').body


@pytest.mark.parametrize(
    ("prefix", "address", "api"),
    [
        pytest.param("", "https://host/", "https://host/", id="root"),
        pytest.param("", "https://host/TASK", "https://host/", id="task"),
        pytest.param("", "https://host/proxy/TASK", "https://host/proxy/", id="task-behind-a-proxy"),
        pytest.param("/api", "https://host/api", "https://host/api/", id="stage-without-slash"),
        pytest.param("/api", "https://host/api/", "https://host/api/", id="stage"),
        pytest.param("/api", "https://host/api/TASK", "https://host/api/", id="task-of-a-stage"),
        pytest.param("/api", "https://host/proxy/api/", "https://host/proxy/api/", id="stage-behind-a-proxy"),
    ],
)
def test_addresses_are_relative_to_the_api_wherever_the_page_is_opened(prefix: str, address: str, api: str) -> None:
    base = re.search(r'<base href="([^"]*)">', index(prefix).body)
    assert base is not None
    assert urljoin(urljoin(address, base[1]), "queue") == f"{api}queue"


def test_the_policy_of_the_page_allows_nothing_but_its_own_files() -> None:
    sent, policy = index(""), policy_of(index(""))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Cache-Control"] == "no-cache"
    assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=", sent.body)
