from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.startup import API, ENVIRONMENT, FLOOR, ROOT

#: Our own modules are small; as many again may come before start-up is worth a thought.
MOST_OF_OURS = 80


def _modules_after(program: str) -> set[str]:
    told = f"{program}\nimport json, sys; print(json.dumps(list(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", told], cwd=ROOT, env=ENVIRONMENT, check=True, capture_output=True, text=True
    )
    return set(json.loads(done.stdout))


def test_the_api_function_imports_no_library_beside_chalice_and_boto3() -> None:
    beyond = _modules_after(API) - _modules_after(FLOOR)
    ours = {name for name in beyond if name.partition(".")[0] in {"app", "chalicelib"}}
    assert {name.partition(".")[0] for name in beyond - ours} <= sys.stdlib_module_names | {"boto3"}
    assert len(ours) <= MOST_OF_OURS
