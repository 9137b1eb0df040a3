"""The web page: static files, served under hashed names and with a strict Content-Security-Policy."""

import hashlib
import html
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "base-uri 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        # The browser refuses to parse text as HTML (Trusted Types), so that text from a user stays text.
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
)
PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
FILE_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
#: The name of a file as the sources write it: page/app.js in index.html, "./api.js" in a module.
REFERENCE = re.compile(r"(?<=[\"'/])([a-z]+)\.(js|css|svg)(?=[\"'])")
#: Indentation, empty lines and comments on lines of their own: the sources keep them, the browser does not need them.
COMMENTS = re.compile(r"^ *(?://.*|/\*(?:[^*]|\*(?!/))*\*/)?\n|^ +", re.MULTILINE)
#: White space and semicolons in a style sheet that separate nothing.
CSS_SPACES = re.compile(r"[\s;]*([{};,])\s*| (?=[!/>])|(?<=[:/>]) ")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the page, as it is sent.

    Attributes:
        body: The text of the file.
        content_type: The value of the header Content-Type.
        headers: The other headers.
    """

    body: str
    content_type: str
    headers: dict[str, str]


def asset(name: str, prefix: str) -> Asset | None:
    """Return the file of that name, or None if there is none.

    The page itself is `index.html`. The page requests the other files by hashed names (`app.<hash>.js`), so
    that browsers can cache them for a year. Every address on the page is relative to its base address, and the
    base address is relative to the address of the page: at `/api`, `/api/` and `/api/{task_id}` it is `/api/`.
    A proxy may put more in front of the path.

    Args:
        name: The name of the file.
        prefix: The path under which the API is served: "" or "/api".
    """
    if name == "index.html":
        stage = prefix.rpartition("/")[2]
        base = f'<base href="{html.escape(f"../{stage}/" if stage else "./", quote=True)}">'
        page = _published()[name]
        return Asset(page.body.replace('<base href="./">', base), page.content_type, page.headers)
    return _published().get(name)


@cache
def _published() -> dict[str, Asset]:
    """Return every file by the name under which it is served.

    The hash in the names covers all files: a change in one of them changes the address of each.
    """
    sources = {
        path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.iterdir()) if path.suffix in CONTENT_TYPES
    }
    version = hashlib.sha256("\0".join(sources.values()).encode()).hexdigest()[:12]
    published = {}
    for name, source in sources.items():
        stem, suffix = Path(name).stem, Path(name).suffix
        is_page = suffix == ".html"
        body = REFERENCE.sub(rf"\1.{version}.\2", COMMENTS.sub("", source))
        published[name if is_page else f"{stem}.{version}{suffix}"] = Asset(
            CSS_SPACES.sub(r"\1", body) if suffix == ".css" else body,
            CONTENT_TYPES[suffix],
            PAGE_HEADERS if is_page else FILE_HEADERS,
        )
    return published
