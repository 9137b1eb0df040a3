from __future__ import annotations

import json
import subprocess
import sys

import pytest

from benchmarks.startup import API, BASELINE, ENVIRONMENT
from infra import ROOT

#: The modules of the service are small: this many do not make the start-up noticeably longer.
MAX_OWN_MODULES = 90


def _modules_after(program: str) -> set[str]:
    printing = f"{program}\nimport json, sys; print(json.dumps(list(sys.modules)))"
    finished = subprocess.run(
        [sys.executable, "-c", printing], cwd=ROOT, env=ENVIRONMENT, check=True, capture_output=True, text=True
    )
    return set(json.loads(finished.stdout))


@pytest.mark.slow
def test_the_api_function_imports_no_library_but_chalice_and_boto3() -> None:
    added = _modules_after(API) - _modules_after(BASELINE)
    own = {name for name in added if name.partition(".")[0] in {"app", "chalicelib"}}
    assert {name.partition(".")[0] for name in added - own} <= sys.stdlib_module_names | {"boto3"}
    assert len(own) <= MAX_OWN_MODULES
