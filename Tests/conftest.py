"""Fixtures of the tests that run the real executables."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "Support"))

from stack import Stack  # noqa: E402


ENGINES = ["sqlite", "postgres"]


def pytest_configure(config):
    config.option.timeout = config.option.timeout or 300


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory):
    """By engine: a stopped system with the demonstration data, made once; others start from a copy of it."""
    made = {}

    def of(engine):
        if engine not in made:
            made[engine] = Stack(tmp_path_factory.mktemp(f"demonstration-{engine}"), engine=engine)
            made[engine].start()
            made[engine].run("demo", "load")
            made[engine].stop_services()
        return made[engine]
    try:
        yield of
    finally:
        for stack in made.values():
            stack.stop()


@pytest.fixture(scope="session", params=ENGINES)
def loaded(request, tmp_path_factory, demonstration):
    """A running system with the demonstration data, once per engine. Tests only read from it."""
    yield from running(Stack(tmp_path_factory.mktemp(f"loaded-{request.param}"), engine=request.param), demonstration)


@pytest.fixture(params=ENGINES)
def fresh(request, tmp_path, demonstration):
    """A running system of its own for a test that writes, with the demonstration data."""
    yield from running(Stack(tmp_path / "stack", engine=request.param), demonstration)


def running(stack, demonstration):
    try:
        yield stack.adopt(demonstration(stack.engine)).start()
    finally:
        stack.stop()
