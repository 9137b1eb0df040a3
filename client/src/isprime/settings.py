"""The settings: the service's address and the API key."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import getproxies, proxy_bypass

import httpx

from isprime.errors import InvalidSetting
from isprime.text import printable
from isprime.version import __version__

DEFAULT_URL = "http://localhost:8000"


def service_url(url: str | None) -> str:
    """Return the given address, or ISPRIME_URL, or the default, without a slash at its end.

    Raises:
        InvalidSetting: it is not an address.
    """
    text = (url or os.environ.get("ISPRIME_URL") or DEFAULT_URL).strip()
    try:
        parsed = httpx.URL(text)
    except httpx.InvalidURL:
        parsed = httpx.URL("")
    if parsed.scheme not in {"http", "https"} or not parsed.host or parsed.query or parsed.fragment:
        shown = without_password(text)
        raise InvalidSetting(f"{shown!r} is not the service's address: set ISPRIME_URL to one such as {DEFAULT_URL}.")
    return text.rstrip("/")


def without_password(url: str) -> str:
    """Return an address without the name and the password before its host, for a message."""
    before, at, after = url.rpartition("@")
    scheme, separator, _ = before.partition("://")
    return scheme + separator + after if at and separator else after


def proxy_of(url: str) -> str | None:
    """Return the variable of the environment that names the proxy for an address, with its value, or None."""
    parsed, proxies = httpx.URL(url), getproxies()
    if proxy_bypass(parsed.host):
        return None
    for name in (parsed.scheme, "all"):
        if proxies.get(name):
            return f"{name.upper()}_PROXY={printable(without_password(proxies[name]))}"
    return None


@contextmanager
def reported() -> Iterator[None]:
    """Raise InvalidSetting where httpx cannot use the environment: its proxies, or its file of certificates."""
    try:
        yield
    except (ImportError, ValueError, OSError, httpx.InvalidURL) as error:
        text = printable(without_password(str(error)))
        message = f"The proxy or the certificates that the environment names cannot be used: {text.rstrip('.')}."
        raise InvalidSetting(f"{message} See ALL_PROXY, HTTP_PROXY, HTTPS_PROXY, SSL_CERT_FILE.") from error


def service_key(key: str | None) -> str | None:
    """Return the given API key, or ISPRIME_KEY, or None.

    Raises:
        InvalidSetting: it cannot be a header's value.
    """
    text = (key or os.environ.get("ISPRIME_KEY") or "").strip()
    if not re.fullmatch(r"[\x21-\x7e]*", text):
        raise InvalidSetting("The API key has characters that no key has: set ISPRIME_KEY to the key alone.")
    return text or None


def headers(key: str | None) -> dict[str, str]:
    """Return the headers of every request."""
    own = {"Accept": "application/json", "User-Agent": f"isprime/{__version__}"}
    return own | ({"x-api-key": key} if key else {})
