"""What a user does on the page, and the parts of the page that a user sees."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def field(page: Page) -> Locator:
    """Return the field for numbers."""
    return page.get_by_role("textbox", name="A number, an expression")


def ask(page: Page, text: str) -> None:
    """Type a text into the field and press Enter."""
    field(page).fill(text)
    field(page).press("Enter")


def paste(page: Page, lines: list[str]) -> None:
    """Paste lines into the field and press Enter."""
    field(page).fill("")
    page.evaluate("text => navigator.clipboard.writeText(text)", "\n".join(lines))
    field(page).press("Control+v")
    field(page).press("Enter")


def open_task(page: Page, task_id: str) -> None:
    """Follow the link of a task."""
    page.goto(f"{page.url.split('#')[0]}#{task_id}")


def open_queues(page: Page) -> None:
    """Open the view of the queues."""
    page.get_by_role("link", name="Queues").click()


def lane(page: Page, name: str) -> Locator:
    """Return the part of the diagram that shows one queue and its consumers."""
    return page.get_by_role("region", name=name, exact=True)


def preview(page: Page) -> Locator:
    """Return the line that shows how the page interprets the field."""
    return page.locator("#number-hint")


def error(page: Page) -> Locator:
    """Return the error at the field."""
    return page.locator("#number-error")


def heading(page: Page) -> Locator:
    """Return the verdict of the card."""
    return page.get_by_role("article").get_by_role("heading")


def headline(page: Page) -> Locator:
    """Return the largest text of the card: the digits or the factors."""
    return page.locator("article").locator(".headline, .numeral").first


def lead(page: Page) -> Locator:
    """Return the sentence that explains the verdict."""
    return page.locator('article [data-section="lead"] p')


def steps(page: Page) -> Locator:
    """Return the steps of the number through the service."""
    return page.get_by_role("list", name="Steps").get_by_role("listitem")


def button(page: Page, name: str) -> Locator:
    """Return a button by its name."""
    return page.get_by_role("button", name=name, exact=True)


def details(page: Page) -> Locator:
    """Return the line with the digits, the certificate and the attempts."""
    return page.locator("article .details")


def command(page: Page) -> str:
    """Copy the command that checks the result, and return it."""
    page.get_by_text("How to check it").click()
    return copy(page, "Copy the command")


def copy(page: Page, name: str) -> str:
    """Press a button that copies, and return the copied text."""
    button(page, name).click()
    # The button itself says so for a short time only.
    expect(page.locator("#announcer")).to_have_text("Copied")
    return clipboard(page)


def clipboard(page: Page) -> str:
    """Return the text on the clipboard."""
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text
