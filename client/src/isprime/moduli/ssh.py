"""OpenSSH's public keys: `id_rsa.pub`, `authorized_keys`, and the output of `ssh-keyscan`.

Sources: sshd(8), "AUTHORIZED_KEYS FILE FORMAT"; RFC 4253, section 6.6 ("ssh-rsa"); RFC 4251, section 5 (string, mpint).
"""

from __future__ import annotations

import base64
import re

from isprime.moduli.records import Entry, RSAKey

#: The kind of a key and its bytes; options or host names may stand before them, a comment after them.
KEY = re.compile(r"(?:^|\s)((?:ssh|ecdsa|sk)-[a-z0-9@.-]+)\s+([A-Za-z0-9+/]+=*)(?:\s+(.*))?$")


def read(line: str, place: str) -> Entry:
    """Return the key of a line.

    Raises:
        ValueError: it has none, or its bytes are not those of a key.
    """
    found = KEY.search(line)
    if not found:
        raise ValueError(line)
    kind, text, comment = found.groups()
    name = f"{kind} {comment}" if comment else kind
    if kind != "ssh-rsa":
        return Entry(place, name)
    own_kind, e, n = _strings(base64.b64decode(text, validate=True))
    if own_kind != kind.encode():
        raise ValueError(line)
    return RSAKey(place, name, int.from_bytes(n, "big", signed=True), int.from_bytes(e, "big", signed=True))


def _strings(content: bytes) -> list[bytes]:
    """Return the strings that bytes consist of, each behind its length.

    Raises:
        ValueError: the last one is cut off.
    """
    strings = []
    while content:
        length = int.from_bytes(content[:4], "big")
        if len(content) < 4 + length:
            raise ValueError("cut off")
        strings.append(content[4 : 4 + length])
        content = content[4 + length :]
    return strings
