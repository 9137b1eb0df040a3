"""What the shell has set for other programs reaches no process of this project."""

import os
from pathlib import Path

import boto3
import pytest

from infra.environment import OWN, isolate
from tests.support.checkout import FOREIGN_SETTINGS

LEFT_OUT = FOREIGN_SETTINGS.keys() - {"LC_ALL", "HOME"}


@pytest.mark.parametrize("name", sorted(LEFT_OUT))
def test_a_variable_of_other_programs_is_left_out(name: str) -> None:
    environment = {name: FOREIGN_SETTINGS[name], "PATH": "/bin", "PORT": "8001", "ALLOWED_HOSTS": "a"}
    isolate(environment)
    assert environment == {"PATH": "/bin", "PORT": "8001", "ALLOWED_HOSTS": "a", **OWN}


def test_a_variable_that_is_kept_stays() -> None:
    environment = {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "AWS_PROFILE": "a"}
    isolate(environment, kept=frozenset({"AWS_ENDPOINT_URL"}))
    assert environment == {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", **OWN}


def test_the_settings_of_the_users_home_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("[default]\nendpoint_url = http://127.0.0.1:9\nregion = nowhere\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in OWN:
        monkeypatch.delenv(name, raising=False)
    assert boto3.Session().region_name == "nowhere"
    isolate(os.environ)
    assert boto3.Session().region_name is None
