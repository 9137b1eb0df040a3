"""A web page of another origin, in a real browser, can use neither the emulator nor the API of this machine."""

from __future__ import annotations

import base64
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
import requests
from playwright.sync_api import Browser, Page

from infra.emulator.ministack import Emulator
from tests.browser.chromium import FLAGS
from tests.support.polling import until
from tests.support.ports import free_port

pytestmark = pytest.mark.emulator

#: A name of another site that resolves to this machine, as it does after DNS rebinding.
EVIL = "evil.example"

#: Scripts that send a request, and end whether or not the page may read the response.
REQUESTS = {
    "fetch": "([url, body]) => fetch(url, {method: 'POST', body}).catch(() => null)",
    "fetch of JSON": """([url, body]) => fetch(
        url, {method: 'POST', body, headers: {'Content-Type': 'application/json'}}).catch(() => null)""",
    "no-cors fetch": "([url, body]) => fetch(url, {method: 'POST', mode: 'no-cors', body}).catch(() => null)",
    "beacon": "([url, body]) => navigator.sendBeacon(url, body)",
    "image": "([url]) => new Promise(done => {const i = new Image(); i.onload = i.onerror = done; i.src = url})",
    "frame": """([url]) => new Promise(done => {
        const f = document.createElement('iframe'); f.onload = done; f.src = url; document.body.append(f)})""",
    "form": """([url, body]) => {
        const form = document.createElement('form');
        form.method = 'POST'; form.action = url; form.enctype = 'text/plain';
        const input = document.createElement('input');
        [input.name, input.value] = body.split(/:(.*)/s);
        form.append(input); document.body.append(form); setTimeout(() => form.submit())}""",
}

OPEN_SOCKET = """url => new Promise(done => {
    const socket = new WebSocket(url);
    socket.onopen = () => done('open'); socket.onerror = () => done('refused')})"""


class BlankPage(BaseHTTPRequestHandler):
    """Serves at every address a page that loads nothing, not even an icon."""

    def do_GET(self) -> None:
        page = b'<link rel="icon" href="data:,">'
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def foreign_port() -> Iterator[int]:
    """Serve the foreign page on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), BlankPage) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def rebound(browser: Browser, chromium: str) -> Iterator[Browser]:
    """Start a browser that resolves the foreign name to this machine."""
    flags = [*FLAGS, f"--host-resolver-rules=MAP {EVIL} 127.0.0.1"]
    started = browser.browser_type.launch(executable_path=chromium, args=flags)
    yield started
    started.close()


@pytest.fixture(scope="module")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start an emulator that has no function."""
    with Emulator(free_port(), tmp_path_factory.mktemp("emulator")) as url:
        yield url


@contextmanager
def foreign_page(browser: Browser, url: str) -> Iterator[Page]:
    """Open a page of another origin."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(url)
    yield page
    context.close()


def statuses(page: Page, act: str, url: str, body: str = "") -> set[int]:
    """Run a script on the page and return the statuses of the responses, including those that the page cannot read."""
    addresses: dict[str, str] = {}
    received: list[tuple[str, int]] = []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.requestWillBeSent", lambda sent: addresses.update({sent["requestId"]: sent["request"]["url"]}))
    network.on(
        "Network.responseReceivedExtraInfo",
        lambda response: received.append((response["requestId"], response["statusCode"])),
    )
    page.evaluate(act, [url, body])

    def look() -> set[int]:
        page.wait_for_timeout(1)  # Playwright calls the listeners only while it waits
        return {status for request, status in received if addresses.get(request) == url}

    return until(look, "a response comes", 20)


def function_to_create() -> str:
    """Return the request that creates a function."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("evil.py", "def run(event, context):\n    return 'code of the page'\n")
    role = "arn:aws:iam::000000000000:role/any"
    zipped = base64.b64encode(code.getvalue()).decode()
    function = {"FunctionName": "evil", "Runtime": "python3.12", "Role": role, "Handler": "evil.run"}
    return json.dumps(function | {"Code": {"ZipFile": zipped}})


def client(service: str, url: str) -> Any:
    credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    return boto3.client(service, endpoint_url=url, **credentials)  # type: ignore[call-overload]


def functions(url: str) -> list[Any]:
    return list(client("lambda", url).list_functions()["Functions"])


@pytest.fixture(scope="module")
def socket_url(emulator_url: str) -> str:
    """Return the address of a WebSocket API on the emulator."""
    gateway = client("apigatewayv2", emulator_url)
    created = gateway.create_api(Name="any", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")
    gateway.create_stage(ApiId=created["ApiId"], StageName="any")
    return emulator_url.replace("http", "ws") + f"/_aws/execute-api/{created['ApiId']}/any"


@pytest.mark.parametrize("host", [EVIL, "localhost", "127.0.0.1"])
@pytest.mark.parametrize("kind", REQUESTS)
def test_a_foreign_page_cannot_create_a_function(
    rebound: Browser, foreign_port: int, emulator_url: str, host: str, kind: str
) -> None:
    with foreign_page(rebound, f"http://{host}:{foreign_port}/") as page:
        url = f"{emulator_url}/2015-03-31/functions"
        assert statuses(page, REQUESTS[kind], url, function_to_create()) == {403}
    assert functions(emulator_url) == []


def test_a_page_whose_name_is_resolved_to_this_machine_cannot_create_a_function(
    rebound: Browser, emulator_url: str
) -> None:
    url = emulator_url.replace("127.0.0.1", EVIL)
    with foreign_page(rebound, url) as page:
        assert statuses(page, REQUESTS["fetch of JSON"], f"{url}/2015-03-31/functions", function_to_create()) == {403}
    assert functions(emulator_url) == []


@pytest.mark.parametrize("host", [EVIL, "localhost", "127.0.0.1"])
def test_a_foreign_page_cannot_open_a_web_socket(
    rebound: Browser, foreign_port: int, socket_url: str, host: str
) -> None:
    with foreign_page(rebound, f"http://{host}:{foreign_port}/") as page:
        assert page.evaluate(OPEN_SOCKET, socket_url) == "refused"


def test_a_page_of_the_same_origin_can_open_a_web_socket(rebound: Browser, socket_url: str) -> None:
    with foreign_page(
        rebound, socket_url.replace("ws", "http", 1).partition("/_aws")[0] + "/_ministack/health"
    ) as page:
        assert page.evaluate(OPEN_SOCKET, socket_url) == "open"


def test_a_foreign_page_cannot_link_to_the_emulator(rebound: Browser, foreign_port: int, emulator_url: str) -> None:
    with foreign_page(rebound, f"http://{EVIL}:{foreign_port}/") as page:
        assert statuses(
            page, "([url]) => {setTimeout(() => {location.href = url})}", f"{emulator_url}/?Action=ListQueues"
        ) == {403}


def test_the_emulators_refusal_allows_no_origin(emulator_url: str) -> None:
    response = requests.options(emulator_url, headers={"Origin": "http://evil.example"}, timeout=30)
    assert response.status_code == 403
    assert not [name for name in response.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("host", [EVIL, "localhost", "127.0.0.1"])
@pytest.mark.parametrize("kind", REQUESTS)
def test_a_foreign_page_cannot_submit_a_number(
    rebound: Browser, foreign_port: int, service_url: str, host: str, kind: str
) -> None:
    with foreign_page(rebound, f"http://{host}:{foreign_port}/") as page:
        assert statuses(page, REQUESTS[kind], service_url, '{"number": 97}') == {403}


def test_a_page_whose_name_is_resolved_to_this_machine_cannot_submit_a_number(
    rebound: Browser, service_url: str
) -> None:
    url = service_url.replace("127.0.0.1", EVIL)
    with foreign_page(rebound, url) as page:
        assert statuses(page, REQUESTS["fetch of JSON"], url, '{"number": 97}') == {403}


def test_a_foreign_page_may_link_to_the_page_of_the_service(
    rebound: Browser, foreign_port: int, service_url: str
) -> None:
    with foreign_page(rebound, f"http://{EVIL}:{foreign_port}/") as page:
        page.evaluate("url => {setTimeout(() => {location.href = url})}", service_url)
        page.wait_for_url(service_url)
        assert page.get_by_role("heading").first.is_visible()
        assert page.evaluate("fetch('/queue').then(response => response.status)") == 200
