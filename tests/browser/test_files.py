"""The files of the page: small, cached for a year, and under a strict policy."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
import requests

from chalicelib.page import FOLDER, asset

#: All files of the page together, as a browser gets them, uncompressed.
MAX_BYTES = 100_000
MAX_LINES = 300


def references() -> list[str]:
    """Return the names of the files that the page and its modules request."""
    page = asset("index.html", "")
    assert page is not None
    found = re.findall(r'(?:href|src)="page/([^"]+)"', page.body)
    for name in found:
        file = asset(name, "")
        assert file is not None, name
        found += [other for other in re.findall(r'from "\./([^"]+)"', file.body) if other not in found]
    return found


def test_the_whole_page_has_less_than_100_kb() -> None:
    files = [file for name in {"index.html", *references()} if (file := asset(name, ""))]
    assert sum(len(file.body.encode()) for file in files) < MAX_BYTES


def test_a_file_is_sent_without_its_comments_and_otherwise_as_it_is() -> None:
    for path in FOLDER.glob("*.js"):
        name = next(name for name in references() if re.fullmatch(rf"{path.stem}\.\w+\.js", name))
        file = asset(name, "")
        assert file is not None
        sent = re.sub(r"\.[0-9a-f]{12}\.", ".", file.body)
        code = re.sub(r"^\s*(?://.*|/\*\*[\s\S]*?\*/)$", "", path.read_text(), flags=re.MULTILINE)
        assert sent.split() == code.split(), path.name


def test_no_file_has_more_than_300_lines() -> None:
    for path in FOLDER.iterdir():
        assert not path.is_file() or len(path.read_text().splitlines()) <= MAX_LINES, path.name


def test_every_file_has_a_hashed_name_and_may_be_cached_for_a_year() -> None:
    names = references()
    assert len(set(names)) == len([path for path in FOLDER.iterdir() if path.suffix in {".js", ".css", ".svg"}])
    for name in names:
        assert re.fullmatch(r"[a-z]+\.[0-9a-f]{12}\.(js|css|svg)", name)
        file = asset(name, "")
        assert file is not None
        assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", ["app.js", "app.000000000000.js", "__init__.py", "../settings.py", ""])
def test_no_other_name_gives_a_file(name: str) -> None:
    assert asset(name, "") is None


def test_the_prefix_cannot_leave_its_attribute() -> None:
    page = asset("index.html", '/"><b>')
    assert page is not None
    assert '<base href="../&quot;&gt;&lt;b&gt;/">' in page.body


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
    page = asset("index.html", prefix)
    assert page is not None
    base = re.search(r'<base href="([^"]*)">', page.body)
    assert base is not None
    assert urljoin(urljoin(address, base[1]), "queue") == f"{api}queue"


def test_the_policy_of_the_page_allows_nothing_but_its_own_files(service_url: str) -> None:
    response = requests.get(service_url, timeout=30)
    policy = dict(rule.split(" ", 1) for rule in response.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-cache"
    assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=", response.text)
    for name in references():
        assert requests.get(f"{service_url}page/{name}", timeout=30).ok
