from __future__ import annotations

import json
import subprocess
import sys

import pytest

LIBRARIES = {"gmpy2", "flint", "cypari", "boto3", "chalice"}


def _loaded_by(module: str) -> set[str]:
    program = f"import {module}, sys, json; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return LIBRARIES & set(json.loads(done.stdout))


@pytest.mark.parametrize(
    "name", ["numbers.expressions", "numbers.integers", "numbers.cost", "primality.result", "primality.progress"]
)
def test_what_the_api_function_imports_loads_no_native_library(name: str) -> None:
    assert _loaded_by(f"chalicelib.{name}") == set()


def test_pari_is_loaded_only_where_a_proof_is_made() -> None:
    assert _loaded_by("chalicelib.primality.child") == {"gmpy2", "flint"}


@pytest.mark.parametrize("name", ["consumers.settle", "consumers.dead_letters"])
def test_the_consumer_of_the_dead_letters_loads_no_native_library(name: str) -> None:
    assert _loaded_by(f"chalicelib.{name}") & {"gmpy2", "flint", "cypari"} == set()
