"""The table of the tasks: what a row says, the filters, the refreshing, and what is done with the selected ones."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.pages import NewPage, ask, button, lane, open_at_rest, open_queues
from tests.browser.stubs import accept, ago, id_of, refuse, respond, row

REASON = "the number: failed after 5 attempts. <b>Send</b> it again."


def rows(page: Page) -> Locator:
    return page.locator(".tasks tbody:not(.skeleton) tr")


def box(page: Page, name: str) -> Locator:
    return page.get_by_role("checkbox", name=f"Select {name}", exact=True)


def serve_tasks(page: Page, tasks: list[dict[str, Any]], page_size: int = 50) -> list[dict[str, list[str]]]:
    """Let the service list these tasks, later changes of them included; return the queries of its requests."""
    queries = []

    def serve(route: Route) -> None:
        queries.append(parse_qs(urlsplit(route.request.url).query))
        start = int(queries[-1].get("cursor", ["0"])[0])
        end = start + page_size
        respond(route, {"tasks": tasks[start:end], "next": str(end) if end < len(tasks) else None})

    page.route("**/tasks?*", serve)
    return queries


def open_tasks(page: Page, tasks: list[dict[str, Any]], **options: Any) -> list[dict[str, list[str]]]:
    queries = serve_tasks(page, tasks, **options)
    page.get_by_role("link", name="Tasks", exact=True).click()
    return queries


def serve_changes(page: Page) -> list[tuple[str, str]]:
    """Accept cancels and retries; return the method and the task of each."""
    changes = []

    def change(route: Route) -> None:
        request = route.request
        if request.method == "GET":
            return route.fallback()
        task_id = urlsplit(request.url).path.split("/")[1]
        changes.append((request.method, task_id))
        return accept(route, task_id) if request.method == "POST" else respond(route, {"task_id": task_id})

    page.route("**/019aaaaa-**", change)
    return changes


def many() -> list[dict[str, Any]]:
    return [
        row(1, "STARTED", "lists", kind="list", total=100_000, finished=45_000, primes=9592),
        row(2, "FAILURE", "tasks", subject="170141183460…159310317303 (40 digits)", error=REASON),
        row(
            3,
            "FAILURE",
            "lists",
            kind="list",
            total=5000,
            finished=4000,
            primes=669,
            subject="chunk 3 of 5",
            error="no.",
        ),
        row(4, "RETRY", "proofs", subject="2^2203-1", attempts=2, error="TimeoutError"),
        row(5, "SUCCESS", "proofs", kind="search", subject="next prime after 10^60", verdict="prime"),
        row(6, "SUCCESS", "factors", subject="2^67-1", verdict="composite", factors=2, started_at=ago(seconds=363)),
    ]


def test_a_row_says_what_a_task_is_how_far_it_is_and_why_it_failed_as_text(page: Page) -> None:
    open_tasks(page, many())
    expect(rows(page)).to_contain_text(
        [
            "A list of 100,000 numbersWorking 45,000 of 100,0009,592 primesLists2 min agoCancel",
            f"170141183460…159310317303 (40 digits)T{REASON[1:]}Failed 5 attemptsTasks3 min agoRetry",
            "A list of 5,000 numbers, chunk 3 of 5No.Failed 5 attempts669 primesLists4 min agoRetry",
            "22203 \N{MINUS SIGN} 1TimeoutErrorRetrying 2 attemptsProofs5 min agoCancel",
            "Next prime after 10^60Finished PrimeProofs6 min ago",
            "267 \N{MINUS SIGN} 1Finished Composite, 2 factorsFactors3",
        ]
    )
    expect(rows(page).nth(4).get_by_role("button")).to_have_count(0)
    page.get_by_role("link", name="A list of 100,000 numbers").click()
    expect(page).to_have_url(f"{page.url.split('#')[0]}#{id_of(1)}")


def test_a_click_on_a_head_sorts_the_rows_by_it_and_a_second_one_the_other_way(page: Page) -> None:
    open_tasks(page, many())
    expect(rows(page)).to_have_count(6)
    button(page, "Age").click()
    expect(rows(page).first).to_contain_text("A list of 100,000 numbers")
    button(page, "Age").click()
    expect(page.get_by_role("columnheader", name="Age")).to_have_attribute("aria-sort", "descending")
    expect(rows(page).first).to_contain_text("Composite, 2 factors")


def test_a_task_of_the_service_is_found_in_another_notation_and_cancelled(page: Page) -> None:
    page.get_by_role("checkbox", name="Find prime factors").check()
    ask(page, "2^523-3")
    expect(page.get_by_role("article")).to_be_visible()
    page.get_by_role("link", name="Tasks", exact=True).click()
    page.get_by_role("searchbox", name="Number or id").fill(hex(2**523 - 3))
    expect(rows(page)).to_have_count(1)
    button(page, "Cancel 2^523-3").click()
    expect(rows(page)).to_contain_text("Cancelled")


def test_a_lane_opens_its_tasks(page: Page) -> None:
    queries = serve_tasks(page, many())
    open_queues(page)
    lane(page, "Proofs").click()
    expect(page).to_have_title("Tasks · Is it prime?")
    expect(page.get_by_role("combobox", name="Queue")).to_have_value("proofs")
    expect(page.get_by_role("heading", name="Tasks")).to_be_focused()
    expect(rows(page)).to_have_count(6)
    assert all(query == {"limit": ["50"], "queue": ["proofs"]} for query in queries)


def test_a_task_that_is_accepted_later_does_not_close_the_table(page: Page) -> None:
    held: list[Route] = []
    page.route("**/", lambda route: held.append(route) if route.request.method == "POST" else route.fallback())
    with page.expect_request(lambda request: request.method == "POST"):
        ask(page, "97")
    open_tasks(page, many())
    expect(rows(page)).to_have_count(6)
    accept(held[0], id_of(7))
    page.get_by_role("link", name="Check", exact=True).click()
    expect(page.locator("#recent-list a")).to_have_attribute("href", f"#{id_of(7)}")
    page.go_back()
    expect(rows(page)).to_have_count(6)


def test_filters_are_sent_and_are_in_the_address(page: Page) -> None:
    queries = open_tasks(page, many())
    page.get_by_role("combobox", name="Status").select_option("Failed")
    page.get_by_role("combobox", name="Time").select_option("Last 15 minutes")
    page.get_by_label("Number or id").fill(" 2^127 - 1 ")
    page.wait_for_url("**/#tasks?status=FAILURE&since=15m&q=2%5E127+-+1")
    expect(page.get_by_label("Number or id")).to_be_focused()
    page.reload()
    expect(page.get_by_label("Number or id")).to_have_value("2^127 - 1")
    expect(rows(page)).to_have_count(6)
    assert queries[-1] == {"limit": ["50"], "status": ["FAILURE"], "since": ["15m"], "q": ["2^127 - 1"]}


def test_more_tasks_are_read_by_the_cursor_over_pages_without_any(page: Page) -> None:
    tasks = [row(index, "SUCCESS", "proofs") for index in range(80)]
    open_tasks(page, tasks)
    expect(rows(page)).to_have_count(50)
    page.route("**/tasks?*cursor=50", lambda route: respond(route, {"tasks": [], "next": "51"}))
    page.route("**/tasks?*cursor=51", lambda route: respond(route, {"tasks": tasks[50:], "next": None}))
    button(page, "Show more").click()
    expect(rows(page)).to_have_count(80)
    expect(button(page, "Show more")).to_be_hidden()


def test_a_refresh_keeps_the_selection_and_the_focus(open_page: NewPage) -> None:
    page = open_page(before=lambda page: page.clock.install())
    tasks = [row(index, "STARTED", "proofs", subject=str(index)) for index in (11, 12, 13)]
    open_tasks(page, tasks)
    box(page, "11").check()
    box(page, "13").check()
    button(page, "Cancel 2").focus()
    tasks[:] = [row(10, "PENDING", "proofs", subject="10"), row(11, "SUCCESS", "proofs", subject="11"), *tasks[1:]]
    page.clock.run_for(4000)
    expect(rows(page)).to_have_count(4)
    expect(box(page, "13")).to_be_checked()
    expect(page.locator("#tasks-selected")).to_have_text("2 of 4 tasks selected")
    # The focus leaves a button that has gone for its row, and a row that has gone for the next one.
    rows(page).nth(2).get_by_role("button").focus()
    tasks[2] |= {"status": "SUCCESS"}
    page.clock.run_for(4000)
    expect(page.get_by_role("link", name="12", exact=True)).to_be_focused()
    del tasks[2]
    page.clock.run_for(4000)
    expect(box(page, "13")).to_be_focused()


def test_selected_tasks_are_cancelled_by_the_keyboard_after_one_question(page: Page) -> None:
    changes = serve_changes(page)
    open_tasks(page, many())
    expect(rows(page)).to_have_count(6)
    page.get_by_role("checkbox", name="Select all").focus()
    page.keyboard.press("Space")
    expect(page.locator("#tasks-selected")).to_have_text("6 of 6 tasks selected")
    page.keyboard.press("Tab")
    expect(button(page, "Cancel 2")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Cancel 2 tasks?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(button(page, "Cancel 2")).to_be_focused()
    assert changes == []
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#announcer")).to_have_text("2 tasks cancelled")
    expect(page.get_by_role("heading", name="Tasks")).to_be_focused()
    assert changes == [("DELETE", id_of(1)), ("DELETE", id_of(4))]


def test_one_task_is_retried_and_a_refusal_is_shown_in_its_row(open_page: NewPage) -> None:
    page = open_at_rest(open_page)
    changes = serve_changes(page)
    page.route(f"**/{id_of(2)}/retry", lambda route: refuse(route, 409, "The task has not failed."))
    open_tasks(page, many())
    button(page, "Retry A list of 5,000 numbers, chunk 3 of 5").click()
    expect(rows(page).nth(2)).to_contain_text("Queued")
    button(page, "Retry 170141183460…159310317303 (40 digits)").click()
    expect(rows(page).nth(1).get_by_role("alert")).to_have_text("The task has not failed.")
    assert changes == [("POST", id_of(3))]


def test_retrying_waits_if_busy_skips_missing_tasks_and_stops_at_an_error(open_page: NewPage) -> None:
    page = open_page(before=lambda page: page.clock.install())
    changes = serve_changes(page)
    statuses = iter([429, 404, None, 500])

    def refuse_some(route: Route) -> None:
        status = next(statuses)
        route.fallback() if status is None else refuse(route, status, "The service failed.")

    page.route("**/retry", refuse_some)
    open_tasks(page, [row(index, "FAILURE", "tasks") for index in range(1, 61)])
    page.get_by_role("checkbox", name="Select all").check()
    button(page, "Select all matches").click()
    button(page, "Retry 60").click()
    button(page, "Retry 60 tasks").click()
    expect(page.locator("#tasks-error")).to_have_text("The service failed.")
    expect(page.locator("#announcer")).to_have_text("1 task queued again")
    with page.expect_response("**/tasks?*"):
        page.clock.run_for(20_000)
    expect(page.locator("#tasks-error")).to_have_text("The service failed.")
    assert changes == [("POST", id_of(2))]


def test_a_run_can_be_stopped(page: Page) -> None:
    changes = serve_changes(page)
    held: list[Route] = []
    page.route(f"**/{id_of(2)}/retry", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes functions only
    open_tasks(page, [row(index, "FAILURE", "tasks") for index in range(1, 6)])
    page.get_by_role("checkbox", name="Select all").check()
    button(page, "Retry 5").click()
    with page.expect_request(f"**/{id_of(2)}/retry"):
        button(page, "Retry 5 tasks").click()
    button(page, "Stop").click()
    held[0].fallback()
    expect(page.locator("#announcer")).to_have_text("2 tasks queued again")
    assert changes == [("POST", id_of(1)), ("POST", id_of(2))]


@pytest.mark.parametrize(
    ("status", "text"),
    [(0, "cannot reach the service"), (403, "need an API key"), (503, "The table does not respond.")],
)
def test_an_error_is_said_in_plain_words_and_the_table_comes_back(open_page: NewPage, status: int, text: str) -> None:
    page = open_at_rest(open_page)
    held: list[Route] = []
    page.route("**/tasks?*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes functions only
    with page.expect_request("**/tasks?*"):
        page.get_by_role("link", name="Tasks", exact=True).click()
    expect(page.locator(".skeleton")).to_be_visible()
    expect(page.locator("#tasks-note")).to_have_text("Loading")
    if status:
        refuse(held[0], status, "The table does not respond.")
    else:
        held[0].abort()
    if status == 403:
        page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.locator("#tasks-error")).to_contain_text(text)
    expect(page.locator(".skeleton")).to_be_hidden()
    serve_tasks(page, [])
    page.clock.run_for(5000)
    expect(page.get_by_text("No task matches.")).to_be_visible()
    expect(page.locator("#tasks-error")).to_be_hidden()
