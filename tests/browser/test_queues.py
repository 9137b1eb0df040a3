"""Watching: the queues, what failed last, and polling that is no burden."""

from __future__ import annotations

from itertools import pairwise

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.words import SOME_TASK, answer, button, heading, lead, refuse, told
from tests.waiting import until

CALM = {
    "queues": {
        "tasks": {"waiting": 1234, "in_flight": 10, "delayed": 2},
        "proofs": {"waiting": 3, "in_flight": 1, "delayed": 0},
        "dead_letters": {"waiting": 0, "in_flight": 0, "delayed": 0},
    },
    "failed": [],
}
REASON = "The worker ended five times on this number. <b>Send</b> it again."
FAILED = {"task_id": SOME_TASK, "error": REASON, "attempts": 5, "finished_at": "2026-01-01T00:00:00Z"}


def watch(page: Page) -> None:
    """Open the queues."""
    page.get_by_role("link", name="Queues").click()
    expect(page.get_by_role("heading", name="Queues")).to_be_visible()


def test_the_queues_of_the_service_are_shown(page: Page) -> None:
    watch(page)
    for name in ("Tasks", "Proofs", "Dead letters"):
        panel = page.get_by_role("region", name=name)
        expect(panel.get_by_role("img", name="in the last five minutes")).to_be_visible()
        expect(panel).to_contain_text("In flight")
    expect(page.get_by_text("Nothing has failed.")).to_be_visible()


def test_counts_and_chart_follow_the_queues(page: Page) -> None:
    page.route("**/queue", lambda route: answer(route, CALM))
    watch(page)
    tasks = page.get_by_role("region", name="Tasks")
    expect(tasks.locator(".big")).to_have_text("1,234")
    expect(tasks.get_by_role("img")).to_have_accessible_name("Tasks in the last five minutes: at most 1246, now 1246")


def test_a_failed_task_shows_its_reason_as_text_and_can_be_tried_again(page: Page) -> None:
    retried: list[str] = []

    def retry(route: Route) -> None:
        retried.append(route.request.method)
        answer(route, {"status": "success", "task_id": SOME_TASK}, 202)

    page.route("**/queue", lambda route: answer(route, {**CALM, "failed": [] if retried else [FAILED]}))
    page.route(f"**/{SOME_TASK}/retry", retry)
    watch(page)
    expect(page.get_by_text(REASON)).to_be_visible()
    button(page, f"Retry task {SOME_TASK}").click()
    expect(page.get_by_text(REASON)).to_be_hidden()
    assert retried == ["POST"]


def test_the_card_of_a_failed_task_gives_the_reason_and_tries_again(page: Page) -> None:
    task = told({"status": "FAILURE", "error": REASON, "attempts": 5})

    def retry(route: Route) -> None:
        task.update(status="STARTED", error=None)
        answer(route, {"status": "success", "task_id": SOME_TASK}, 202)

    page.route(f"**/{SOME_TASK}", lambda route: answer(route, task))
    page.route(f"**/{SOME_TASK}/retry", retry)
    page.goto(f"{page.url}#{SOME_TASK}")
    expect(heading(page)).to_have_text("Failed")
    expect(lead(page)).to_have_text(REASON)
    button(page, "Try again").click()
    expect(heading(page)).to_have_text("Working")


class Watched:
    """The queues' view with its clock in the test's hand."""

    def __init__(self, open_page: NewPage) -> None:
        self.page = open_page(before=self._prepare)
        self.page.clock.pause_at("2030-01-01T12:00:00Z")
        watch(self.page)
        self._answered()

    def _prepare(self, page: Page) -> None:
        page.clock.install(time="2030-01-01T11:00:00Z")
        page.route("**/queue", lambda route: answer(route, CALM))
        page.add_init_script(
            "const real = fetch; window.calls = [];"
            "window.fetch = (...call) => { calls.push(Date.now()); return real(...call); };"
        )

    def _answered(self) -> None:
        seen = self.page.evaluate("`Seen at ${new Date().toLocaleTimeString('en-GB')}`")
        until(lambda: self.page.locator("#queues-note").text_content() == seen, "the answer is shown")

    def calls(self) -> list[int]:
        """Return when the page asked, in milliseconds of its own clock."""
        times: list[int] = self.page.evaluate("calls")
        return times

    def pass_time(self, seconds: int) -> None:
        """Let time pass second by second, each call answered before the next second."""
        for _ in range(seconds):
            known = len(self.calls())
            self.page.clock.run_for(1000)
            if len(self.calls()) > known:
                self._answered()

    def show(self, *, hidden: bool) -> None:
        """Hide the tab, or bring it back."""
        self.page.evaluate(
            """hidden => {
                Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
            }""",
            hidden,
        )


def test_polling_backs_off_while_nothing_changes(open_page: NewPage) -> None:
    watched = Watched(open_page)
    watched.pass_time(90)
    pauses = [after - before for before, after in pairwise(watched.calls())]
    # A call is answered at the end of its second, so a pause may seem up to one second longer than it was.
    assert all(later > earlier - 1000 for earlier, later in pairwise(pauses))
    assert pauses[0] <= 3000
    assert 15_000 <= pauses[-1] < 16_000


def test_polling_pauses_while_the_tab_is_hidden(open_page: NewPage) -> None:
    watched = Watched(open_page)
    watched.show(hidden=True)
    before = len(watched.calls())
    watched.pass_time(60)
    assert len(watched.calls()) == before
    watched.show(hidden=False)
    watched.pass_time(3)
    assert len(watched.calls()) > before


def test_a_queue_that_does_not_answer_is_said_and_asked_again(open_page: NewPage) -> None:
    answered = False

    def fail_once(route: Route) -> None:
        nonlocal answered
        if answered:
            answer(route, CALM)
        else:
            answered = True
            refuse(route, 503, "The queues do not answer: try again in a moment.")

    page = open_page(before=lambda page: (page.clock.install(), page.route("**/queue", fail_once)))
    watch(page)
    expect(page.get_by_text("The queues do not answer")).to_be_visible()
    page.clock.run_for(5000)
    expect(page.get_by_text("1,234")).to_be_visible()
