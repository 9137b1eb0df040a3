"""Only the user who started the emulator can call it: it runs any code that a request gives it."""

import os
import socket
import subprocess
from urllib.parse import urlsplit

import pytest
import requests

from infra.emulator.connections import is_own
from tests.support.polling import until

#: `nobody` on every Linux.
OTHER_UID = 65534
HEALTH = b"GET /_ministack/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
#: Bash, which another user can start where the interpreter of the tests is not theirs to read.
EXCHANGE = 'exec 3<>"/dev/tcp/127.0.0.1/$0"; cat >&3; cat <&3'


def response_to_other_user(port: int, request: bytes) -> bytes:
    """Send a request as another user, and return the response."""
    if os.getuid() != 0:
        pytest.skip("only root can start a process of another user")
    command = ["bash", "-c", EXCHANGE, str(port)]
    return subprocess.run(
        command, input=request, user=OTHER_UID, stdout=subprocess.PIPE, timeout=120, check=False
    ).stdout


@pytest.mark.emulator
def test_another_user_of_the_machine_can_call_nothing_of_the_emulator(endpoint: str) -> None:
    port = urlsplit(endpoint).port
    assert port is not None
    assert requests.get(f"{endpoint}/_ministack/health", timeout=30).ok
    response = response_to_other_user(port, HEALTH)
    assert response.startswith(b"HTTP/1.1 403 ")
    assert b"A process of another user made this request." in response
    upgrade = HEALTH.replace(b"close", b"Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13")
    upgrade = upgrade.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
    assert response_to_other_user(port, upgrade).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize(("family", "prefix"), [(socket.AF_INET, ""), (socket.AF_INET6, "::ffff:")])
def test_a_connection_is_own_only_while_a_process_of_this_user_holds_it(
    monkeypatch: pytest.MonkeyPatch, family: socket.AddressFamily, prefix: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(family) as client:
        client.connect((f"{prefix}127.0.0.1", server.getsockname()[1]))
        accepted, address = server.accept()
        with accepted:
            assert is_own(address, server.getsockname())
            with monkeypatch.context() as patch:
                patch.setattr(os, "getuid", lambda: OTHER_UID)
                assert not is_own(address, server.getsockname())
            client.close()
            until(lambda: not is_own(address, server.getsockname()), "the kernel has closed it")
    assert not is_own(("127.0.0.1", 1), ("127.0.0.1", 2))
