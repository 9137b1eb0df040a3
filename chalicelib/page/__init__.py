"""The web page, with a strict Content-Security-Policy: one file as it is packaged.

In the working copy it names the other files of this folder, which the local server serves.
"""

import base64
import hashlib
import html
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
#: `GET /{task_id}` is the page or the task, by the request's Accept header.
PAGE_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
}
#: How long a browser or a CDN shows the packaged page without a request, in seconds: after a deploy it may be as old.
PAGE_SECONDS = 300
#: A script or style sheet inside the page, where the packaging has put it (infra/packaging/page.py).
INLINE = re.compile(r"<(script|style)\b[^>]*>(.+?)</\1>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asset:
    """The page, as it is sent: its text and its headers."""

    body: str
    headers: dict[str, str]


def index(prefix: str, depth: int = 1) -> Asset:
    """Return the page.

    Every address on the page is relative to its base address, and the base address is relative to the address of the
    page: at `/api`, `/api/`, `/api/{task_id}` and `/api/numbers/{notation}` it is `/api/`. A proxy may put more in
    front of the path.

    Args:
        prefix: The path under which the API is served: "" or "/api".
        depth: How many parts the page's address has after that, at least 1.
    """
    stage = prefix.rpartition("/")[2]
    address = "../" * depth + f"{stage}/" if stage else "../" * (depth - 1) or "./"
    base = f'<base href="{html.escape(address, quote=True)}">'
    page = source()
    body = page.body.replace('<base href="./">', base)
    tag = hashlib.sha256(body.encode()).hexdigest()[:16]
    return Asset(body, {**page.headers, "ETag": f'"{tag}"'})


@cache
def source() -> Asset:
    """Return the page as its file has it, read once."""
    body = (FOLDER / "index.html").read_text(encoding="utf-8")
    # The sources change while a developer looks at them.
    cache_control = f"public, max-age={PAGE_SECONDS}" if INLINE.search(body) else "no-cache"
    policy = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": _policy(body)}
    return Asset(body, {"Cache-Control": cache_control, **policy, **PAGE_HEADERS})


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
