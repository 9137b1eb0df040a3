"""The settings: the service's address and the API key."""

from __future__ import annotations

import os
import re

import httpx

from isprime.errors import InvalidSetting
from isprime.version import __version__

DEFAULT_URL = "http://localhost:8000"


def service_url(url: str | None) -> str:
    """Return the address given, or that of ISPRIME_URL, or the default, without a slash at its end.

    Raises:
        InvalidSetting: it is not an address.
    """
    text = (url or os.environ.get("ISPRIME_URL") or DEFAULT_URL).strip()
    try:
        parsed = httpx.URL(text)
    except httpx.InvalidURL:
        parsed = httpx.URL("")
    if parsed.scheme not in {"http", "https"} or not parsed.host or parsed.query or parsed.fragment:
        raise InvalidSetting(f"{text!r} is not the service's address: set ISPRIME_URL to one such as {DEFAULT_URL}.")
    return text.rstrip("/")


def service_key(key: str | None) -> str | None:
    """Return the API key given, or that of ISPRIME_KEY, or None.

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
