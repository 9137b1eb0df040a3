"""The states of the page that are checked for accessibility and shown in pictures. A function for each sets it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.actions import ask, error, field, heading, open_queues, open_task, preview
from tests.browser.stubs import (
    HISTORY_STEPS,
    TASK_ID,
    ago,
    history,
    list_result,
    queue,
    queues,
    refuse,
    respond,
    result,
    serve_queues,
    serve_task,
    task,
)

PageState = Callable[[Page], None]

LARGE = 10**1000 + 453
REASON = "The prover stopped five times on this number: killed by signal 9."


def show(title: str, started: float | None = None, **fields: Any) -> PageState:
    """Return a state of the page: the card of a task with these fields, which shows this title.

    Args:
        title: the heading of the card.
        started: the seconds since the start of the task, None if it has not started.
        fields: the other fields of the task.
    """

    def page_state(page: Page) -> None:
        times = (
            {} if started is None else {"submitted_at": ago(seconds=started + 0.4), "started_at": ago(seconds=started)}
        )
        serve_task(page, task(**{**times, **fields}))
        open_task(page, TASK_ID)
        expect(heading(page)).to_have_text(title)

    return page_state


def asked(text: str, verdict: str) -> PageState:
    """Return a state of the page: the service's result for a text, with the check shown."""

    def page_state(page: Page) -> None:
        ask(page, text)
        expect(heading(page)).to_have_text(verdict)
        page.get_by_text("How to check it").click()

    return page_state


def certified(page: Page) -> None:
    """Show a large prime with its certificate."""
    page.route("**/certificate", lambda route: respond(route, "", headers={"Content-Length": "30753"}))
    found = result(10**300 + 331, "prime", "ECPP", certificate=f"/{TASK_ID}/certificate", expression="10^300+331")
    show("Prime", status="SUCCESS", started=1.7, finished_at=ago(), result={**found, "seconds": 1.62})(page)
    expect(page.get_by_text("31 KB")).to_be_visible()


def listed(page: Page) -> None:
    """Show the primes of a finished list."""
    primes = [number for number in range(2, 80) if all(number % factor for factor in range(2, math.isqrt(number) + 1))]
    rows = [{"index": n - 1, "number": n, "verdict": "prime", "proven": True, "witness": None} for n in primes]
    page.route("**/results?*", lambda route: respond(route, {"results": rows, "next": None, "complete": True}))
    found = list_result(1000, 168, 832)
    show("168 primes", started=0.2, finished_at=ago(), status="SUCCESS", result=found)(page)
    expect(page.get_by_role("row")).to_have_count(len(primes) + 1)


def previewed(page: Page) -> None:
    """Show the preview of a list in the field."""
    field(page).fill("id,n\n1,97\n2,101\n3,2^61-1\n4,25!+1")
    expect(preview(page)).to_contain_text("A list of 4 numbers")


def refused(text: str) -> PageState:
    """Return a state of the page: an error at the field."""

    def page_state(page: Page) -> None:
        ask(page, text)
        expect(error(page)).not_to_be_empty()

    return page_state


def work() -> dict[str, Any]:
    """Return the body of GET /queue in the middle of a busy quarter of an hour."""
    steps = range(HISTORY_STEPS)
    waves = [(86, 9, 640), (52, 5, 380), (24, 4, 210)]
    tasks = [int(sum(top * math.exp(-(((step - at) / width) ** 2)) for at, width, top in waves)) for step in steps]
    lists = [4800 + 900 * (step * 7 % 5 - 2) if step in range(33, 48) or step > 76 else 0 for step in steps]
    proofs = [max(0, round(3 + 2 * math.sin(step / 3.1) + math.sin(step / 0.7))) if step > 38 else 0 for step in steps]
    long_proofs = [int(step in {17, 41, 58, 76, 88}) for step in steps]
    return queues(
        tasks=queue(waiting=7, in_flight=30, slots=40),
        lists=queue(waiting=128, in_flight=20, slots=20),
        proofs=queue(waiting=9, in_flight=2, delayed=1, slots=2),
        long_proofs=queue(waiting=0, in_flight=1, slots=2),
        history=history(tasks=tasks, lists=lists, proofs=proofs, long_proofs=long_proofs),
    )


def busy(page: Page) -> None:
    """Show the queues at work."""
    serve_queues(page, work())
    open_queues(page)
    expect(page.locator(".busiest")).to_be_visible()


def alarmed(page: Page) -> None:
    """Show dead letters and failed tasks."""
    body = work()
    body["queues"]["dead_letters"] = queue(waiting=3)
    known = {"error": REASON, "attempts": 5, "finished_at": ago(minutes=12)}
    subjects = ["170141183460…159310317303 (40 digits)", "10^1000+453", "chunk 3 of 5", None]
    body["failed"] = [
        {"task_id": f"{TASK_ID[:-1]}{place}", "subject": subject, **known} for place, subject in enumerate(subjects)
    ]
    serve_queues(page, body)
    open_queues(page)
    expect(page.locator(".alarm")).to_be_visible()


def idle(page: Page) -> None:
    """Show the queues without work."""
    serve_queues(page, queues())
    open_queues(page)
    expect(page.get_by_text("No task has failed.")).to_be_visible()


def locked(page: Page) -> None:
    """Show the dialog for the API key."""
    page.route("**/queue", lambda route: refuse(route, 403, "Send the API key in the header x-api-key."))
    open_queues(page)
    expect(page.get_by_role("dialog")).to_be_visible()


INTERIM = result(LARGE, "probable_prime", "Baillie-PSW", seconds=0.06, expression="10^1000+453")
PROVING = {"phase": "proving", "seconds": 12.3}
PAGE_STATES: dict[str, PageState] = {
    "start": lambda page: expect(field(page)).to_be_focused(),
    "preview": previewed,
    "error": refused("eleven"),
    "choice": refused("97 101 103"),
    "queued": show("Queued"),
    "prime": asked("2^127-1", "Prime"),
    "small": asked("97", "Prime"),
    "certificate": certified,
    "composite": asked("1,234,567", "Composite"),
    "base": asked("(2^127-1)*(2^521-1)", "Composite"),
    "long": asked("10^9999+1", "Composite"),
    "proving": show("Probably prime", started=12, status="STARTED", result=INTERIM, progress=PROVING),
    "cancelled": show("Cancelled", started=12, status="REVOKED", result=INTERIM, finished_at=ago()),
    "failed": show("Failed", started=40, status="FAILURE", error=REASON, attempts=5, finished_at=ago()),
    "list": listed,
    "list-running": show(
        "Working",
        started=3,
        status="STARTED",
        progress={"done": 3, "total": 13, "unit": "chunks"},
        result=list_result(5000, 240, 960),
    ),
    "queues-idle": idle,
    "queues": busy,
    "queues-alarm": alarmed,
    "key": locked,
}
