"""The page in Chromium: how a test opens it, what a user does on it, and the parts that a user sees."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.browser.stubs import TASK_ID, respond, serve_queues, task

#: No sandbox, because tests may run as root, one process for all pages of a context, and no requests of the browser
#: itself.
FLAGS = [
    "--no-sandbox",
    "--renderer-process-limit=1",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: How long a test waits for something to appear. Tests poll, so that a large value costs no time.
TIMEOUT_MILLISECONDS = 30_000

NewPage = Callable[..., Page]


def new_context(browser: Browser, errors: list[str], **options: Any) -> BrowserContext:
    """Return a browser context that appends its pages' reports to `errors`. The options are Playwright's.

    A call of a foreign host is such an error, because it violates the Content-Security-Policy.
    """
    permissions = ["clipboard-read", "clipboard-write"]
    context = browser.new_context(**{"permissions": permissions, "reduced_motion": "reduce", **options})
    context.set_default_timeout(TIMEOUT_MILLISECONDS)

    def watch_console(message: ConsoleMessage) -> None:
        # The browser reports every status of 400 and over; tests that cause one check the text on the page.
        if message.type == "error" and "Failed to load resource" not in message.text:
            errors.append(message.text)

    context.on("console", watch_console)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    return context


def open_at_rest(open_page: NewPage) -> Page:
    """Open the page at 12:00 with a clock that stands still, so that it sends no request again by itself."""
    page = open_page(before=lambda page: page.clock.install(time="2030-01-01T11:00:00Z"))
    page.clock.pause_at("2030-01-01T12:00:00Z")
    return page


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="A number, an expression")


def ask(page: Page, text: str) -> None:
    """Type a text into the field and press Enter."""
    field(page).fill(text)
    field(page).press("Enter")


def open_task(page: Page, task_id: str) -> None:
    page.goto(f"{page.url.split('#')[0]}#{task_id}")


def show_task(page: Page, task_id: str = TASK_ID, **fields: Any) -> dict[str, Any]:
    """Show a task that the service has; return it as the service sends it, for later changes."""
    body = task(**fields)
    page.route(f"**/{task_id}", lambda route: respond(route, body))
    open_task(page, task_id)
    return body


def open_queues(page: Page) -> None:
    page.get_by_role("link", name="Queues", exact=True).click()


def show_queues(page: Page, body: dict[str, Any]) -> dict[str, Any]:
    """Show queues that the service has; return them for later changes."""
    serve_queues(page, body)
    open_queues(page)
    expect(page.locator(".lane")).to_have_count(len(body["queues"]) - 1)
    return body


def lane(page: Page, name: str) -> Locator:
    """Return the part of the diagram that shows one queue and its consumers."""
    return page.get_by_role("region", name=name, exact=True)


def preview(page: Page) -> Locator:
    """Return the line that shows how the page interprets the field."""
    return page.locator("#number-hint")


def error(page: Page) -> Locator:
    return page.locator("#number-error")


def heading(page: Page) -> Locator:
    return page.get_by_role("article").get_by_role("heading", level=2)


def headline(page: Page) -> Locator:
    """Return the largest text of the card: the digits or the factors."""
    return page.locator("article").locator(".headline, .numeral").first


def lead(page: Page) -> Locator:
    """Return the sentence that explains the verdict."""
    return page.locator('article [data-section="lead"] p')


def steps(page: Page) -> Locator:
    return page.get_by_role("list", name="Steps").get_by_role("listitem")


def factors(page: Page, found_by: str) -> Locator:
    """Return the factors that a method has found."""
    return page.get_by_role("list", name=found_by, exact=True).get_by_role("listitem")


def details(page: Page) -> Locator:
    """Return the line with the digits, the certificate and the attempts."""
    return page.locator("article .details")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def drop(page: Page, files: dict[str, str], place: str = "body") -> None:
    """Drop files with these texts on a part of the page."""
    page.locator(place).evaluate(
        """(element, files) => {
            const dataTransfer = new DataTransfer();
            for (const [name, text] of Object.entries(files)) dataTransfer.items.add(new File([text], name));
            element.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        files,
    )


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def save(page: Page, name: str, folder: Path) -> Path:
    """Press a download button and return the downloaded file."""
    with page.expect_download() as download:
        button(page, name).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def copy(page: Page, name: str) -> str:
    """Press a button that copies, and return the copied text."""
    button(page, name).click()
    # The button itself says so for a short time only.
    expect(page.locator("#announcer")).to_have_text("Copied")
    return clipboard(page)
