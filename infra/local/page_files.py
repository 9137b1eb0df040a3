"""The files of the page, read at each request, so that a change is served at once. On AWS the page is one file."""

from chalicelib import page
from infra.local.problems import Response, problem

PREFIX = "/page/"
CONTENT_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
NO_FILE = "The page has no such file: open / for the page."


def read_again(accept: str) -> None:
    """Read the page itself again for a browser that opens it; the service keeps it in memory."""
    if "text/html" in accept:
        page.source.cache_clear()


def response(path: str) -> Response:
    """Return a file of the page, whose path begins with PREFIX, or 404."""
    file = (page.FOLDER / path.removeprefix(PREFIX)).resolve()
    if file.suffix not in CONTENT_TYPES or not file.is_relative_to(page.FOLDER) or not file.is_file():
        return problem(404, NO_FILE)
    headers = [
        ("content-type", CONTENT_TYPES[file.suffix]),
        ("cache-control", "no-cache"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
    ]
    return 200, headers, file.read_bytes()
