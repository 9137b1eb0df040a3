"""A task's messages end before it does, and it can be read as FAILURE in between."""

import pytest

from chalicelib.settings import MAX_RETENTION_DAYS
from chalicelib.tasks import lifetime
from infra.packaging.consumers import consumer_parts
from tests.support.doubles import set_clock


def test_a_task_expires_no_earlier_than_its_retention_after_its_submission() -> None:
    assert lifetime.expiry(1_800_000_000.5, 10) == 1_800_000_011


@pytest.mark.parametrize("days", range(1, MAX_RETENTION_DAYS + 1))
def test_a_message_ends_before_its_task_is_overdue_and_that_before_it_expires(
    days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    retention = consumer_parts()["Mappings"]["MessageSeconds"][str(days)]["Value"]
    expires_at = lifetime.expiry(1_800_000_000, days * 86_400)
    assert 0 < retention <= 14 * 86_400, "SQS's limits"
    set_clock(monkeypatch, 1_800_000_000 + retention - 1)
    assert not lifetime.have_messages_ended(expires_at)
    set_clock(monkeypatch, 1_800_000_000 + retention)
    assert lifetime.have_messages_ended(expires_at)
    assert not lifetime.is_overdue(expires_at)
    set_clock(monkeypatch, lifetime.overdue_at(expires_at))
    assert lifetime.is_overdue(expires_at)
    assert not lifetime.has_expired(expires_at)
