"""MiniStack's state as files, and back: of the services that the stack uses, in MiniStack's own format."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ministack import app as ministack
from ministack.core import persistence
from ministack.services import cloudformation, lambda_svc

from infra.emulator.replacement import replace
from infra.emulator.saves import SERVICES, SHARED

#: Bytes of at least this length, which are code and layers, are a file of their own.
MIN_FILE_BYTES = 100_000
_FILE = "__file__"


def keep_code() -> None:
    """Leave the functions' code in their state: MiniStack would write it to a folder when it gives the state."""
    replace(lambda_svc, "_externalize_code_zip", lambda _function, _referenced: None)


def is_deploying() -> bool:
    """Return whether a stack is being changed: in such a state the service could not be deployed again."""
    statuses = [stack.get("StackStatus", "") for stack in list(cloudformation._stacks._data.values())]  # noqa: SLF001 - of all accounts
    return any(status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS" for status in statuses)


def take() -> dict[str, bytes]:
    """Return the state as files by name."""
    files: dict[str, bytes] = {}

    def encode(value: Any) -> Any:  # noqa: ANN401 - what JSON has no form for
        if isinstance(value, bytes) and len(value) >= MIN_FILE_BYTES:
            name = hashlib.sha256(value).hexdigest() + SHARED
            files[name] = value
            return {_FILE: name}
        return persistence._json_default(value)  # noqa: SLF001 - MiniStack's format

    for name in SERVICES.values():
        state = _module(name).get_state()
        if name == SERVICES["Logs"]:  # the lines are in files of their own: see functions.py
            for group in state["log_groups"]._data.values():  # noqa: SLF001 - of all accounts
                group["streams"].clear()
        files[f"{name}.json"] = json.dumps(state, default=encode).encode()
    return files


def restore(files: Mapping[str, bytes]) -> None:
    """Give MiniStack the state of some files."""

    def decode(value: dict[str, Any]) -> Any:  # noqa: ANN401 - what MiniStack makes of it
        return files[value[_FILE]] if _FILE in value else persistence._json_object_hook(value)  # noqa: SLF001

    for name in SERVICES.values():
        content = files.get(f"{name}.json", b"{}")  # none of a service that the template came to use after the save
        _module(name).load_persisted_state(json.loads(content, object_hook=decode))


def _module(name: str) -> Any:  # noqa: ANN401 - a module
    return ministack._get_module(ministack._state_map[name])  # noqa: SLF001 - it has no public function
