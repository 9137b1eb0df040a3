"""What the shell has set for other programs reaches no process of this project."""

import os
from pathlib import Path

import boto3
import pytest

from infra.environment import OWN, isolate
from tests.support.checkout import FOREIGN_SETTINGS


def test_variables_of_other_programs_are_left_out_but_for_those_that_are_kept() -> None:
    own = {"PATH": "/bin", "PORT": "8001", "ALLOWED_HOSTS": "a", "LC_ALL": "C", "HOME": "/root"}
    environment = FOREIGN_SETTINGS | own
    isolate(environment, kept=frozenset({"AWS_ENDPOINT_URL"}))
    assert environment == own | OWN | {"AWS_ENDPOINT_URL": FOREIGN_SETTINGS["AWS_ENDPOINT_URL"]}


def test_the_settings_of_the_users_home_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("[default]\nendpoint_url = http://127.0.0.1:9\nregion = nowhere\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in OWN:
        monkeypatch.delenv(name, raising=False)
    assert boto3.Session().region_name == "nowhere"
    isolate(os.environ)
    assert boto3.Session().region_name is None
