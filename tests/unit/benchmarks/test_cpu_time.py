import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from benchmarks import cpu_time
from benchmarks.cpu_time import CpuTime

WORK = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ninput()  # the-emulator"


@pytest.fixture
def worker() -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-c", WORK], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield
        process.kill()


@pytest.mark.usefixtures("worker")
def test_the_time_of_a_process_is_that_of_the_part_that_its_command_line_names() -> None:
    seconds = cpu_time._seconds([os.getpid()], {"the-emulator": "emulator", "no such process": "worker"})
    assert seconds["emulator"] >= 0.2  # the kernel counts in ticks
    assert seconds["worker"] == 0.0


def test_the_section_says_how_many_tasks_the_cores_can_finish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    section = cpu_time.section(CpuTime({"API": 1.5, "emulator": 1.0}, {"web server": 1.0}))
    assert "| this service | API | 1.50 |" in section
    assert "| this service | **all parts**, of which 2 cores can finish 800/s | 2.50 |" in section
    assert "| peer, gthread | **all parts**, of which 2 cores can finish 2,000/s | 1.00 |" in section
