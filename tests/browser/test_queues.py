"""The view of the queues: the diagram, the throughput, the buttons that send numbers, and the polling."""

from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.pages import NewPage, button, lane, open_at_rest, open_queues, show_queues
from tests.browser.stubs import history, queue, queues

BUSY = {
    "tasks": queue(waiting=1234, in_flight=3, delayed=2, slots=4) | {"oldest_seconds": 61.2, "expected_seconds": 0.3},
    "lists": queue(waiting=100, in_flight=50, slots=200),
    "proofs": queue(waiting=5, in_flight=2, delayed=2),
    "long_proofs": queue(waiting=1, in_flight=1, slots=1),
}


def test_the_diagram_is_there_while_the_queues_are_loading(page: Page) -> None:
    held: list[Route] = []
    page.route("**/queue", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes functions only
    open_queues(page)
    expect(lane(page, "Tasks").locator(".big")).to_have_text("\N{EN DASH}")
    expect(page.locator("#queues-note")).to_have_text("Loading")
    expect(page).to_have_title("Queues · Is it prime?")


def test_each_queue_shows_what_waits_what_is_in_flight_and_its_slots(page: Page) -> None:
    show_queues(page, queues(**BUSY))
    tasks, lists, proofs = (lane(page, name) for name in ("Tasks", "Lists", "Proofs"))
    expect(tasks.locator(".big")).to_have_text("1,234")
    expect(tasks).to_contain_text("waiting · 2 delayed")
    expect(tasks).to_contain_text("oldest ≤ 1 min 2 s · wait 1 s")
    expect(tasks).to_contain_text("3 in flight · 4 slots")
    expect(tasks.locator(".slots .on")).to_have_count(3)
    expect(tasks.locator(".slots i")).to_have_count(4)
    expect(lane(page, "Long proofs")).to_contain_text("1 in flight · 1 slot")
    # Many slots become a bar, many messages a row of 24 blocks.
    expect(lists).to_contain_text("50 in flight · 200 slots")
    assert lists.locator(".meter i").evaluate("bar => bar.style.width") == "25%"
    expect(lists.locator(".tube i")).to_have_count(24)
    expect(proofs.locator(".tube .on")).to_have_count(5)
    expect(proofs.locator(".tube i")).to_have_count(7)
    expect(proofs).to_contain_text("2 in flight")
    expect(proofs).not_to_contain_text("slot")


def test_work_between_two_polls_is_shown_by_the_history(page: Page) -> None:
    show_queues(page, queues(history=history(tasks=[7, 120], proofs=[1])))
    tasks = lane(page, "Tasks")
    expect(tasks.locator(".rate")).to_have_text("6.3/s")
    expect(tasks).to_have_class("lane active")
    expect(lane(page, "Lists").locator(".rate")).to_have_text("0/s")
    # API to queue, to workers, to table; and from the workers to the queue of the proofs.
    for name, edges in (("tasks", 3), ("proofs", 3), ("lists", 0)):
        expect(page.locator(f'.dots[data-lane="{name}"]')).to_have_count(edges)


def test_the_rate_counts_the_passed_part_of_a_step_that_is_not_over(open_page: NewPage) -> None:
    page = open_at_rest(open_page)
    show_queues(page, queues(history={**history(tasks=[100, 50]), "until": "2030-01-01T12:00:05Z"}))
    expect(lane(page, "Tasks").locator(".rate")).to_have_text("10/s")


def test_the_throughput_of_fifteen_minutes_is_shown_for_each_queue(page: Page) -> None:
    show_queues(page, queues(history=history(tasks=[40, 1200, 0], proofs=[1])))
    chart = page.get_by_role("region", name="Finished in the last 15 minutes")
    name = "Tasks: 1,240 numbers finished, at most 120.0 per second"
    expect(chart.get_by_role("img", name=name)).to_be_visible()
    expect(chart).to_contain_text("1,241 numbers")
    expect(chart.locator('[data-lane="tasks"]')).to_contain_text("1,240 · peak 120/s")
    expect(chart.locator('[data-lane="lists"]')).to_contain_text("none")
    expect(chart).to_contain_text("15 min ago")


def test_the_busiest_queue_and_dead_letters_are_prominent(page: Page) -> None:
    body = show_queues(page, queues(**BUSY))
    expect(page.locator(".busiest")).to_have_accessible_name("Tasks")
    dead = lane(page, "Dead letters")
    expect(dead).to_have_class("dead")
    body["queues"] |= {"dead_letters": queue(waiting=2), "tasks": queue(slots=4)}
    expect(dead).to_have_class("dead alarm")
    expect(dead).to_contain_text("Every attempt failed")
    expect(page.locator(".busiest")).to_have_accessible_name("Lists")


@pytest.mark.parametrize(("preference", "animation"), [("no-preference", "flow"), ("reduce", "none")])
def test_dots_move_unless_the_user_prefers_reduced_motion(page: Page, preference: Any, animation: str) -> None:
    page.emulate_media(reduced_motion=preference)
    show_queues(page, queues(tasks=queue(waiting=1, slots=4)))
    expect(page.locator(".dots").first).to_have_css("animation-name", animation)


#: Accepts every number that the page submits, but refuses the second one once.
ACCEPT = """() => {
    const real = fetch;
    Object.assign(window, { accepted: [], refused: [] });
    window.fetch = async (url, init) => {
        if (init.method !== "POST") return real(url, init);
        const refuse = accepted.length === 1 && !refused.length;
        (refuse ? refused : accepted).push(JSON.parse(init.body).number);
        return new Response("{}", { status: refuse ? 503 : 202 });
    };
}"""


@pytest.mark.parametrize(
    ("label", "number", "known"),
    [("Send 1,000 numbers", "1,000", None), ("Send 10 proofs", "10", "10^200+357")],
)
def test_a_button_sends_numbers_and_repeats_what_is_refused(
    page: Page, label: str, number: str, known: str | None
) -> None:
    show_queues(page, queues())
    page.evaluate(ACCEPT)
    button(page, label).click()
    expect(page.locator("#demo-note")).to_have_text(f"{number} of {number} sent.")
    accepted, refused = page.evaluate("[accepted, refused]")
    assert len(accepted) == len(set(accepted)) == int(number.replace(",", ""))
    assert refused[0] in accepted
    assert known in accepted if known else {len(sent) for sent in accepted} == {40}


#: Polls a step that never changes; returns the list to which each step appends its time.
POLL = """async () => {
    const { poll } = await import(document.querySelector("script").src.replace("/app.", "/common/poll."));
    window.times = [];
    poll(async () => { times.push(Date.now()); return "same"; }, { shortest: 2000, longest: 15_000 });
}"""
HIDE = """hidden => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_polling_backs_off_and_pauses_while_the_tab_is_hidden(open_page: NewPage) -> None:
    page = open_at_rest(open_page)
    page.evaluate(POLL)
    for _ in range(90):
        page.clock.run_for(1000)
    times = page.evaluate("times")
    pauses = [after - before for before, after in pairwise(times)]
    assert pauses[:2] == [3000, 4500]
    assert pauses[-1] == 15_000
    page.evaluate(HIDE, True)
    for _ in range(60):
        page.clock.run_for(1000)
    assert len(page.evaluate("times")) == len(times)
    page.evaluate(HIDE, False)
    assert len(page.evaluate("times")) == len(times) + 1


def test_the_seven_queues_fit_a_laptop_and_the_busy_ones_are_first(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    busy = {"factors": queue(1, 1, slots=2), "long_factors": queue(slots=2), "lists": queue(2, slots=2)}
    body = queues()
    body["queues"] |= busy
    show_queues(page, body)
    lanes = page.locator(".lane h2 a")
    expect(lanes).to_have_text(["Lists", "Long lists", "Tasks", "Factors", "Proofs", "Long proofs", "Long factors"])
    box = lanes.last.locator("xpath=../../..").bounding_box()
    assert box
    assert box["y"] + box["height"] <= 900
