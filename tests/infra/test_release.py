"""What `make release` needs."""

import isprime
import pytest

from chalicelib import VERSION
from infra.errors import InfraError
from infra.tools.release import release


def test_the_client_has_the_version_of_the_service() -> None:
    assert isprime.__version__ == VERSION


def test_a_tag_of_another_version_is_refused() -> None:
    with pytest.raises(InfraError, match=f"tag v{VERSION}"):
        release("v0.0.0")
