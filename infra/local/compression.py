"""gzip for the clients that take it, as API Gateway does by MinimumCompressionSize."""

import gzip

COMPRESSIBLE = {"application/json", "application/problem+json", "application/x-ndjson", "text/csv"}
MIN_BYTES = 1_024
#: Nearly as small as the default, 9, in a third of the time.
LEVEL = 5


def accepts_gzip(accept_encoding: str) -> bool:
    """Return whether an Accept-Encoding allows gzip. Source: RFC 9110, section 12.5.3."""
    qualities = {}
    for item in accept_encoding.lower().split(","):
        coding, _, parameter = (part.strip() for part in item.partition(";"))
        qualities[coding] = parameter.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return qualities.get("gzip", qualities.get("*", False))


def compress(body: bytes, headers: dict[str, str], accept_encoding: str) -> bytes:
    """Return the body, compressed where that pays; add to the headers what tells the client so."""
    content_type = headers.get("content-type", "").partition(";")[0].strip()
    if len(body) < MIN_BYTES or content_type not in COMPRESSIBLE:
        return body
    headers["vary"] = ", ".join(filter(None, [headers.get("vary"), "Accept-Encoding"]))
    if not accepts_gzip(accept_encoding):
        return body
    headers["content-encoding"] = "gzip"
    if headers.get("etag", "").startswith('"'):
        # A strong tag names the bytes, and these are others. Source: RFC 9110, section 8.8.1.
        headers["etag"] = f"W/{headers['etag']}"
    return gzip.compress(body, LEVEL, mtime=0)
