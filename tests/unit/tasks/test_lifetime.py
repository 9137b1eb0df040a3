"""A task's messages end before it does, and it can be read as FAILURE in between."""

import pytest

from chalicelib.settings import MAX_RETENTION_DAYS
from chalicelib.tasks import lifetime
from infra.packaging.consumers import consumer_parts
from tests.support.doubles import set_clock


def test_a_task_expires_no_earlier_than_its_retention_after_its_submission() -> None:
    assert lifetime.expiry(1_800_000_000.5, 10) == 1_800_000_011


@pytest.mark.parametrize("days", range(1, MAX_RETENTION_DAYS + 1))
def test_the_messages_of_a_task_end_before_it_is_overdue_and_that_before_it_expires(
    days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = set_clock(monkeypatch, 1_800_000_000)
    expires_at = lifetime.expiry(time.seconds, days * 86_400)
    assert not lifetime.have_messages_ended(expires_at)
    time.seconds = expires_at - lifetime.MESSAGES_END_BEFORE_SECONDS
    assert lifetime.have_messages_ended(expires_at)
    assert not lifetime.is_overdue(expires_at)
    time.seconds = lifetime.overdue_at(expires_at)
    assert lifetime.is_overdue(expires_at)
    assert not lifetime.has_expired(expires_at)


def test_no_queue_deletes_a_message_before_the_longest_retention() -> None:
    properties = [each["Properties"] for each in consumer_parts()["Resources"].values()]
    periods = {each["MessageRetentionPeriod"] for each in properties if "VisibilityTimeout" in each}
    assert periods == {MAX_RETENTION_DAYS * 86_400}
