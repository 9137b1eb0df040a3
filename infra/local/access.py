"""The check of a request's origin: the servers on this machine refuse what a web page of another origin sends.

Anything that listens on loopback can be reached by every page in a browser of this machine. A page of another
origin names itself in `Origin` or `Sec-Fetch-Site`. A page that had its own host name resolved to this machine
(DNS rebinding) has the same origin as the server, but its name is in `Host`. Sources: Fetch Standard, "Origin
header"; W3C, "Fetch Metadata Request Headers"; RFC 9110, section 7.2.
"""

import ipaddress
import os
import re
from collections.abc import Iterable
from functools import lru_cache

#: The headers that are looked at.
_NAMES = frozenset({"host", "origin", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")


def allowed_hosts() -> frozenset[str]:
    """Return the host names that ALLOWED_HOSTS adds to this machine's own, separated by commas or spaces."""
    return frozenset(os.environ.get("ALLOWED_HOSTS", "").lower().replace(",", " ").split())


def find_refusal(
    method: str, headers: Iterable[tuple[str, str]], *, names: frozenset[str] = frozenset(), links: bool = False
) -> str | None:
    """Return why a request, whose headers have names in lower case, must be refused with 403; None to accept it.

    `names` are host names besides this machine's own. With `links` a page of another origin may link to this server.
    """
    found: dict[str, list[str]] = {}
    for name, value in headers:
        if name in _NAMES:
            found.setdefault(name, []).append(value.strip().lower())
    hosts = found.get("host", [])
    if len(hosts) != 1 or not is_local(hosts[0], names):
        return "The Host of this request is not a name of this machine. Use localhost or 127.0.0.1."
    origins = {origin.partition("://")[2] for origin in found.get("origin", [])}
    sites = set(found.get("sec-fetch-site", [])) - {"same-origin", "none"}
    if links and method in {"GET", "HEAD"} and not origins and _is_link(found):
        return None
    if origins - set(hosts) or sites:
        return "A web page of another origin made this request. Only the service's own page may call it."
    return None


@lru_cache(maxsize=256)
def is_local(host: str, names: frozenset[str] = frozenset()) -> bool:
    """Return whether a Host, with or without a port, is a name of this machine or one of `names`."""
    match = _HOST.fullmatch(host.lower())
    if match is None:
        return False
    name = match[1].strip("[]")
    # MiniStack serves buckets and APIs at names below its own, for example <api>.execute-api.127.0.0.1. A browser
    # takes no name that ends in a number and is no address: URL Standard, "ends in a number checker".
    if name == "localhost" or name.endswith((".localhost", ".127.0.0.1")) or name in names:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_link(headers: dict[str, list[str]]) -> bool:
    """Return whether the browser opens the address as a page of its own, not in a frame or for a script."""
    return headers.get("sec-fetch-mode") == ["navigate"] and headers.get("sec-fetch-dest") == ["document"]
