"""The processes of MiniStack's functions, each as a fork of its parent."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

from infra.emulator.function_processes import ForkedProcess


def test_several_threads_may_ask_at_once_whether_a_function_has_ended() -> None:
    with subprocess.Popen(["sleep", "60"]) as started, ThreadPoolExecutor(1) as pool:
        process = ForkedProcess(started.pid, [os.open(os.devnull, os.O_RDWR) for _ in range(3)])
        waits = pool.submit(process.wait, 10)
        assert {process.poll() for _ in range(10_000)} == {None}
        process.kill()
        assert waits.result() == 0
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()
