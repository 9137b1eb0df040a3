"""The clients of the soak test: they submit in bursts, send copies of messages, and read until all tasks are final."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import astuple
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from benchmarks.harness.client import FINAL, RetryingConnection, read
from benchmarks.harness.load import read_request, submit_request
from benchmarks.soak.submissions import Kind, Submission
from chalicelib import queues, sending
from chalicelib.errors import Unavailable
from chalicelib.queues import Queue
from chalicelib.tasks.chunks import split
from chalicelib.tasks.messages import Message, NumberMessage

CLIENTS = 8
#: Tasks submitted per second, and the tasks of a burst, which are submitted as fast as the service accepts them so that
#: its processes are at work when one is killed.
RATE, BURST = 80, 100
#: The share of the tasks with a copy of their message at once, later, and after all are final, half of these also in
#: the dead letters; of the submits that are sent twice; of the submits after which another task is read.
COPIED, AS_DEAD_LETTERS, TWICE, READ = 0.1, 0.5, 0.05, 0.25
#: More than the 15 minutes for which the message of a long prover is hidden if it ended before its first heartbeat.
FINAL_TIMEOUT_SECONDS = 1_000.0
#: The queues after the first one that the messages of a task may be in.
LATER_QUEUES = {Kind.PROOF: Queue.PROOFS, Kind.LONG_PROOF: Queue.LONG_PROOFS}

#: A final task as a client reads it, with the results of a list or the certificate of a prime.
Finished = tuple[dict[str, Any], Any]


class Clients:
    """All clients, and the tasks by the index of their submission: their ids, and the final ones as first read."""

    def __init__(self, port: int, submissions: Sequence[Submission], seed: int) -> None:
        """Submit to the service at a port."""
        self.submissions, self._port, self._seed = submissions, port, seed
        self.ids: dict[int, str] = {}
        self.finished: dict[int, Finished] = {}
        self.counts: Counter[str] = Counter()

    @property
    def open(self) -> list[int]:
        """The indexes of the accepted tasks that were not seen final."""
        return [index for index in list(self.ids) if index not in self.finished]

    def submit_all(self) -> None:
        """Submit all tasks in bursts, send copies of their messages, and read some of them."""
        start = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as pool:
            for counts in pool.map(lambda first: self._submit(first, start), range(CLIENTS)):
                self.counts += counts

    def read_until_final(self) -> None:
        """Poll the open tasks until all are final. Those that are not after `FINAL_TIMEOUT_SECONDS` are lost."""
        deadline = time.monotonic() + FINAL_TIMEOUT_SECONDS
        while self.open and time.monotonic() < deadline:
            self.finished |= self.read(self.open)
            time.sleep(1)

    def read(self, indexes: Sequence[int]) -> dict[int, Finished]:
        """Read tasks once and return those that are final."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            return {index: found for index, found in zip(indexes, pool.map(self._read, indexes), strict=True) if found}

    def send_copies_of_final_tasks(self) -> None:
        """Send copies of messages of final tasks, some of them also to the dead letters, and wait for their end."""
        source = random.Random(self._seed)
        for index in source.sample(sorted(self.finished), int(COPIED * len(self.finished))):
            for queue in (None, Queue.DEAD_LETTERS) if source.random() < AS_DEAD_LETTERS else (None,):
                self._send_copy(index, source, queue)
                self.counts["final copies"] += 1
        deadline = time.monotonic() + FINAL_TIMEOUT_SECONDS
        while time.monotonic() < deadline and any(any(astuple(queues.counts(queue))) for queue in Queue):
            time.sleep(0.5)

    def _submit(self, first: int, start: float) -> Counter[str]:
        """Submit every eighth task from `first` on, and return counts."""
        connection, source = RetryingConnection(self._port), random.Random(f"{self._seed}-{first}")
        counts, total = Counter[str](), len(self.submissions)
        for index in range(first, total, CLIENTS):
            time.sleep(max(0.0, start + (index - index % BURST) / RATE - time.monotonic()))
            submission = self.submissions[index]
            numbers = [str(number) for number in submission.numbers]
            body = {"numbers": numbers} if submission.kind is Kind.LIST else {"number": numbers[0]}
            request = submit_request(body, submission.key)
            self.ids[index] = str(connection.exchange(request).json()["task_id"])
            if submission.key and source.random() < TWICE:
                counts["submitted twice"] += 1
                counts["two ids"] += connection.exchange(request).json()["task_id"] != self.ids[index]
            other = source.choice(list(self.ids))
            with suppress(Unavailable, ClientError, RuntimeError):  # the emulator may be stopped, the task be lost
                for copied in (of for of in (index, other) if source.random() < COPIED):
                    self._send_copy(copied, source)
                    counts["copies"] += 1
                if source.random() < READ and (found := self._read(other)):
                    self.finished.setdefault(other, found)
        return counts + Counter({"sent again": connection.sent_again})

    def _read(self, index: int) -> Finished | None:
        """Return a task if it is final, else None."""
        task_id, connection = self.ids[index], RetryingConnection(self._port)
        try:
            task: dict[str, Any] = read(connection, task_id)
        except RuntimeError:  # it is lost
            return None
        if task["status"] not in FINAL:
            return None
        results: list[Any] = []
        cursor: Any = "1.0" if self.submissions[index].kind is Kind.LIST else None
        while cursor:
            page: dict[str, Any] = read(connection, f"{task_id}/results?limit=5000&cursor={cursor}")
            results, cursor = results + page["results"], page["next"]
        if task["result"] and task["result"].get("certificate"):
            return task, connection.exchange(read_request(f"{task_id}/certificate")).body
        return task, results

    def _send_copy(self, index: int, source: random.Random, queue: Queue | None = None) -> None:
        """Send a copy of a task's message, or of a chunk's, to a queue that it may be in, or to `queue`."""
        task_id, submission = self.ids[index], self.submissions[index]
        first = Queue.LISTS if submission.kind is Kind.LIST else Queue.TASKS
        task: dict[str, Any] = read(RetryingConnection(self._port), task_id)
        expires_at = round(datetime.fromisoformat(task["expires_at"]).timestamp())
        message: Message = NumberMessage(task_id, submission.numbers[0], expires_at=expires_at)
        if submission.kind is Kind.LIST:
            message = source.choice(split(task_id, [*submission.numbers], expires_at=expires_at))
        place = queue or source.choice((first, LATER_QUEUES.get(submission.kind, first)))
        sending.send_all(place, [message])
