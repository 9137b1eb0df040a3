"""Nothing that a client sends becomes a header or a part of an address."""

from __future__ import annotations

import pytest

from tests.support.api import Api, assert_problem

#: What a client can send in a header or in a query.
HOSTILE = ['"\r\nX-Injected: yes', "a\nb", "<script>", "=1+1", "../../etc", "%0d%0aX-Injected:%20yes"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_header_has_what_a_client_sent(api: Api, text: str) -> None:
    responses = [
        api.submit(11, prefer=text),
        api.submit(11, idempotency_key=text),
        api.get("/queue", accept=text),
        api.submit(11, x_forwarded_host=text, host=text),
    ]
    for response in responses:
        assert "x-injected" not in response.headers
        assert not any(text in value for value in response.headers.values())


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_address_has_what_a_client_sent(api: Api, text: str) -> None:
    task_id = api.submit([11]).json["task_id"]
    for name in ("cursor", "limit", "only"):
        assert_problem(api.get(f"/{task_id}/results?{name}={text}"), 400)
    assert_problem(api.get(f"/queue?cursor={text}"), 400)
