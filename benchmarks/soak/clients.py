"""The clients of the soak test: they submit in bursts, send copies of messages, and read until all tasks are final."""

import math
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from benchmarks.soak.calls import Finished, RetryingClient
from benchmarks.soak.copies import Queues, copy_of
from benchmarks.soak.submissions import Submission
from chalicelib.queues import Queue

SUBMITTERS, READERS = 8, 4
#: Tasks submitted per second, and the least time that submitting takes, so that enough kills happen meanwhile.
RATE = 80
MIN_SECONDS = 60.0
#: A burst is at most this many tasks, which are submitted as fast as the service accepts them so that its processes
#: are at work when one is killed. There are at least this many bursts, with pauses between them.
MAX_BURST, MIN_BURSTS = 400, 20
#: The share of the tasks with a copy of their message at once, of those with a copy while later tasks are submitted,
#: and of the submits that are sent twice.
AT_ONCE, LATER, TWICE = 0.1, 0.1, 0.05
#: The share of the tasks with a copy after all are final, and the share of these that also get one in the dead letters.
WHEN_FINAL, AS_DEAD_LETTERS = 0.1, 0.5
#: Tasks read per second while others are submitted.
READ_RATE = 20

#: More than the 15 minutes for which the message of a long prover is hidden if it ended before its first heartbeat.
FINAL_TIMEOUT_SECONDS = 1_000.0
#: When all queues have been empty for this long, a task that is not final is lost.
EMPTY_SECONDS = 30.0


@dataclass
class Tasks:
    """The tasks by the index of their submission: their ids, and the final tasks as they were first read."""

    submissions: Sequence[Submission]
    ids: dict[int, str] = field(default_factory=dict)
    finished: dict[int, Finished] = field(default_factory=dict)
    #: Requests that got no response, or 503, and were sent again.
    sent_again: int = 0
    #: Accepted submits that were sent again with their key, and those of them that got another task.
    submitted_twice: int = 0
    two_ids: int = 0
    copies: int = 0
    copies_of_final_tasks: int = 0

    @property
    def open(self) -> list[int]:
        """The indexes of the accepted tasks that were not seen final."""
        return [index for index in list(self.ids) if index not in self.finished]


class Clients:
    """The clients of the service at a port."""

    def __init__(self, port: int, tasks: Tasks, source: random.Random) -> None:
        """Submit `tasks` at the port."""
        self.port = port
        self.tasks = tasks
        self._lock = threading.Lock()
        self._sources = [random.Random(source.getrandbits(64)) for _ in range(SUBMITTERS + 1)]
        self._next = 0
        self._start = 0.0

    def submit_all(self, queues: Queues) -> None:
        """Submit all tasks in bursts, send copies of their messages, and read some of them."""
        self._start = time.monotonic()
        with ThreadPoolExecutor(SUBMITTERS + 1) as pool:
            submitters = [pool.submit(self._submit, queues, source) for source in self._sources[1:]]
            reader = pool.submit(self._read_some, self._sources[0])
            try:
                for submitter in submitters:
                    submitter.result()
            finally:
                self._next = len(self.tasks.submissions)  # if one fails, the others stop
            reader.result()

    def send_copies_of_final_tasks(self, queues: Queues, source: random.Random) -> None:
        """Send copies of messages of final tasks, some of them to the dead letters."""
        for index in source.sample(sorted(self.tasks.finished), int(WHEN_FINAL * len(self.tasks.finished))):
            queue, message = copy_of(self.tasks.ids[index], self.tasks.submissions[index], source)
            queues.send(queue, message)
            self.tasks.copies_of_final_tasks += 1
            if source.random() < AS_DEAD_LETTERS:
                queues.send(Queue.DEAD_LETTERS, message)
                self.tasks.copies_of_final_tasks += 1

    def read_until_final(self, queues: Queues) -> None:
        """Poll the open tasks until all are final, or the others are lost."""
        deadline = time.monotonic() + FINAL_TIMEOUT_SECONDS
        seen = time.monotonic()
        while self.tasks.open and time.monotonic() < deadline:
            self.tasks.finished |= self.read(self.tasks.open)
            if queues.count():
                seen = time.monotonic()
            if time.monotonic() - seen > EMPTY_SECONDS:
                return
            time.sleep(1)

    def read(self, indexes: Sequence[int]) -> dict[int, Finished]:
        """Read tasks once and return those that are final."""
        with ThreadPoolExecutor(READERS) as pool:
            parts = pool.map(self._read, [indexes[first::READERS] for first in range(READERS)])
            return {index: found for part in parts for index, found in part.items()}

    def _read(self, indexes: Sequence[int]) -> dict[int, Finished]:
        client = RetryingClient(self.port)
        found = {index: client.read(self.tasks.ids[index], self.tasks.submissions[index].kind) for index in indexes}
        self._count_sent_again(client)
        return {index: finished for index, finished in found.items() if finished}

    def _submit(self, queues: Queues, source: random.Random) -> None:
        client = RetryingClient(self.port)
        while (index := self._take()) is not None:
            submission = self.tasks.submissions[index]
            task_id = client.submit(submission)
            if submission.key and source.random() < TWICE:
                again = client.submit(submission)
                with self._lock:
                    self.tasks.submitted_twice += 1
                    self.tasks.two_ids += again != task_id
            self.tasks.ids[index] = task_id
            if source.random() < AT_ONCE:
                self._copy(queues, index, source)
            if source.random() < LATER:
                self._copy(queues, source.choice(list(self.tasks.ids)), source)
        self._count_sent_again(client)

    def _take(self) -> int | None:
        """Wait until the next submission is due and return its index, or None after the last one."""
        with self._lock:
            index = self._next
            if index >= len(self.tasks.submissions):
                return None
            self._next += 1
        count = len(self.tasks.submissions)
        burst = min(MAX_BURST, math.ceil(count / MIN_BURSTS))
        due = self._start + max(MIN_SECONDS, count / RATE) * (index - index % burst) / count
        time.sleep(max(0.0, due - time.monotonic()))
        return index

    def _copy(self, queues: Queues, index: int, source: random.Random) -> None:
        """Send a copy of a task's message, unless the emulator is stopped."""
        try:
            queues.send(*copy_of(self.tasks.ids[index], self.tasks.submissions[index], source))
        except (BotoCoreError, ClientError):
            return
        with self._lock:
            self.tasks.copies += 1

    def _read_some(self, source: random.Random) -> None:
        """Read random accepted tasks until all are submitted, and keep the final ones, which must not change later."""
        client = RetryingClient(self.port)
        while self._next < len(self.tasks.submissions):
            time.sleep(1 / READ_RATE)
            if indexes := list(self.tasks.ids):
                index = source.choice(indexes)
                found = client.read(self.tasks.ids[index], self.tasks.submissions[index].kind)
                if found:
                    self.tasks.finished.setdefault(index, found)
        self._count_sent_again(client)

    def _count_sent_again(self, client: RetryingClient) -> None:
        with self._lock:
            self.tasks.sent_again += client.sent_again
