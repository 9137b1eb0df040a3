import pytest

# An assert of a shared module tells the values, as one of a test does.
pytest.register_assert_rewrite("tests.support", "tests.faults.model")
