"""Writes the functions' log lines to files, one for each function, beside MiniStack's own CloudWatch Logs."""

import contextlib
import re
from pathlib import Path
from typing import Any

from ministack.services import lambda_svc

from infra.emulator.replacement import replace


def write_to(folder: Path) -> None:
    """Append what each function prints to a file of its name in a folder."""

    def emit_and_write(func: dict[str, Any], request_id: str, log_text: str, *rest: Any, **named: Any) -> None:  # noqa: ANN401 - passed on as they are
        emit(func, request_id, log_text, *rest, **named)
        text = log_text.strip()
        if text:
            name = file_name((func.get("config") or func)["FunctionName"])
            with contextlib.suppress(OSError), (folder / name).open("a") as file:  # a full disk stops no function
                file.write(text + "\n")

    emit = replace(lambda_svc, "_emit_lambda_logs", emit_and_write)


def file_name(function: str) -> str:
    """Return the name of a function's log: `is-it-prime-local-ListWorker-1a2b` is written to `list_worker.log`.

    CloudFormation names a function after its stack, its logical id and a random part.
    """
    logical_id = function.split("-")[-2] if function.count("-") > 1 else function
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", logical_id).lower() + ".log"
