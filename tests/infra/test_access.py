"""The rule that the servers on this machine use to distinguish their clients from pages of other origins."""

import pytest

from infra.local.access import allowed_hosts, find_refusal, is_local

HOST = ("host", "localhost:8000")
LINK = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1:4566", "[::1]:8000", "a.s3.LOCALHOST", "id.execute-api.127.0.0.1:4566"],
)
def test_a_name_of_this_machine_is_local(host: str) -> None:
    assert is_local(host)
    assert find_refusal("POST", [("host", host)]) is None


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "localhost.evil.example", "evillocalhost", "0.0.0.0", "[::]", "localhost:8000@evil.example"],
)
def test_any_other_name_is_refused(host: str) -> None:
    assert not is_local(host)
    assert find_refusal("GET", [("host", host)])


def test_a_request_needs_one_host() -> None:
    assert find_refusal("GET", [])
    assert find_refusal("GET", [HOST, HOST])


def test_a_name_that_the_settings_add_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "api, Primes.example")
    assert find_refusal("GET", [("host", "primes.example:80")], names=allowed_hosts()) is None
    assert find_refusal("GET", [("host", "evil.example")], names=allowed_hosts())


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:3000", "null", ""])
def test_another_origin_is_refused(origin: str) -> None:
    assert find_refusal("POST", [HOST, ("origin", origin)], links=True)
    assert find_refusal("POST", [HOST, ("origin", "http://localhost:8000"), ("origin", origin)], links=True)


def test_a_request_of_the_servers_own_page_or_of_a_person_is_accepted() -> None:
    own = [HOST, ("origin", "http://localhost:8000"), ("sec-fetch-site", "same-origin")]
    assert find_refusal("POST", own) is None
    assert find_refusal("GET", [HOST, ("sec-fetch-site", "none"), *LINK[1:]]) is None


def test_a_request_of_another_site_is_refused_without_an_origin_too() -> None:
    assert find_refusal("GET", [HOST, ("sec-fetch-site", "same-site")], links=True)


def test_only_a_link_is_followed_and_only_where_links_are_allowed() -> None:
    assert find_refusal("GET", [HOST, *LINK], links=True) is None
    assert find_refusal("GET", [HOST, *LINK])
    assert find_refusal("POST", [HOST, *LINK], links=True), "a form"
    assert find_refusal("GET", [HOST, *LINK[:2], ("sec-fetch-dest", "iframe")], links=True), "a frame"
    assert find_refusal("GET", [HOST, LINK[0], ("sec-fetch-mode", "no-cors"), LINK[2]], links=True), "a script"
