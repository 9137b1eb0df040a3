"""The states of the page whose look is tested."""

import math
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.pages import ask, button, error, field, heading, open_queues, preview, show_queues, show_task
from tests.browser.stubs import (
    TASK_ID,
    ago,
    history,
    id_of,
    list_result,
    queue,
    queues,
    refuse,
    respond,
    result,
    row,
)

PageState = Callable[[Page], Any]

M127 = 2**127 - 1
FACTOR = {"factor": "127"}
FOUND = [(3, 2, "algebraic"), (67280421310721, 1, "Pollard rho"), (5704689200685129054721, 1, "quadratic sieve")]
FACTORED = result(
    9 * 67280421310721 * 5704689200685129054721 * (10**62 + 99),
    "composite",
    "trial division",
    expression="2^256-1",
    complete=False,
    cofactor={"number": str(10**62 + 99), "verdict": "composite"},
    parts=[{"notation": "2+1", "factors": [1, 1]}, {"notation": "Φ_6(2)", "factors": [2, 3, 0]}],
    factors=[
        {"number": str(p), "exponent": e, "is_prime": True, "proven": e > 1, "method": found, "certificate": "/"}
        for p, e, found in FOUND
    ],
)
REASON = "The prover stopped five times on this number: killed by signal 9."
INTERIM = result(10**1000 + 453, "probable_prime", "Baillie-PSW", seconds=0.06, expression="10^1000+453")
PROVING = {"phase": "proving", "seconds": 12.3, "chain": [3322, 3290, 3224, 2955]}
CERTIFICATE = (
    "[[18446744073709551629, -2929381838, 868924, 12933343713794143276, [9467376588094320717, 7796268169446363853]]]"
)
CHUNKS = {"done": 3, "total": 13, "unit": "chunks"}
PRIMES = [number for number in range(2, 80) if all(number % factor for factor in range(2, math.isqrt(number) + 1))]
ROWS = [{"index": n - 1, "number": n, "verdict": "prime", "proven": True, "witness": None} for n in PRIMES]
ROWS[-1] |= {"number": str(10**24 + 7), "verdict": "probable_prime", "proven": False}


def show(title: str, started: float | None = None, **fields: Any) -> PageState:
    """Return a state of the page: the card of a task with these fields, which shows this title.

    Args:
        title: the heading of the card.
        started: the seconds since the start of the task, None if it has not started.
        fields: the other fields of the task.
    """

    def page_state(page: Page) -> None:
        times = {} if started is None else {"started_at": ago(seconds=started), "finished_at": ago()}
        show_task(page, **{"submitted_at": ago(seconds=(started or 0) + 0.4), **times, **fields})
        expect(heading(page)).to_have_text(title)
        if fields.get("status") == "SUCCESS" and fields["result"].get("method") not in {None, "ECPP"}:
            page.get_by_text("Check it yourself").click()

    return page_state


def certified(page: Page) -> None:
    def serve(route: Route) -> None:
        is_head = route.request.method == "HEAD"
        respond(route, "", headers={"Content-Length": "30753"}) if is_head else route.fulfill(body=CERTIFICATE)

    page.route("**/certificate", serve)
    found = result(10**300 + 331, "prime", "ECPP", certificate=f"/{TASK_ID}/certificate", expression="10^300+331")
    show("Prime", started=1.7, status="SUCCESS", result=found)(page)
    expect(page.get_by_text("31 KB")).to_be_visible()
    button(page, "Certificate").click()
    expect(page.get_by_role("radio", name="Prime 2: 45 bits")).to_be_visible()


def explained(page: Page) -> None:
    button(page, "Input formats").click()
    expect(page.get_by_text("binomial(40,20)")).to_be_visible()


def listed(page: Page) -> None:
    page.route("**/results?*", lambda route: respond(route, {"results": ROWS, "next": None, "complete": True}))
    show("167 primes, 1 probably prime", 0.2, status="SUCCESS", result=list_result(1000, 168, 832, probable_primes=1))(
        page
    )
    expect(page.get_by_role("row")).to_have_count(len(ROWS) + 1)


def remembered(page: Page) -> None:
    tasks = [("2^127-1", "Prime"), ("1234567", "Composite"), ("10^1000+453", "Probably prime")]
    stored = [
        {"id": id_of(index), "number": number, "title": title, "tone": title.lower().split()[0], "final": True, "at": 0}
        for index, (number, title) in enumerate(tasks)
    ]
    page.evaluate("tasks => localStorage.setItem('tasks', JSON.stringify(tasks))", stored)
    page.reload()
    expect(page.locator("#recent-list li")).to_have_count(len(tasks))


def previewed(page: Page) -> None:
    field(page).fill("id,n\n1,97\n2,101\n3,2^61-1\n4,25!+1")
    expect(preview(page)).to_contain_text("A list of 4 numbers")


def refused(page: Page) -> None:
    ask(page, "97 101 103")
    expect(error(page)).not_to_be_empty()


def work() -> dict[str, Any]:
    """Return the body of GET /queue in the middle of a busy quarter of an hour."""
    return queues(
        tasks=queue(waiting=7, in_flight=30, slots=40),
        lists=queue(waiting=128, in_flight=20, slots=20),
        long_lists=queue(waiting=41, in_flight=2, slots=2),
        proofs=queue(waiting=9, in_flight=2, delayed=1, slots=2) | {"oldest_seconds": 60.2, "expected_seconds": 123.4},
        long_proofs=queue(waiting=0, in_flight=1, slots=2),
        history=history(tasks=[0, 640, 86, 5] * 22, lists=[4800, 3000] * 15, long_lists=[3] * 30, proofs=[1, 4] * 25),
    )


def alarmed(page: Page) -> None:
    body = work()
    body["queues"]["dead_letters"] = queue(waiting=3)
    body["failed"] = [{"task_id": id_of(1)}]
    show_queues(page, body)
    expect(page.get_by_role("link", name="1 failed task")).to_be_visible()


def tabled(page: Page) -> None:
    respond_with = {
        "tasks": [
            row(1, "STARTED", "lists", kind="list", total=100_000, finished=45_000),
            row(2, "FAILURE", "factors", subject="100000000000…000000000007 (61 digits)", error=REASON),
            row(3, "FAILURE", "lists", kind="list", total=5000, subject="chunk 3 of 5", error=REASON),
            row(4, "RETRY", "long_proofs", subject="10^999+7", attempts=2, error="TimeoutError"),
            row(5, "REVOKED", "long_factors", subject="2^1061-1"),
            row(6, "SUCCESS", "proofs", kind="search", subject="next prime after 10^60"),
        ],
        "next": "cursor",
    }
    page.route("**/tasks?*", lambda route: respond(route, respond_with))
    page.get_by_role("link", name="Tasks", exact=True).click()
    page.get_by_role("checkbox", name="Select all").check()
    expect(button(page, "Cancel 2")).to_be_visible()


def questioned(page: Page) -> None:
    tabled(page)
    button(page, "Cancel 2").click()
    expect(page.get_by_role("dialog", name="Cancel 2 tasks?")).to_be_visible()


def untabled(page: Page) -> None:
    page.route("**/tasks?*", lambda route: refuse(route, 503, "The table does not respond: try again in a moment."))
    page.get_by_role("link", name="Tasks", exact=True).click()
    expect(button(page, "Try again")).to_be_visible()


def locked(page: Page) -> None:
    page.route("**/queue", lambda route: refuse(route, 403, "Send the API key in the header x-api-key."))
    open_queues(page)
    expect(page.get_by_role("dialog")).to_be_visible()


PAGE_STATES: dict[str, PageState] = {
    "start": lambda page: expect(field(page)).to_be_focused(),
    "recent": remembered,
    "notation": explained,
    "preview": previewed,
    "error": refused,
    "queued": show("Queued"),
    "prime": show("Prime", 0.01, status="SUCCESS", result=result(M127, "prime", "Lucas-Lehmer", expression="2^127-1")),
    "certificate": certified,
    "composite": show(
        "Composite", 0.01, status="SUCCESS", result=result(1234567, "composite", "trial division", witness=FACTOR)
    ),
    "factors": show("Composite", 2.3, status="SUCCESS", result=FACTORED),
    "long": show(
        "Composite",
        0.01,
        status="SUCCESS",
        result=result(127 * 10**3990, "composite", "trial division", witness=FACTOR),
    ),
    "proving": show("Probably prime", 12, status="STARTED", result=INTERIM, progress=PROVING, finished_at=None),
    "cancelled": show("Cancelled", 12, status="REVOKED", result=INTERIM),
    "failed": show("Failed", 40, status="FAILURE", error=REASON),
    "list": listed,
    "list-running": show(
        "Working", 3, status="STARTED", progress=CHUNKS, result=list_result(5000, 240, 960), finished_at=None
    ),
    "queues-idle": lambda page: show_queues(page, queues()),
    "queues": lambda page: show_queues(page, work()),
    "queues-alarm": alarmed,
    "tasks": tabled,
    "tasks-question": questioned,
    "tasks-error": untabled,
    "key": locked,
}
