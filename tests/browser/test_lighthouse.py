"""Lighthouse's grades of the packaged page, as a phone with a slow network."""

import json
import os
import subprocess
import threading
from io import BytesIO
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from app import app
from infra import ROOT
from infra.local.application import Application
from tests.browser.test_packaged import packaged_page
from tests.support.programs import skip

COMMAND = ROOT / "build" / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST = 0.98
#: A busy machine makes a page slower and never faster, so that the best of these runs is the page's.
RUNS = 5


class Server(ThreadingMixIn, WSGIServer):
    """Serves each connection by a thread, because a browser opens some before it needs them."""

    daemon_threads = True


@pytest.mark.deep
def test_lighthouse_gives_the_packaged_page_at_least_98_in_each_category(
    aws: None, chromium: str, tmp_path: Path
) -> None:
    if not COMMAND.exists():
        skip("Lighthouse is missing: make test-deep installs it")
    application = Application(app)

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        # The input of wsgiref has no end, and Lighthouse sends no body.
        return application({**environ, "wsgi.input": BytesIO()}, start_response)

    best = dict.fromkeys(CATEGORIES, 0.0)
    with packaged_page(tmp_path), make_server("127.0.0.1", 0, serve, Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for _ in range(RUNS):
            grades = _grades(chromium, server.server_port)
            best |= {name: max(best[name], grade) for name, grade in grades.items()}
            if min(best.values()) >= LEAST:
                break
    assert min(best.values()) >= LEAST, best


def _grades(chromium: str, port: int) -> dict[str, float]:
    """Return the grade of each category, from 0 to 1, without one as 0: Lighthouse could not measure it.

    There is none where it fails, such as where its browser ends.
    """
    command = [
        "node",
        str(COMMAND),
        f"http://localhost:{port}/",
        "--quiet",
        "--output=json",
        "--no-enable-error-reporting",
    ]
    options = [f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless --no-sandbox"]
    done = subprocess.run(
        [*command, *options],
        env={**os.environ, "CHROME_PATH": chromium},
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    report = json.loads(done.stdout) if done.returncode == 0 else {"categories": {}}
    return {name: category["score"] or 0 for name, category in report["categories"].items()}
