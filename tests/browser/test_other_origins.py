"""A web page of another origin, in a real browser, cannot use the emulator or the API of this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.pages import FLAGS
from tests.support.emulator import emulator_session
from tests.support.polling import until

pytestmark = pytest.mark.emulator

#: A name of another site that resolves to this machine, as it does after DNS rebinding.
EVIL = "evil.example"
LINK = "([url]) => {setTimeout(() => {location.href = url})}"
#: Scripts that send a request, and end whether or not the page may read the response. The last one leaves the page.
REQUESTS = {
    "fetch": "([url, body]) => fetch(url, {method: 'POST', body}).catch(() => null)",
    "fetch of JSON": """([url, body]) => fetch(
        url, {method: 'POST', body, headers: {'Content-Type': 'application/json'}}).catch(() => null)""",
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


@pytest.fixture(scope="module", params=["emulator", "service"])
def target(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Return an address, and the body of a POST that is accepted there from this machine."""
    if request.param == "service":
        return request.getfixturevalue("service_url"), '{"number": 97}'
    return f"{request.getfixturevalue('endpoint')}/?Action=CreateQueue&QueueName=evil", "any: body"


@contextmanager
def open_foreign(browser: Browser, url: str) -> Iterator[Page]:
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

    return until(look, "a response comes")


@pytest.mark.parametrize("host", [EVIL, "localhost", "127.0.0.1"])
def test_a_foreign_page_can_send_no_request(
    rebound: Browser, foreign_port: int, target: tuple[str, str], host: str
) -> None:
    with open_foreign(rebound, f"http://{host}:{foreign_port}/") as page:
        for kind, script in REQUESTS.items():
            assert statuses(page, script, *target) == {403}, kind


def test_a_page_whose_name_is_resolved_to_this_machine_can_send_no_request(
    rebound: Browser, target: tuple[str, str]
) -> None:
    url, body = target
    rebound_url = url.replace("127.0.0.1", EVIL)
    with open_foreign(rebound, rebound_url) as page:
        assert statuses(page, REQUESTS["fetch of JSON"], rebound_url, body) == {403}


def test_no_page_can_open_a_web_socket_to_the_emulator(rebound: Browser, foreign_port: int, endpoint: str) -> None:
    gateway = emulator_session(endpoint).client("apigatewayv2")
    api = gateway.create_api(Name="any", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")
    gateway.create_stage(ApiId=api["ApiId"], StageName="any")
    url = f"{endpoint.replace('http', 'ws')}/_aws/execute-api/{api['ApiId']}/any"
    own = f"{endpoint}/_ministack/health"
    foreign = [f"http://{host}:{foreign_port}/" for host in (EVIL, "localhost", "127.0.0.1")]
    for page_url in (own, *foreign):
        with open_foreign(rebound, page_url) as page:
            assert page.evaluate(OPEN_SOCKET, url) == "refused", page_url


def test_a_foreign_page_may_link_to_the_page_but_not_to_the_emulator(
    rebound: Browser, foreign_port: int, service_url: str, endpoint: str
) -> None:
    foreign = f"http://{EVIL}:{foreign_port}/"
    with open_foreign(rebound, foreign) as page:
        assert statuses(page, LINK, f"{endpoint}/?Action=ListQueues") == {403}
    with open_foreign(rebound, foreign) as page:
        page.evaluate(LINK, [service_url])
        page.wait_for_url(service_url)
        assert page.get_by_role("heading").first.is_visible()
        assert page.evaluate("fetch('/queue').then(response => response.status)") == 200
