import json
import subprocess
import sys

import pytest

NATIVE = {"gmpy2", "flint", "cypari"}
#: The native libraries that a module loads: PARI only where a proof is made.
LOADED = {
    "numbers.cost": set(),
    "primality.result": set(),
    "consumers.settle": set(),
    "consumers.dead_letters": set(),
    "primality.child": {"gmpy2", "flint"},
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "libraries"), LOADED.items(), ids=LOADED)
def test_a_module_loads_no_native_library_that_it_does_not_need(name: str, libraries: set[str]) -> None:
    program = f"import chalicelib.{name}, sys, json; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert NATIVE & set(json.loads(done.stdout)) == libraries
