"""What one machine adds to the API: refusals, limits, a full disk, the files of the page, and API Gateway's part."""

import io
import json
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from chalice.app import Chalice, Response

from chalicelib import page
from infra.emulator.disk import Disk
from infra.local import application as limits
from infra.local.application import Application
from tests.support.polling import until

Received = tuple[int, dict[str, str], bytes]


def tiny_app() -> Chalice:
    app = Chalice(app_name="tiny")

    @app.route("/", methods=["GET", "POST"])
    def root() -> Response:
        request = cast(Any, app.current_request)
        content = {"body": request.raw_body.decode(), "query": dict(request.query_params or {})}
        return Response({**content, "headers": dict(request.headers)})

    @app.route("/items/{name}", methods=["GET"])
    def item(name: str) -> Response:
        return Response(name, {"Content-Type": "text/plain"})

    return app


def send(application: Application, path: str = "/", body: bytes = b"", **environ: str) -> Received:
    """Return what a WSGI request gets."""
    started: list[Any] = []
    request = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "HTTP_HOST": "localhost",
        "CONTENT_TYPE": "application/json",
        "wsgi.input": io.BytesIO(body),
    }
    content = b"".join(application(request | environ, lambda *args: started.extend(args)))  # type: ignore[arg-type]
    return int(started[0][:3]), dict(started[1]), content


def detail(received: Received, status: int) -> str:
    """Return the detail of a problem with a status."""
    assert received[0] == status
    assert received[1]["content-type"] == "application/problem+json"
    return str(json.loads(received[2])["detail"])


@pytest.mark.parametrize("path", ["/", "/page/app.js"])
def test_a_page_of_another_origin_or_name_is_refused(path: str) -> None:
    for name in ("evil.example", "localhost,evil.example"):
        assert "Use localhost" in detail(send(Application(tiny_app()), path, HTTP_HOST=name), 403)
    for origin in ("http://evil.example", "http://localhost,http://evil.example"):
        assert "Only the service's own page" in detail(send(Application(tiny_app()), path, HTTP_ORIGIN=origin), 403)


def test_a_request_reaches_the_app_as_api_gateway_hands_it_over() -> None:
    received = send(Application(tiny_app()), body=b"{}", QUERY_STRING="a=1&a=2&b=%26", HTTP_X_KEY="value")
    content = json.loads(received[2])
    assert content["query"] == {"a": "2", "b": "&"}
    assert (content["body"], content["headers"]["x-key"]) == ("{}", "value")
    assert send(Application(tiny_app()), "/items/2^3\xc3(", REQUEST_METHOD="HEAD")[2] == b"2%5E3%C3("


@pytest.mark.parametrize("path", ["/nowhere", "//localhost/"])
def test_an_address_without_a_route_is_404(path: str) -> None:
    assert "/openapi.json" in detail(send(Application(tiny_app()), path), 404)


def test_a_body_that_is_not_utf_8_or_is_cut_off_is_400() -> None:
    assert detail(send(Application(tiny_app()), body=b"\xff"), 400) == "Send the body in UTF-8."
    assert "ended before" in detail(send(Application(tiny_app()), body=b"{}", CONTENT_LENGTH="3"), 400)


def test_a_body_over_the_limit_is_413_and_is_not_kept() -> None:
    application, unread = Application(tiny_app()), io.BytesIO(b"0" * (limits.MAX_BODY_BYTES + 1_000_000))
    too_long = {"REQUEST_METHOD": "POST", "wsgi.input": unread}
    declared = send(application, CONTENT_LENGTH="6000001", **cast(Any, too_long))
    assert detail(declared, 413) == "Send at most 5 MB: split the list."
    assert unread.tell() == 0
    assert detail(send(application, **cast(Any, too_long)), 413)
    assert unread.tell() == limits.MAX_BODY_BYTES + 1


def test_an_error_of_the_app_is_a_500_that_shows_nothing_of_the_implementation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("the secret")

    monkeypatch.setattr(Chalice, "__call__", fail)
    assert "secret" not in detail(send(Application(tiny_app())), 500)
    assert "the secret" in capsys.readouterr().err


@contextmanager
def held_requests(count: int, body: bytes = b"") -> Iterator[tuple[Application, list[str | None]]]:
    """Give an application while `count` requests are in progress, and the `Prefer` of each."""
    app, release = tiny_app(), threading.Event()
    preferences: list[str | None] = []

    @app.route("/slow", methods=["GET", "POST"])
    def slow() -> str:
        preferences.append(cast(Any, app.current_request).headers.get("prefer"))
        assert release.wait(30)
        return ""

    application = Application(app)
    with ThreadPoolExecutor(count) as pool:
        for _ in range(count):
            pool.submit(send, application, "/slow", body, HTTP_PREFER="wait=25")
        try:
            until(lambda: len(preferences) == count, "they are in progress")
            yield application, preferences
        finally:
            release.set()


def test_requests_over_the_limit_are_refused_first_those_that_want_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_REQUESTS", 4)
    monkeypatch.setattr(limits, "PLAIN_REQUESTS", 1)
    with held_requests(3) as (application, preferences):
        refused = send(application, "/slow", HTTP_PREFER="wait=1")
        assert "Nothing of this one was accepted" in detail(refused, 503)
        assert refused[1]["retry-after"] == "1"
        assert len(preferences) == 3
        assert send(application)[0] == 200, "it does not want to wait"
    assert send(application)[0] == 200


def test_when_many_wait_further_requests_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_WAITING_REQUESTS", 2)
    with held_requests(4) as (_, preferences):
        assert sorted(map(str, preferences)) == ["None", "None", "wait=25", "wait=25"]


def test_large_bodies_are_bounded_and_a_small_one_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_LARGE_BODIES", 1)
    large = b"0" * (limits.SMALL_BODY_BYTES + 1)
    with held_requests(1, large) as (application, _):
        assert "as many large requests as fit" in detail(send(application, body=large), 503)
        assert send(application, body=large[:-1])[0] == 200
    assert send(application, body=large)[0] == 200


def test_while_the_disk_is_full_no_work_is_accepted_and_the_service_is_not_healthy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    disk = SimpleNamespace(free=Disk(tmp_path).needed_bytes() - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk)
    application = Application(tiny_app(), tmp_path)
    for received in (send(application, body=b"{}"), send(application, "/health")):
        assert "Nothing was accepted: free some space" in detail(received, 503)
    assert send(application)[0] == 200
    disk.free += 1
    assert send(application, body=b"{}")[0] == 200


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a copy of the folder of the page that is served."""
    folder = tmp_path / "page"
    shutil.copytree(page.FOLDER, folder)
    (tmp_path / "outside.js").touch()
    monkeypatch.setattr(page, "FOLDER", folder)
    page.source.cache_clear()
    yield folder
    page.source.cache_clear()


def test_a_change_of_the_page_itself_is_shown_at_once(sources: Path) -> None:
    before = page.index("").body
    (sources / "index.html").write_text(before.replace("<title>", "<title>Changed: "))
    send(Application(tiny_app()), HTTP_ACCEPT="text/html")
    assert "<title>Changed: " in page.index("").body


@pytest.mark.usefixtures("sources")
@pytest.mark.parametrize("name", ["", "no.js", "__init__.py", "index.html", "../outside.js", "/etc/passwd"])
def test_no_other_name_gives_a_file(name: str) -> None:
    assert "open / for the page" in detail(send(Application(tiny_app()), f"/page/{name}"), 404)
