"""What all tests of the agent share."""

from __future__ import annotations

import pytest


@pytest.fixture
def anyio_backend():
    """Run coroutines of tests on asyncio."""
    return "asyncio"
