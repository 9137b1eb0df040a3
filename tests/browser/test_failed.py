"""Failed tasks: what they were, why they failed, and how to queue them again."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.actions import button, open_queues
from tests.browser.stubs import ago, queues, refuse, respond, serve_queues

REASON = "the number: failed after 5 attempts. <b>Send</b> it again."


def task_id(index: int) -> str:
    return f"019aaaaa-0000-8000-8000-{index:012}"


def failed(index: int, **fields: Any) -> dict[str, Any]:
    """Return a failed task as GET /queue lists it."""
    known = {"subject": None, "error": f"Reason {index}.", "attempts": 5, "finished_at": ago(minutes=index)}
    return {"task_id": task_id(index), **known, **fields}


def serve_failed(page: Page, tasks: list[dict[str, Any]], page_size: int = 3) -> list[str]:
    """Serve the failed tasks in pages and accept their retries; return the ids in the order of the retries."""
    retried: list[str] = []

    def serve(route: Route) -> None:
        left = [task for task in tasks if task["task_id"] not in retried]
        cursor = route.request.url.partition("cursor=")[2]
        start = next((place for place, task in enumerate(left) if task["task_id"] > cursor), len(left))
        chosen = left[start : start + page_size]
        more = start + page_size < len(left)
        respond(route, queues(failed=chosen, next=chosen[-1]["task_id"] if more else None))

    def retry(route: Route) -> None:
        retried.append(route.request.url.split("/")[-2])
        respond(route, {"status": "success", "task_id": retried[-1]}, 202)

    page.route("**/queue**", serve)
    page.route("**/retry", retry)
    return retried


def test_a_failed_task_shows_what_it_was_and_its_reason_as_text(page: Page) -> None:
    number = "170141183460…159310317303 (40 digits)"
    subjects = [number, "2^127-1", "chunk 3 of 5", None]
    tasks = [failed(place, subject=subject, error=REASON) for place, subject in enumerate(subjects, start=1)]
    serve_queues(page, queues(failed=tasks))
    open_queues(page)
    rows = page.locator("#failed li")
    names = [number, "2127 \u2212 1", "A list, chunk 3 of 5", f"Task {task_id(4)}"]
    expect(rows.get_by_role("link")).to_have_text(names)
    expect(rows.nth(0)).to_contain_text(f"T{REASON[1:]}")
    expect(rows.nth(0)).to_contain_text("1 min ago · 5 attempts")
    expect(rows.nth(3).get_by_role("link")).to_have_attribute("href", f"#{task_id(4)}")


def test_a_failed_task_is_retried_and_leaves_the_list(page: Page) -> None:
    retried = serve_failed(page, [failed(1), failed(2)])
    open_queues(page)
    button(page, f"Retry task {task_id(1)}").click()
    expect(page.get_by_text("Reason 1.")).to_be_hidden()
    expect(page.get_by_text("Reason 2.")).to_be_visible()
    assert retried == [task_id(1)]


def test_more_failed_tasks_are_shown_page_by_page(page: Page) -> None:
    serve_failed(page, [failed(index) for index in range(1, 6)])
    open_queues(page)
    expect(page.locator("#failed li")).to_have_count(3)
    button(page, "Show more").click()
    expect(page.locator("#failed li")).to_have_count(5)
    expect(button(page, "Show more")).to_be_hidden()
    with page.expect_response("**/queue"):
        pass
    expect(page.locator("#failed li")).to_have_count(5)


def test_all_failed_tasks_are_retried_one_after_the_other(page: Page) -> None:
    retried = serve_failed(page, [failed(index) for index in range(1, 6)])
    open_queues(page)
    button(page, "Retry all").click()
    expect(page.get_by_text("No task has failed.")).to_be_visible()
    expect(button(page, "Retry all")).to_be_hidden()
    assert retried == [task_id(index) for index in range(1, 6)]


def test_retrying_all_waits_while_the_service_is_busy_and_skips_missing_tasks(page: Page) -> None:
    retried = serve_failed(page, [failed(1), failed(2)])
    statuses = iter([429, 404])

    def refuse_first(route: Route) -> None:
        status = next(statuses, None)
        if status is None:
            route.fallback()
        else:
            refuse(route, status, "Not now.")

    page.route("**/retry", refuse_first)
    open_queues(page)
    button(page, "Retry all").click()
    expect(page.locator("#failed li")).to_have_count(0)
    assert retried == [task_id(2)]


def test_retrying_all_can_be_stopped(page: Page) -> None:
    retried = serve_failed(page, [failed(index) for index in range(1, 6)])
    held: list[Route] = []
    page.route(f"**/{task_id(2)}/retry", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes functions only
    open_queues(page)
    with page.expect_request(f"**/{task_id(2)}/retry"):
        button(page, "Retry all").click()
    page.get_by_role("button", name="Stop").click()
    held[0].fallback()
    expect(button(page, "Retry all")).to_be_visible()
    assert retried == [task_id(1), task_id(2)]


def test_retrying_all_stops_at_an_error_and_shows_it(page: Page) -> None:
    serve_failed(page, [failed(1), failed(2)])
    page.route("**/retry", lambda route: refuse(route, 500, "The service failed. The error is in its log."))
    open_queues(page)
    button(page, "Retry all").click()
    expect(page.locator("#failed-error")).to_have_text("The service failed. The error is in its log.")
    expect(page.locator("#failed li")).to_have_count(2)
