"""Failed tasks: what they were, why they failed, and how to queue them again."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.pages import button, open_queues
from tests.browser.stubs import accept, ago, id_of, queues, refuse, respond, serve_queues

REASON = "the number: failed after 5 attempts. <b>Send</b> it again."


def failed(index: int, **fields: Any) -> dict[str, Any]:
    """Return a failed task as GET /queue lists it."""
    known = {"subject": None, "error": f"Reason {index}.", "attempts": 5, "finished_at": ago(minutes=index)}
    return {"task_id": id_of(index), **known, **fields}


def serve_failed(page: Page, number: int, page_size: int = 3) -> list[str]:
    """Serve failed tasks in pages and accept their retries, open the view; return the ids in the order of retries."""
    tasks = [failed(index) for index in range(1, number + 1)]
    retried: list[str] = []

    def serve(route: Route) -> None:
        left = [task for task in tasks if task["task_id"] not in retried]
        cursor = route.request.url.partition("cursor=")[2]
        later = [task for task in left if task["task_id"] > cursor]
        chosen = later[:page_size]
        respond(route, queues(failed=chosen, next=chosen[-1]["task_id"] if len(later) > page_size else None))

    def retry(route: Route) -> None:
        retried.append(route.request.url.split("/")[-2])
        accept(route)

    page.route("**/queue**", serve)
    page.route("**/retry", retry)
    open_queues(page)
    return retried


def test_a_failed_task_shows_what_it_was_and_its_reason_as_text(page: Page) -> None:
    number = "170141183460…159310317303 (40 digits)"
    subjects = [number, "2^127-1", "chunk 3 of 5", None]
    tasks = [failed(place, subject=subject, error=REASON) for place, subject in enumerate(subjects, start=1)]
    serve_queues(page, queues(failed=tasks))
    open_queues(page)
    rows = page.locator("#failed li")
    names = [number, "2127 \u2212 1", "A list, chunk 3 of 5", f"Task {id_of(4)}"]
    expect(rows.get_by_role("link")).to_have_text(names)
    expect(rows.nth(0)).to_contain_text(f"T{REASON[1:]}")
    expect(rows.nth(0)).to_contain_text("1 min ago · 5 attempts")
    expect(rows.nth(3).get_by_role("link")).to_have_attribute("href", f"#{id_of(4)}")


def test_a_failed_task_is_retried_and_leaves_the_list(page: Page) -> None:
    retried = serve_failed(page, 2)
    button(page, f"Retry task {id_of(1)}").click()
    expect(page.get_by_text("Reason 1.")).to_be_hidden()
    expect(page.get_by_text("Reason 2.")).to_be_visible()
    assert retried == [id_of(1)]


def test_more_failed_tasks_are_shown_page_by_page(page: Page) -> None:
    serve_failed(page, 5)
    expect(page.locator("#failed li")).to_have_count(3)
    button(page, "Show more").click()
    expect(page.locator("#failed li")).to_have_count(5)
    expect(button(page, "Show more")).to_be_hidden()
    page.wait_for_event("response", lambda response: response.url.endswith("/queue"))
    expect(page.locator("#failed li")).to_have_count(5)


def test_all_failed_tasks_are_retried_one_after_the_other(page: Page) -> None:
    retried = serve_failed(page, 5)
    button(page, "Retry all").click()
    expect(page.get_by_text("No task has failed.")).to_be_visible()
    expect(button(page, "Retry all")).to_be_hidden()
    assert retried == [id_of(index) for index in range(1, 6)]


def test_retrying_all_waits_if_busy_skips_missing_tasks_and_stops_at_an_error(page: Page) -> None:
    retried = serve_failed(page, 3)
    statuses = iter([429, 404, None, 500])

    def refuse_some(route: Route) -> None:
        status = next(statuses)
        if status is None:
            route.fallback()
        else:
            refuse(route, status, "The service failed.")

    page.route("**/retry", refuse_some)
    button(page, "Retry all").click()
    expect(page.locator("#failed-error")).to_have_text("The service failed.")
    expect(page.locator("#failed li")).to_contain_text(["Reason 3."])
    assert retried == [id_of(2)]


def test_retrying_all_can_be_stopped(page: Page) -> None:
    retried = serve_failed(page, 5)
    held: list[Route] = []
    page.route(f"**/{id_of(2)}/retry", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes functions only
    with page.expect_request(f"**/{id_of(2)}/retry"):
        button(page, "Retry all").click()
    page.get_by_role("button", name="Stop").click()
    held[0].fallback()
    expect(button(page, "Retry all")).to_be_visible()
    assert retried == [id_of(1), id_of(2)]
