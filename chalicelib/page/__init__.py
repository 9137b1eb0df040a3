"""The web page, with a strict Content-Security-Policy: one file as it is packaged, many as the sources are."""

import base64
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
#: `GET /{task_id}` is the page or the task, by the request's Accept header.
PAGE_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
}
FILE_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
#: How long a browser or a CDN shows the packaged page without a request, in seconds: after a deploy it may be as old.
PAGE_SECONDS = 300
#: The name of a file as the sources write it: page/app.js in index.html, "./common/api.js" in a module.
REFERENCE = re.compile(r"(?<=[\"'/])([a-z]+)\.(js|css|svg)(?=[\"'])")
#: A script or style sheet inside the page, where the packaging has put it (infra/packaging/page.py).
INLINE = re.compile(r"<(script|style)\b[^>]*>(.+?)</\1>", re.DOTALL)


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


def index(prefix: str, depth: int = 1) -> Asset:
    """Return the page.

    It requests its files, if it has any, by hashed names (`page/ask/input.<hash>.js`), so that browsers can cache them
    for a year. Every address on the page is relative to its base address, and the base address is relative to the
    address of the page: at `/api`, `/api/`, `/api/{task_id}` and `/api/numbers/{notation}` it is `/api/`. A proxy may
    put more in front of the path.

    Args:
        prefix: The path under which the API is served: "" or "/api".
        depth: How many parts the page's address has after that, at least 1.
    """
    stage = prefix.rpartition("/")[2]
    address = "../" * depth + f"{stage}/" if stage else "../" * (depth - 1) or "./"
    base = f'<base href="{html.escape(address, quote=True)}">'
    page = _published()["index.html"]
    body = page.body.replace('<base href="./">', base)
    tag = hashlib.sha256(body.encode()).hexdigest()[:16]
    return Asset(body, page.content_type, {**page.headers, "ETag": f'"{tag}"'})


def asset(name: str) -> Asset | None:
    """Return the file that the page requests by that name, such as `ask/input.<hash>.js`, or None if there is none."""
    return _published().get(name)


@cache
def _published() -> dict[str, Asset]:
    """Return every file by the name under which it is served.

    The hash in the names covers all files: a change in one of them changes the address of each.
    """
    sources = {
        path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(FOLDER.rglob("*"))
        if path.suffix in CONTENT_TYPES
    }
    version = hashlib.sha256("\0".join(sources.values()).encode()).hexdigest()[:12]
    page = REFERENCE.sub(rf"\1.{version}.\2", sources.pop("index.html"))
    # The sources change while a developer looks at them.
    headers = {"Cache-Control": "no-cache" if sources else f"public, max-age={PAGE_SECONDS}", **PAGE_HEADERS}
    headers["Content-Security-Policy"] = _policy(page)
    published = {"index.html": Asset(page, CONTENT_TYPES[".html"], headers)}
    for name, source in sources.items():
        stem, _, suffix = name.rpartition(".")
        body = REFERENCE.sub(rf"\1.{version}.\2", source)
        published[f"{stem}.{version}.{suffix}"] = Asset(body, CONTENT_TYPES[f".{suffix}"], FILE_HEADERS)
    return published


def _policy(page: str) -> str:
    """Return the Content-Security-Policy: what is inside the page by its hash, otherwise the API's own files."""
    sources = {"script": "'self'", "style": "'self'"}
    for kind, text in INLINE.findall(page):
        sources[kind] = f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {sources['script']}",
            f"style-src {sources['style']}",
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
