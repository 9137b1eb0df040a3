import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.group_commit import GroupCommit
from tests.support.polling import until


def byte_length(body: str) -> int:
    return len(body.encode())


class Sender:
    """Sends groups: it waits for `gate`, and refuses what begins with `bad`."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.groups: list[list[str]] = []

    def __call__(self, bodies: list[str]) -> list[Exception | None]:
        self.groups.append(bodies)
        self.gate.wait(10)
        return [ValueError(body) if body.startswith("bad") else None for body in bodies]


def commit_at_once(group_commit: GroupCommit[str], sender: Sender, bodies: list[str]) -> list[str | None]:
    """Commit the first body, then the others while it is being sent; return each one's error."""

    def commit(body: str) -> str | None:
        try:
            group_commit.commit(body)
        except (ValueError, ConnectionError) as error:
            return str(error)
        return None

    with ThreadPoolExecutor(len(bodies)) as pool:
        outcomes = [pool.submit(commit, bodies[0])]
        until(lambda: sender.groups, "the first is being sent")
        outcomes += [pool.submit(commit, body) for body in bodies[1:]]
        until(lambda: len(group_commit._waiting) == len(bodies) - 1, "the others wait")
        sender.gate.set()
        return [outcome.result(10) for outcome in outcomes]


def test_a_message_alone_is_sent_alone_and_at_once() -> None:
    sender = Sender()
    sender.gate.set()
    GroupCommit(sender, byte_length, 10, 1_000).commit("a")
    assert sender.groups == [["a"]]


def test_a_group_has_no_more_messages_than_the_limit() -> None:
    sender = Sender()
    commit_at_once(GroupCommit(sender, byte_length, 3, 1_000), sender, [str(number) for number in range(8)])
    assert [len(group) for group in sender.groups] == [1, 3, 3, 1]


def test_a_group_has_no_more_bytes_than_the_limit() -> None:
    sender = Sender()
    commit_at_once(GroupCommit(sender, byte_length, 10, 20), sender, ["ä" * 4] * 5)
    assert [len(group) for group in sender.groups] == [1, 2, 2]


def test_a_refused_message_fails_its_own_thread_only() -> None:
    sender = Sender()
    outcomes = commit_at_once(GroupCommit(sender, byte_length, 10, 1_000), sender, ["a", "bad b", "c", "bad d"])
    assert outcomes == [None, "bad b", None, "bad d"]
    assert [len(group) for group in sender.groups] == [1, 3], "those that come while one is sent share the next call"


def test_a_call_that_fails_fails_every_thread_of_its_group() -> None:
    class Broken(Sender):
        def __call__(self, bodies: list[str]) -> list[Exception | None]:
            super().__call__(bodies)
            raise ConnectionError("no response")

    sender = Broken()
    outcomes = commit_at_once(GroupCommit(sender, byte_length, 10, 1_000), sender, ["a", "b", "c"])
    assert outcomes == ["no response"] * 3


def test_a_sender_that_is_killed_leaves_no_thread_waiting() -> None:
    class Killed(BaseException):
        pass

    class Dying(Sender):
        def __call__(self, bodies: list[str]) -> list[Exception | None]:
            raise Killed

    group_commit = GroupCommit(Dying(), byte_length, 10, 1_000)
    with pytest.raises(Killed):
        group_commit.commit("a")
    with pytest.raises(Killed):
        group_commit.commit("b")
