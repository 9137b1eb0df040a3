"""The page for people: a few static files, served with hashed names and a strict Content-Security-Policy."""

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
        # The browser itself then refuses to parse any text as HTML: all that came from a user is inserted as text.
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
# A file's name as the sources write it: console/app.js in the page, "./api.js" in a module.
REFERENCE = re.compile(r"(?<=[\"'/])([a-z]+)\.(js|css|svg)(?=[\"'])")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the page, ready to be sent."""

    body: str
    content_type: str
    headers: dict[str, str]


def asset(name: str, prefix: str) -> Asset | None:
    """Give the file of that name, or None where there is none.

    `index.html` is the page; the others go by the hashed names that it asks for (`app.<hash>.js`), so that
    they can be cached for a year. `prefix` is the path that the API is served under ("" or "/api"): every
    address on the page is relative to it, and it to the page's own address, so that a proxy may put more
    in front; it is right with and without a slash at that address's end.
    """
    if name == "index.html":
        stage = prefix.rpartition("/")[2]
        base = f'<base href="{html.escape(f"../{stage}/" if stage else "./", quote=True)}">'
        page = _published()[name]
        return Asset(page.body.replace('<base href="./">', base), page.content_type, page.headers)
    return _published().get(name)


@cache
def _published() -> dict[str, Asset]:
    """Read every file once, and name each after the content of all: a change in one is a new address for all."""
    sources = {
        path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.iterdir()) if path.suffix in CONTENT_TYPES
    }
    version = hashlib.sha256("\0".join(sources.values()).encode()).hexdigest()[:12]
    published = {}
    for name, source in sources.items():
        stem, suffix = Path(name).stem, Path(name).suffix
        page = suffix == ".html"
        published[name if page else f"{stem}.{version}{suffix}"] = Asset(
            REFERENCE.sub(rf"\1.{version}.\2", source),
            CONTENT_TYPES[suffix],
            PAGE_HEADERS if page else FILE_HEADERS,
        )
    return published
