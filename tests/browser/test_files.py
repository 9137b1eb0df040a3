"""The page's files: small, cached for long, bound by a strict policy."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
import requests

from chalicelib.console import FOLDER, asset

#: All files of the page together, uncompressed.
MOST_BYTES = 60_000


def references() -> list[str]:
    page = asset("index.html", "")
    assert page is not None
    found = re.findall(r'(?:href|src)="console/([^"]+)"', page.body)
    for name in found:
        file = asset(name, "")
        assert file is not None, name
        found += [other for other in re.findall(r'from "\./([^"]+)"', file.body) if other not in found]
    return found


def test_the_whole_page_weighs_less_than_60_kb() -> None:
    files = [path for path in FOLDER.iterdir() if path.is_file() and path.suffix != ".py"]
    assert sum(path.stat().st_size for path in files) < MOST_BYTES


def test_every_file_is_asked_for_by_its_hashed_name_and_may_be_kept_for_a_year() -> None:
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


@pytest.mark.parametrize("address", ["https://host/api", "https://host/api/", "https://host/before/api/"])
def test_addresses_are_right_with_and_without_a_slash_at_the_end(address: str) -> None:
    page = asset("index.html", "/api")
    assert page is not None
    base = re.search(r'<base href="([^"]*)">', page.body)
    assert base is not None
    assert urljoin(urljoin(address, base[1]), "queue") == address.rstrip("/") + "/queue"


def test_the_policy_of_the_page_allows_nothing_but_its_own_files(service_url: str) -> None:
    answer = requests.get(service_url, timeout=30)
    policy = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=", answer.text)
    for name in references():
        assert requests.get(f"{service_url}console/{name}", timeout=30).ok
