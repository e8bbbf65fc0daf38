"""Fixtures of the tests that run the real executables."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "Support"))

from stack import Stack  # noqa: E402


def pytest_configure(config):
    config.option.timeout = config.option.timeout or 300


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def loaded(request, tmp_path_factory):
    """A running system with the demonstration data, once per engine. Tests only read from it."""
    stack = Stack(tmp_path_factory.mktemp(f"loaded-{request.param}"), engine=request.param)
    try:
        stack.start()
        stack.run("demo", "load")
        yield stack
    finally:
        stack.stop()


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request, tmp_path):
    """A running system of its own for a test that writes, with the demonstration data."""
    stack = Stack(tmp_path / "stack", engine=request.param)
    try:
        stack.start()
        stack.run("demo", "load")
        yield stack
    finally:
        stack.stop()
