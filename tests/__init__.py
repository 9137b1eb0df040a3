from importlib.util import find_spec

# LocalStack's own environment, in which tests/localstack/launcher.py runs, has no pytest.
if find_spec("pytest"):
    import pytest

    # An assert of a shared module tells the values, as one of a test does.
    pytest.register_assert_rewrite("tests.support", "tests.faults")
