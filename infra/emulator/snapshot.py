"""MiniStack's state as bytes, and back: of the services that the stack uses."""

import pickle
from typing import Any

from ministack import app as ministack
from ministack.services import cloudformation, lambda_svc

from infra.emulator.replacement import replace
from infra.emulator.saves import SERVICES


def keep_code() -> None:
    """Leave the functions' code in their state: MiniStack would write it to a folder when it gives the state."""
    replace(lambda_svc, "_externalize_code_zip", lambda _function, _referenced: None)


def is_deploying() -> bool:
    """Return whether a stack is being changed: in such a state the service could not be deployed again."""
    statuses = [stack.get("StackStatus", "") for stack in list(cloudformation._stacks._data.values())]  # noqa: SLF001 - of all accounts
    return any(status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS" for status in statuses)


def take() -> bytes:
    """Return the state."""
    states = {name: _module(name).get_state() for name in SERVICES.values()}
    for group in states[SERVICES["Logs"]]["log_groups"]._data.values():  # noqa: SLF001 - of all accounts
        group["streams"].clear()  # the functions write their own logs
    return pickle.dumps(states)


def restore(content: bytes) -> None:
    """Give MiniStack a state."""
    states: dict[str, Any] = pickle.loads(content)  # noqa: S301 - only this user can write the file
    for name, state in states.items():
        _module(name).load_persisted_state(state)


def _module(name: str) -> Any:  # noqa: ANN401 - a module
    return ministack._get_module(ministack._state_map[name])  # noqa: SLF001 - it has no public function
