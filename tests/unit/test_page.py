"""The files of the page: small, cached for a year, and under a strict policy."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest

from chalicelib.page import FOLDER, Asset, asset

#: All files of the page together, as a browser gets them, uncompressed.
MAX_BYTES = 100_000


def index(prefix: str = "") -> Asset:
    page = asset("index.html", prefix)
    assert page is not None
    return page


def references() -> dict[str, Asset]:
    """Return the files that the page and its modules request, by name."""
    files: dict[str, Asset] = {}
    names = re.findall(r'(?:href|src)="page/([^"]+)"', index().body)
    while names:
        name = names.pop()
        file = asset(name, "")
        assert file is not None, name
        files[name] = file
        names += set(re.findall(r'from "\./([^"]+)"', file.body)) - files.keys()
    return files


def test_the_whole_page_has_less_than_100_kb() -> None:
    assert sum(len(file.body.encode()) for file in (index(), *references().values())) < MAX_BYTES


def test_a_file_is_sent_without_its_comments_and_otherwise_as_it_is() -> None:
    for name, file in references().items():
        if name.endswith(".js"):
            sent = re.sub(r"\.[0-9a-f]{12}\.", ".", file.body)
            source = (FOLDER / f"{name.split('.')[0]}.js").read_text()
            code = re.sub(r"^\s*(?://.*|/\*\*[\s\S]*?\*/)$", "", source, flags=re.MULTILINE)
            assert sent.split() == code.split(), name


def test_every_file_has_a_hashed_name_and_may_be_cached_for_a_year() -> None:
    files = references()
    assert len(files) == len([path for path in FOLDER.iterdir() if path.suffix in {".js", ".css", ".svg"}])
    for name, file in files.items():
        assert re.fullmatch(r"[a-z]+\.[0-9a-f]{12}\.(js|css|svg)", name)
        assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", ["app.js", "app.000000000000.js", "__init__.py", "../settings.py", ""])
def test_no_other_name_gives_a_file(name: str) -> None:
    assert asset(name, "") is None


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
    page = index()
    policy = dict(rule.split(" ", 1) for rule in page.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-cache"
    assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=", page.body)
