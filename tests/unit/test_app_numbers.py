"""The links by number: what a script and a browser get at the address of a number."""

import re
from urllib.parse import quote, urljoin

import pytest

from chalicelib import thresholds
from tests.support.api import Api, assert_problem, fits
from tests.support.consumers import run_all

PRIME = "10^60+7"


@pytest.fixture
def stored(api: Api, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Return the result of a number that is stored."""
    monkeypatch.setattr(thresholds, "MIN_STORED_SECONDS", 1e-3)
    task_id = api.submit(PRIME).json["task_id"]
    run_all()
    result: dict[str, object] = api.get(f"/{task_id}").json["result"]
    return result


#: The addresses of its stored result.
SPELLINGS = (
    "/numbers/10^60+7 /numbers/10%5E60%2B7 /numbers/10^60%20+%207 /numbers/(10^60+7)/1"
    f" /numbers/{10**60 + 7} /10^60+7 /10%5E60+7 /(10^60+7)/1 /(10^60+7)%2F1"
).split()


def test_every_spelling_of_a_number_finds_its_stored_result(api: Api, stored: dict[str, object]) -> None:
    for path in SPELLINGS:
        response = api.get(path)
        assert response.status == 200, (path, response.text)
        assert fits("NumberResult", response.json)
        assert response.json.items() >= {name: stored[name] for name in ("number", "method", "seconds")}.items()
        assert response.json["computed_at"]
        for name in ("isprime", "pari", "primo", "rocq"):
            certificate = api.get(f"{response.json['certificate']}?format={name}")
            assert (certificate.status, certificate.headers["content-type"][:10]) == (200, "text/plain")


NINES = "9" * 10_001
PROBLEMS = {
    404: ["/numbers/97", "/numbers/97/certificate", "/2^61-1", "/7/2", f"/{NINES}"],
    400: ["/numbers/7/2", "/numbers/abc", "/numbers/%00", "/numbers/%FF%2F%25"],
    413: [f"/numbers/{NINES}", "/numbers/9^9^9^9"],
}


@pytest.mark.parametrize(
    ("path", "status"),
    [(path, status) for status in PROBLEMS for path in PROBLEMS[status]],
    ids=lambda each: str(each)[:30],
)
def test_a_path_that_names_no_stored_result_is_a_problem(api: Api, path: str, status: int) -> None:
    assert_problem(api.get(path), status)


def test_an_id_of_digits_is_no_difference_of_numbers(api: Api) -> None:
    for path in ("/12345678-1234-8123-8123-123456789012", "/12345678-1234-8123-8123-123456789012/1", "/nobody"):
        assert api.get(path).json["detail"].startswith("No task has this id")
    problem = api.get("/2^61-1").json
    assert "2305843009213693951" in problem["detail"]
    assert problem["digits"] == 19


@pytest.mark.parametrize("path", ["2^127-1", "2%5E127-1", "(2^61-1)/1", "numbers/2^127-1", "numbers/(2^61-1)/1",
                                  quote("(2^61-1)/1", safe=""), "no-number"])  # fmt: skip
def test_a_browser_gets_the_page_whose_addresses_are_below_the_services(api: Api, path: str) -> None:
    response = api.get(f"/{path}", accept="text/html,*/*;q=0.8")
    assert (response.status, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert response.headers["vary"] == "Accept"
    found = re.search(r'<base href="([^"]+)">', response.text)
    assert found is not None
    assert urljoin(f"http://here/{path}", found[1]) == "http://here/"
