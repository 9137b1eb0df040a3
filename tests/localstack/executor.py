"""Runs a LocalStack function as a process: AWS's runtime client on the function's own code, and nothing else.

LocalStack's image gives a function a container with its zip; this gives it a process with its zip. Neither has the
function's layers, which LocalStack stores and ignores.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from tests.localstack.runtime_api import FunctionError, Invocation, RuntimeApi

#: The environment of a function: Lambda's Python with what its runtime has.
FUNCTION_PYTHON = Path(__file__).parents[2] / ".venv-lambda" / "bin" / "python"
#: Seconds that a process gets between SIGTERM and SIGKILL. Source: AWS Lambda Developer Guide, "Understanding the
#: Lambda execution environment lifecycle".
SECONDS_TO_STOP = 2


class ProcessExecutor(RuntimeExecutor):  # type: ignore[misc] # LocalStack is not in the environment of mypy
    """One execution environment: a process that is started once and invoked many times."""

    def start(self, env_vars: dict[str, str]) -> None:
        """Start the process with exactly this environment and wait until it has loaded the handler."""
        self._environment = {name: str(value) for name, value in env_vars.items()}
        self._lines: list[str] = []
        self._api = RuntimeApi()
        code = self.function_version.config.code.get_unzipped_code_location()
        self._process = subprocess.Popen(
            [str(FUNCTION_PYTHON), "-m", "awslambdaric", self._environment["_HANDLER"]],
            cwd=code,
            env={
                "PATH": os.defpath,
                "LANG": "en_US.UTF-8",
                **self._environment,
                "LAMBDA_TASK_ROOT": str(code),
                "AWS_LAMBDA_RUNTIME_API": self._api.address,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # what the function starts ends with it
        )
        threading.Thread(target=self._watch, args=(self._process, self._api), daemon=True).start()
        try:
            self._api.started.result()
        except FunctionError as error:
            raise StatusErrorException(str(error), error.payload) from error

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Run one invocation; a process that ended while it was idle is started again first, as on AWS."""
        if self._process.poll() is not None:
            self.stop()
            self.start(self._environment)
        self._lines.clear()
        request_id = payload["invoke-id"]
        deadline = time.time() + self.function_version.config.timeout
        invocation = Invocation(
            request_id, payload["payload"].encode(), payload["invoked-function-arn"], payload["trace-id"], deadline
        )
        try:
            response = self._api.invoke(invocation)
        except FunctionError as error:
            raise StatusErrorException(str(error), error.payload) from error
        return InvocationResult(request_id, response.payload, response.is_error, "".join(self._lines))

    def stop(self) -> None:
        """End the process and whatever it has started."""
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(SECONDS_TO_STOP)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._api.close()

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        return ""  # LocalStack's own, which is not used here

    def get_logs(self) -> str:
        return "".join(self._lines)

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        function_version.config.code.destroy_cached()

    def _watch(self, process: subprocess.Popen[str], api: RuntimeApi) -> None:
        """Keep what the process prints, and fail its invocation when it ends."""
        log = Path(os.environ["FUNCTION_LOGS"]) / f"{self.function_version.id.function_name}.log"
        with log.open("a") as file:
            for line in process.stdout or ():
                self._lines.append(line)
                file.write(line)
                file.flush()
        status = process.wait()
        ended = f"signal: {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
        api.fail(FunctionError("Runtime.ExitError", f"Error: Runtime exited with error: {ended}"))
