"""The page works in a second browser engine, Firefox's."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.programs import require_npm

pytestmark = pytest.mark.deep

SCRIPT = Path(__file__).with_name("firefox.mjs")


def test_asking_factors_a_notification_and_the_queues_work_in_firefox(firefox: str, service_url: str) -> None:
    require_npm("puppeteer-core")
    command = ["node", str(SCRIPT), firefox, service_url]
    script = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert script.returncode == 0, script.stderr
    found = json.loads(script.stdout)
    assert found["errors"] == []
    assert found["digits"] == "2305843009213693951"
    assert found["steps"] == ["Queued", "Screened", "Stored"]
    assert sorted(found["factors"], key=len) == ["193707721", "761838257287", str(2**89 - 1)]
    assert found["certificates"] == 1
    assert found["notified"] == ["Cancelled"]
    assert {"Tasks", "Proofs"} <= set(found["lanes"])
    assert found["edges"] >= 5
    assert max(found["widths"]) <= 375
