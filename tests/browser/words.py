"""What a person does on the page, and what they see."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

PROBLEM = "application/problem+json"
#: An id as the service gives them; what is said of it is intercepted.
SOME_TASK = "019aaaaa-0000-8000-8000-000000000001"

expect.set_options(timeout=30_000)


def field(page: Page) -> Locator:
    """Return the one field."""
    return page.get_by_role("textbox", name="A number, an expression")


def ask(page: Page, text: str) -> None:
    """Type a text into the field and press Enter."""
    field(page).fill(text)
    field(page).press("Enter")


def paste(page: Page, lines: list[str]) -> None:
    """Paste a list into the field and press Enter."""
    field(page).fill("")
    page.evaluate("text => navigator.clipboard.writeText(text)", "\n".join(lines))
    field(page).press("Control+v")
    field(page).press("Enter")


def heading(page: Page) -> Locator:
    """Return the card's verdict."""
    return page.get_by_role("article").get_by_role("heading")


def button(page: Page, name: str) -> Locator:
    """Return a button by its name."""
    return page.get_by_role("button", name=name, exact=True)


def fact(page: Page, name: str) -> Locator:
    """Return the value that stands under a name on the card."""
    return page.locator("dl.facts div").filter(has=page.get_by_text(name, exact=True)).locator("dd")


def lead(page: Page) -> Locator:
    """Return the sentence under the card's verdict."""
    return page.locator("article .lead")


def clipboard(page: Page) -> str:
    """Return what was copied."""
    copied: str = page.evaluate("navigator.clipboard.readText()")
    return copied


def ago(**past: int) -> str:
    """Return a time in the past as the service writes it."""
    return (datetime.now(UTC) - timedelta(**past)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def told(task: dict[str, Any]) -> dict[str, Any]:
    """Return a task as the service tells it, with what a test says about it."""
    return {
        "task_id": SOME_TASK,
        "status": "PENDING",
        "result": None,
        "progress": None,
        "error": None,
        "attempts": 1,
        "submitted_at": ago(minutes=1),
        "started_at": None,
        "finished_at": None,
        "expires_at": ago(days=-7),
        **task,
    }


def answer(route: Route, body: dict[str, Any], status: int = 200) -> None:
    """Answer an intercepted call as the service would."""
    content_type = "application/json" if status < 400 else PROBLEM
    route.fulfill(status=status, content_type=content_type, body=json.dumps(body))


def refuse(route: Route, status: int, detail: str) -> None:
    """Answer an intercepted call with a problem."""
    answer(route, {"type": "about:blank", "title": "Refused", "status": status, "detail": detail}, status)
