"""The clients of the soak: they submit in bursts, send copies of messages, and read until all is final."""

import math
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from benchmarks.soak.calls import Caller, Finished
from benchmarks.soak.copies import Queues, copy_of
from benchmarks.soak.submissions import Submission
from chalicelib.queues import Queue

SUBMITTERS, READERS = 8, 4
#: Tasks submitted in a second, and the least seconds that submitting takes: kills need time to meet the tasks.
RATE = 80
MIN_SECONDS = 60.0
#: At most so many are submitted as fast as the service takes them, then comes a pause: a kill finds processes at work.
MAX_BURST, MIN_BURSTS = 400, 20
#: The share of the tasks of whose message a copy is sent at once, that of those of which one is sent later while others
#: are submitted, and that of the submits that are sent twice.
AT_ONCE, LATER, TWICE = 0.1, 0.1, 0.05
#: The share of the tasks of which copies are sent after all are final, and how many of these also to the dead letters.
AFTER_THE_END, AS_DEAD_LETTERS = 0.1, 0.5
#: Tasks read in a second while others are submitted.
READ_RATE = 20

#: More than the 15 minutes for which the message of a long prover is hidden that ended before its first heartbeat.
PATIENCE_SECONDS = 1_000.0
#: With no message in any queue for so long, a task that is not final is lost.
EMPTY_SECONDS = 30.0


@dataclass
class Tasks:
    """The tasks by their place among the submissions: their ids, and how they were read when first seen final."""

    submissions: Sequence[Submission]
    ids: dict[int, str] = field(default_factory=dict)
    finished: dict[int, Finished] = field(default_factory=dict)
    #: Requests that got no response, or 503, and were sent again.
    sent_again: int = 0
    #: Submits that were accepted and sent again with their key, and those that then got another task.
    submitted_twice: int = 0
    two_ids: int = 0
    copies: int = 0
    copies_after_the_end: int = 0

    @property
    def open(self) -> list[int]:
        """The places of the accepted tasks that were not seen final."""
        return [place for place in list(self.ids) if place not in self.finished]


class Clients:
    """Clients of the service at a port."""

    def __init__(self, port: int, tasks: Tasks, source: random.Random) -> None:
        """Submit `tasks` at the port."""
        self.port = port
        self.tasks = tasks
        self._lock = threading.Lock()
        self._sources = [random.Random(source.getrandbits(64)) for _ in range(SUBMITTERS + 1)]
        self._next = 0
        self._start = 0.0

    def submit_all(self, queues: Queues) -> None:
        """Submit all, burst by burst, send copies of their messages, and read some of them."""
        self._start = time.monotonic()
        with ThreadPoolExecutor(SUBMITTERS + 1) as pool:
            submitters = [pool.submit(self._submit, queues, source) for source in self._sources[1:]]
            reader = pool.submit(self._read_some, self._sources[0])
            try:
                for submitter in submitters:
                    submitter.result()
            finally:
                self._next = len(self.tasks.submissions)  # where one failed the others end
            reader.result()

    def send_copies_after_the_end(self, queues: Queues, source: random.Random) -> None:
        """Send copies of messages of finished tasks, some of them to the dead letters."""
        for place in source.sample(sorted(self.tasks.finished), int(AFTER_THE_END * len(self.tasks.finished))):
            queue, message = copy_of(self.tasks.ids[place], self.tasks.submissions[place], source)
            queues.send(queue, message)
            self.tasks.copies_after_the_end += 1
            if source.random() < AS_DEAD_LETTERS:
                queues.send(Queue.DEAD_LETTERS, message)
                self.tasks.copies_after_the_end += 1

    def read_until_final(self, queues: Queues) -> None:
        """Read the open tasks again and again until all are final, or the rest are lost."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        seen = time.monotonic()
        while self.tasks.open and time.monotonic() < deadline:
            self.tasks.finished |= self.read(self.tasks.open)
            if queues.count():
                seen = time.monotonic()
            if time.monotonic() - seen > EMPTY_SECONDS:
                return
            time.sleep(1)

    def read(self, places: Sequence[int]) -> dict[int, Finished]:
        """Read tasks and return those that are final."""
        with ThreadPoolExecutor(READERS) as pool:
            parts = pool.map(self._read, [places[first::READERS] for first in range(READERS)])
            return {place: found for part in parts for place, found in part.items()}

    def _read(self, places: Sequence[int]) -> dict[int, Finished]:
        caller = Caller(self.port)
        found = {place: caller.read(self.tasks.ids[place], self.tasks.submissions[place].kind) for place in places}
        self._count_sent_again(caller)
        return {place: finished for place, finished in found.items() if finished}

    def _submit(self, queues: Queues, source: random.Random) -> None:
        caller = Caller(self.port)
        while (place := self._take()) is not None:
            submission = self.tasks.submissions[place]
            task_id = caller.submit(submission)
            if submission.key and source.random() < TWICE:
                again = caller.submit(submission)
                with self._lock:
                    self.tasks.submitted_twice += 1
                    self.tasks.two_ids += again != task_id
            self.tasks.ids[place] = task_id
            if source.random() < AT_ONCE:
                self._copy(queues, place, source)
            if source.random() < LATER:
                self._copy(queues, source.choice(list(self.tasks.ids)), source)
        self._count_sent_again(caller)

    def _take(self) -> int | None:
        """Wait for the time of the next submission and return its place, or None when there is none left."""
        with self._lock:
            place = self._next
            if place >= len(self.tasks.submissions):
                return None
            self._next += 1
        count = len(self.tasks.submissions)
        burst = min(MAX_BURST, math.ceil(count / MIN_BURSTS))
        due = self._start + max(MIN_SECONDS, count / RATE) * (place - place % burst) / count
        time.sleep(max(0.0, due - time.monotonic()))
        return place

    def _copy(self, queues: Queues, place: int, source: random.Random) -> None:
        """Send a copy of a task's message; where the emulator is stopped it is left out."""
        try:
            queues.send(*copy_of(self.tasks.ids[place], self.tasks.submissions[place], source))
        except (BotoCoreError, ClientError):
            return
        with self._lock:
            self.tasks.copies += 1

    def _read_some(self, source: random.Random) -> None:
        """Read accepted tasks, any of them, until all are submitted: what is final then must stay as it is."""
        caller = Caller(self.port)
        while self._next < len(self.tasks.submissions):
            time.sleep(1 / READ_RATE)
            if places := list(self.tasks.ids):
                place = source.choice(places)
                found = caller.read(self.tasks.ids[place], self.tasks.submissions[place].kind)
                if found:
                    self.tasks.finished.setdefault(place, found)
        self._count_sent_again(caller)

    def _count_sent_again(self, caller: Caller) -> None:
        with self._lock:
            self.tasks.sent_again += caller.sent_again
