"""Each module of the service and of the core has a test file of its name, and each test file names what it tests."""

from pathlib import Path

from infra import ROOT

UNIT = ROOT / "tests" / "unit"
_VERIFICATION = "what it reads or refuses: tests/unit/primes_core/verifier/test_verification.py"
#: The modules without a test file of their own, and why.
WITHOUT_TESTS = {
    "api.headers": "constants",
    "api.limits": "constants, to which the tests of requests and of the OpenAPI document hold the service",
    "errors": "kinds of errors: tests/unit/api/test_problems.py",
    "primality.direction": "an enumeration",
    "primality.progress": "records, and a function that does nothing",
    "primality.special_forms.decision": "a record",
    "primes_core.verifier.pari": _VERIFICATION,
    "primes_core.verifier.primo": _VERIFICATION,
    "primes_core.verifier.proofs": _VERIFICATION,
    "primes_core.verifier.refusals": _VERIFICATION,
    "primes_core.verifier.vectors": _VERIFICATION,
}
#: The test files that are named after no module, and what they test.
OF_NO_MODULE = {
    "api/test_schemas.py": "the schemas of the contract, api/openapi.json",
    "primality/test_imports.py": "which native libraries the modules load",
    "test_growth.py": "the parsers of all that comes in",
    "test_mirror.py": "this folder",
}


def modules_of(package: Path) -> set[str]:
    """Return the names of a package's modules below it, and of its packages that have code of their own."""
    names = set()
    for path in package.rglob("*.py"):
        inner = path.relative_to(package).with_suffix("")
        if path.name != "__init__.py":
            names.add(".".join(inner.parts))
        elif inner.parent.parts and "\ndef " in path.read_text():
            names.add(".".join(inner.parent.parts))
    return names


def is_named_after_a_module(test: Path) -> bool:
    """Return whether a test file is `test_<module>.py` or `test_<module>_<aspect>.py` in the folder of the module."""
    folder = test.relative_to(UNIT).parent
    name = test.stem.removeprefix("test_")
    package = ROOT if folder.parts[:1] == ("primes_core",) else ROOT / "chalicelib"
    siblings = {path.stem for path in (package / folder).iterdir()}
    siblings |= {"app"} if folder == Path() else set()
    return any(name == sibling or name.startswith(f"{sibling}_") for sibling in siblings)


def test_every_module_has_a_test_file_or_a_reason_for_none() -> None:
    modules = modules_of(ROOT / "chalicelib")
    modules |= {f"primes_core.{name}" for name in modules_of(ROOT / "primes_core")}
    tested = {
        ".".join((*path.relative_to(UNIT).parent.parts, path.stem.removeprefix("test_")))
        for path in UNIT.rglob("test_*.py")
    }
    assert modules - tested == set(WITHOUT_TESTS)


def test_every_test_file_is_named_after_what_it_tests() -> None:
    unnamed = {str(path.relative_to(UNIT)) for path in UNIT.rglob("test_*.py") if not is_named_after_a_module(path)}
    assert unnamed == set(OF_NO_MODULE)


def test_no_test_file_has_more_than_300_lines() -> None:
    long = {str(path) for path in UNIT.rglob("*.py") if len(path.read_text().splitlines()) > 300}
    assert long == set()
