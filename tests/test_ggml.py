"""The binding: it finds what it declares, and leaves the process as it was."""

from __future__ import annotations

import subprocess
import sys

import pytest

from galiot import ggml


def test_every_function_that_is_declared_exists():
    assert all(callable(getattr(ggml, name)) for name in ggml._SIGNATURE_OF)


def test_a_function_that_is_not_declared_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such"):
        ggml.no_such()


@pytest.mark.parametrize("others", [True, False])
def test_loading_ggml_changes_no_environment(others):
    program = (
        "import os; from galiot import ggml; before = dict(os.environ);"
        f"ggml._others_run = lambda: {others}; ggml.version(); assert dict(os.environ) == before"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
