"""The view of the queues: the diagram, the throughput, the buttons that send numbers, and the polling."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.actions import button, lane, open_queues
from tests.browser.chromium import NewPage
from tests.browser.stubs import history, queue, queues, refuse, respond, serve_queues

BUSY = {
    "tasks": queue(waiting=1234, in_flight=3, delayed=2, slots=4),
    "proofs": queue(in_flight=2, slots=2),
    "long_proofs": queue(waiting=1, in_flight=1, slots=1),
}


def test_the_queues_of_the_service_are_shown(page: Page) -> None:
    open_queues(page)
    expect(page.get_by_role("heading", name="Queues", exact=True)).to_be_visible()
    for name in ("Tasks", "Proofs"):
        expect(lane(page, name)).to_contain_text("waiting")
        expect(lane(page, name)).to_contain_text("in flight")
    expect(lane(page, "Dead letters")).to_be_visible()
    expect(page.get_by_role("heading", name="Failed tasks")).to_be_visible()


def test_each_queue_shows_what_waits_what_is_in_flight_and_its_slots(page: Page) -> None:
    serve_queues(page, queues(**BUSY))
    open_queues(page)
    tasks = lane(page, "Tasks")
    expect(tasks.locator(".big")).to_have_text("1,234")
    expect(tasks).to_contain_text("waiting · 2 delayed")
    expect(tasks).to_contain_text("3 in flight · 4 slots")
    expect(tasks.locator(".slots .on")).to_have_count(3)
    expect(tasks.locator(".slots i")).to_have_count(4)
    expect(lane(page, "Proofs").locator(".slots .on")).to_have_count(2)
    expect(lane(page, "Long proofs")).to_contain_text("1 in flight · 1 slot")


def test_a_queue_shows_one_block_for_each_message_that_waits(page: Page) -> None:
    serve_queues(page, queues(tasks=queue(waiting=5, delayed=2, slots=4), lists=queue(waiting=100, slots=4)))
    open_queues(page)
    expect(lane(page, "Tasks").locator(".tube .on")).to_have_count(5)
    expect(lane(page, "Tasks").locator(".tube i")).to_have_count(7)
    expect(lane(page, "Lists").locator(".tube i")).to_have_count(24)


def test_many_slots_become_a_bar_and_unknown_slots_are_not_shown(page: Page) -> None:
    serve_queues(page, queues(tasks=queue(in_flight=50, slots=200), proofs=queue(in_flight=3)))
    open_queues(page)
    expect(lane(page, "Tasks")).to_contain_text("50 in flight · 200 slots")
    assert lane(page, "Tasks").locator(".meter i").evaluate("bar => bar.style.width") == "25%"
    expect(lane(page, "Proofs")).to_contain_text("3 in flight")
    expect(lane(page, "Proofs")).not_to_contain_text("slot")


def test_the_busiest_queue_is_prominent(page: Page) -> None:
    body = queues(**BUSY)
    serve_queues(page, body)
    open_queues(page)
    expect(page.locator(".busiest")).to_have_accessible_name("Tasks")
    body["queues"]["tasks"] = queue(slots=4)
    body["queues"]["proofs"] = queue(waiting=1, in_flight=2, slots=2)
    expect(page.locator(".busiest")).to_have_accessible_name("Proofs")
    expect(page.locator(".busiest")).to_have_count(1)


def test_work_between_two_polls_is_shown_by_the_history(page: Page) -> None:
    serve_queues(page, queues(history=history(tasks=[7, 120])))
    open_queues(page)
    tasks = lane(page, "Tasks")
    expect(tasks.locator(".rate")).to_have_text("6.3/s")
    expect(tasks).to_have_class("lane active")
    expect(page.locator('.dots[data-lane="tasks"]')).to_have_count(3)  # API to queue, to workers, to table
    expect(lane(page, "Lists").locator(".rate")).to_have_text("0/s")
    expect(page.locator('.dots[data-lane="lists"]')).to_have_count(0)


def test_the_rate_counts_the_passed_part_of_a_step_that_is_not_over(open_page: NewPage) -> None:
    body = queues(history={**history(tasks=[100, 50]), "until": "2030-01-01T12:00:05Z"})

    def prepare(page: Page) -> None:
        page.clock.install(time="2030-01-01T11:00:00Z")
        serve_queues(page, body)

    page = open_page(before=prepare)
    page.clock.pause_at("2030-01-01T12:00:00Z")
    open_queues(page)
    expect(lane(page, "Tasks").locator(".rate")).to_have_text("10/s")


def test_edges_lead_from_the_workers_to_the_queues_of_the_proofs(page: Page) -> None:
    serve_queues(page, queues(proofs=queue(waiting=1, slots=2)))
    open_queues(page)
    expect(lane(page, "Proofs")).to_have_class("lane active busiest")
    edges = page.locator('.dots[data-lane="proofs"]')
    expect(edges.nth(0)).to_be_attached()
    workers = lane(page, "Tasks").locator(".consumers").bounding_box()
    flow = page.locator(".flow").bounding_box()
    assert workers
    assert flow
    below_workers = f" {round(workers['y'] + workers['height'] - flow['y'])}L"
    paths = [edge.get_attribute("d") or "" for edge in edges.all()]
    assert any(below_workers in path.replace("M", " ", 1) for path in paths), (below_workers, paths)


def test_the_throughput_of_fifteen_minutes_is_shown_for_each_queue(page: Page) -> None:
    serve_queues(page, queues(history=history(tasks=[40, 1200, 0], proofs=[1])))
    open_queues(page)
    chart = page.get_by_role("region", name="Finished in the last 15 minutes")
    name = "Tasks: 1,240 numbers finished, at most 120.0 per second"
    expect(chart.get_by_role("img", name=name)).to_be_visible()
    expect(chart).to_contain_text("1,241 numbers")
    expect(chart.locator('[data-lane="tasks"]')).to_contain_text("1,240 · peak 120/s")
    expect(chart.locator('[data-lane="lists"]')).to_contain_text("none")
    expect(chart).to_contain_text("15 min ago")


@pytest.mark.parametrize("kept", [None, "absent"])
def test_the_diagram_works_without_a_history(page: Page, kept: str | None) -> None:
    body = queues(tasks=queue(waiting=1234, slots=4), history=None)
    if kept == "absent":
        del body["history"], body["queues"]["lists"], body["queues"]["long_proofs"]
    serve_queues(page, body)
    open_queues(page)
    expect(lane(page, "Tasks").locator(".big")).to_have_text("1,234")
    expect(lane(page, "Tasks").locator(".rate")).to_have_text("")
    expect(page.locator("#throughput")).to_be_hidden()


def test_dead_letters_are_small_until_there_are_some(page: Page) -> None:
    body = queues()
    serve_queues(page, body)
    open_queues(page)
    dead = lane(page, "Dead letters")
    expect(dead).to_have_class("dead")
    expect(dead).to_contain_text("0")
    body["queues"]["dead_letters"] = queue(waiting=2)
    expect(dead).to_have_class("dead alarm")
    expect(dead).to_contain_text("Every attempt failed")


def test_dots_move_unless_the_user_prefers_reduced_motion(open_page: NewPage) -> None:
    def animation(page: Page) -> str:
        serve_queues(page, queues(tasks=queue(waiting=1, slots=4)))
        open_queues(page)
        name: str = page.locator(".dots").first.evaluate("dots => getComputedStyle(dots).animationName")
        return name

    assert animation(open_page(reduced_motion="no-preference")) == "flow"
    assert animation(open_page(reduced_motion="reduce")) == "none"


def accept_numbers(page: Page) -> list[Any]:
    """Accept every submitted number, the second one only after a 503, and return the list of the accepted numbers."""
    accepted: list[Any] = []
    requests = 0

    def accept(route: Route) -> None:
        nonlocal requests
        if route.request.method != "POST":
            route.continue_()
            return
        requests += 1
        if requests == 2:
            refuse(route, 503, "Too many requests. Send it again.")
        else:
            accepted.append(json.loads(route.request.post_data or "")["number"])
            respond(route, {"status": "success", "task_id": "019aaaaa-0000-8000-8000-000000000009"}, 202)

    page.route(page.url.split("#")[0], accept)
    return accepted


def test_a_button_sends_a_thousand_numbers_and_repeats_what_is_refused_for_now(page: Page) -> None:
    serve_queues(page, queues())
    accepted = accept_numbers(page)
    open_queues(page)
    button(page, "Send 1,000 numbers").click()
    expect(page.locator("#demo-note")).to_have_text("1,000 of 1,000 sent.")
    assert len(accepted) == 1000
    assert len(set(accepted)) == 1000
    assert {len(number) for number in accepted} == {40}


def test_a_button_sends_ten_primes_that_need_a_proof(page: Page) -> None:
    serve_queues(page, queues())
    accepted = accept_numbers(page)
    open_queues(page)
    button(page, "Send 10 proofs").click()
    expect(page.locator("#demo-note")).to_have_text("10 of 10 sent.")
    assert len(set(accepted)) == 10
    assert "10^200+357" in accepted


class Watched:
    """The view of the queues with a clock that the test controls."""

    def __init__(self, open_page: NewPage) -> None:
        self.page = open_page(before=self._prepare)
        self.page.clock.pause_at("2030-01-01T12:00:00Z")
        open_queues(self.page)
        self._wait_for_response()

    def _prepare(self, page: Page) -> None:
        page.clock.install(time="2030-01-01T11:00:00Z")
        serve_queues(page, queues(**BUSY))
        page.add_init_script(
            "const real = fetch; window.calls = [];"
            "window.fetch = (...call) => { calls.push(Date.now()); return real(...call); };"
        )

    def _wait_for_response(self) -> None:
        shown = self.page.evaluate("`Updated at ${new Date().toLocaleTimeString('en-GB')}`")
        expect(self.page.locator("#queues-note")).to_have_text(shown)

    def calls(self) -> list[int]:
        """Return the times of the requests, in milliseconds of the page's clock."""
        times: list[int] = self.page.evaluate("calls")
        return times

    def pass_time(self, seconds: int) -> None:
        """Move the clock second by second, and wait for the response to each request before the next second."""
        for _ in range(seconds):
            known = len(self.calls())
            self.page.clock.run_for(1000)
            if len(self.calls()) > known:
                self._wait_for_response()

    def show(self, *, hidden: bool) -> None:
        """Hide the tab, or show it again."""
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
    # A response arrives at the end of its second, so that a pause may seem up to one second longer than it was.
    assert all(later > earlier - 1000 for earlier, later in pairwise(pauses)), pauses
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


def test_an_error_of_the_queues_is_shown_and_the_request_is_sent_again(open_page: NewPage) -> None:
    failed = False

    def fail_once(route: Route) -> None:
        nonlocal failed
        if failed:
            respond(route, queues(**BUSY))
        else:
            failed = True
            refuse(route, 503, "The queues do not respond: try again in a moment.")

    page = open_page(before=lambda page: (page.clock.install(), page.route("**/queue", fail_once)))
    open_queues(page)
    expect(page.get_by_text("The queues do not respond")).to_be_visible()
    page.clock.run_for(5000)
    expect(page.get_by_text("1,234")).to_be_visible()
