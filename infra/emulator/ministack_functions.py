"""Has MiniStack fork the processes of functions, and unpack their code and layers once.

MiniStack 1.5.33 unpacks both for each process, and each process imports them: 90 MB of disk, 50 MB of memory and over a
second of a core.
"""

import json
import os
import queue
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import lambda_runtime
from ministack.core.lambda_runtime import Worker
from ministack.core.responses import new_uuid
from ministack.services import lambda_svc

from infra.emulator.function_processes import Code, FunctionProcesses
from infra.emulator.layers import linked_folder
from infra.emulator.replacement import replace


def fork(folder: Path, endpoint: str) -> None:
    """Have the processes of functions forked.

    Args:
        folder: Where code and layers are unpacked.
        endpoint: The emulator's address.
    """
    script = lambda_runtime._PYTHON_WORKER_SCRIPT  # noqa: SLF001 - there is no other way
    # With AUTH each function has credentials of its own.
    ForkedWorker.processes = FunctionProcesses(folder, script, with_clients=not app.AUTH)
    ForkedWorker.endpoint = endpoint
    replace(lambda_runtime, "_worker_class_for", lambda _config: ForkedWorker)


class ForkedWorker(Worker):  # type: ignore[misc] # MiniStack is not in the environment of the type checker
    """The process of a function, as MiniStack calls it."""

    processes: FunctionProcesses
    endpoint: str

    def _spawn(self) -> None:
        """Start the process, which says when it is ready.

        Raises:
            RuntimeError: Its code cannot be imported.
        """
        from_layers = [lambda_svc._resolve_layer_zip(layer) for layer in self.config.get("Layers", [])]  # noqa: SLF001
        layers = tuple(linked_folder(content) or self.processes.unpack(content) for content in from_layers if content)
        module, _, handler = self.config["Handler"].replace("/", ".").rpartition(".")
        code = Code(self.processes.unpack(self.code_zip), layers, module)
        self._proc = self.processes.start(code, self._environment(code))
        self._stderr_queue: queue.Queue[str] = queue.Queue()
        self._stderr_thread = threading.Thread(target=self._read_stderr, daemon=True)
        self._stderr_thread.start()
        begin = {
            "code_dir": str(code.folder),
            "module": module,
            "handler": handler,
            "function_name": self.config["FunctionName"],
            "memory": self.config.get("MemorySize", 128),
            "arn": self.config["FunctionArn"],
        }
        self._proc.stdin.write(json.dumps(begin) + "\n")
        self._proc.stdin.flush()
        line = self._proc.stdout.readline()
        response = json.loads(line) if line else {"error": "its process ended"}
        if response.get("status") != "ready":
            message = f"{self.func_name} does not start: {response['error']}"
            raise RuntimeError(message)
        self._start_time = time.time()

    def invoke(self, event: Any, request_id: str, **context: Any) -> dict[str, Any]:  # noqa: ANN401 - MiniStack's
        """Have the process work on an event, and return its response; it is ended after an error.

        MiniStack's own method starts a thread that waits for the response.
        """
        with self._lock:
            is_cold = self._proc is None or self._proc.poll() is not None
            if is_cold:
                self._spawn()
            seconds = self.config.get("Timeout", 30)
            call = {"event": event, "ctx": {"request_id": request_id, "timeout_ms": 1000 * seconds, **context}}
            try:
                response = self._proc.exchange(json.dumps(call), seconds)
            except subprocess.TimeoutExpired:
                response = {"status": "error", "error": f"Task timed out after {seconds}.00 seconds"}
            except OSError:
                response = {"status": "error", "error": "Worker process died"}
            if response["status"] == "error":
                self.kill()
            return {**response, "cold_start": is_cold, "log": self._drain_stderr_bounded()}

    def _environment(self, code: Code) -> dict[str, str]:
        """Return the variables that MiniStack gives to a function."""
        _, region = lambda_runtime._account_region_from_function_config(self.config)  # noqa: SLF001
        return {
            **os.environ,
            "AWS_ENDPOINT_URL": self.endpoint,
            **self.config.get("Environment", {}).get("Variables", {}),
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            **lambda_runtime.execution_credentials(self.config),
            "LAMBDA_TASK_ROOT": str(code.folder),
            "AWS_LAMBDA_FUNCTION_NAME": self.config["FunctionName"],
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.config.get("MemorySize", 128)),
            "AWS_LAMBDA_FUNCTION_VERSION": self.config.get("Version", "$LATEST"),
            "AWS_LAMBDA_LOG_STREAM_NAME": new_uuid(),
            "_LAMBDA_FUNCTION_ARN": self.config["FunctionArn"],
            "_LAMBDA_TIMEOUT": str(self.config.get("Timeout", 30)),
            "_LAMBDA_LAYERS_DIRS": os.pathsep.join(map(str, code.layers)),
        }
