"""The body of a response, of bounded size and time."""

from __future__ import annotations

import time

import httpx

from isprime.errors import UnexpectedResponse

#: The service sends at most 6 MB, as a Lambda function may. Source: AWS Lambda quotas, "Invocation payload".
MAX_RESPONSE_BYTES = 16_000_000
#: For the whole body, however slowly its bytes arrive: a timeout for each of them has no end.
MAX_BODY_SECONDS = 120.0

#: The headers of a body as it was sent. The one that is kept is decoded and whole.
_OF_TRANSFER = {"content-encoding", "content-length", "transfer-encoding"}


class Body:
    """Collects a response's decoded body."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self._content = bytearray()
        self._deadline = time.monotonic() + MAX_BODY_SECONDS

    def add(self, chunk: bytes) -> None:
        """Add the next bytes.

        Raises:
            UnexpectedResponse: they are too many for a response of this service.
            httpx.ReadTimeout: they arrive too slowly.
        """
        if time.monotonic() > self._deadline:
            raise httpx.ReadTimeout("the body has no end", request=self._response.request)
        self._content += chunk
        if len(self._content) > MAX_RESPONSE_BYTES:
            message = f"The response has more than {MAX_RESPONSE_BYTES // 1_000_000} MB: check ISPRIME_URL."
            raise UnexpectedResponse(message)

    def response(self) -> httpx.Response:
        """Return the response with its whole body."""
        headers = [
            (name, value) for name, value in self._response.headers.raw if name.decode().lower() not in _OF_TRANSFER
        ]
        status = self._response.status_code
        return httpx.Response(status, headers=headers, content=bytes(self._content))
