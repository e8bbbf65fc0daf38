"""Fixtures of the tests that run the real executables."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "Support"))

from stack import Stack  # noqa: E402


ENGINES = ["sqlite", "postgres"]


# The longest groups, which must not be begun last. Others follow as they are found.
LONGEST = [*ENGINES, "attacked", "fixed addresses"]


def pytest_configure(config):
    config.option.timeout = config.option.timeout or 300


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config, items):
    """What may run side by side (pytest-xdist, --dist loadgroup): a group is run by one worker, in its order."""
    if not getattr(config.option, "loadgroup", False):  # what pytest-xdist tells its workers
        return (yield)
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(group_of(item)))
    items.sort(key=lambda item: [*LONGEST, marked_group(item)].index(marked_group(item)))
    result = yield
    for item in items:
        assert item.nodeid.endswith(f"@{marked_group(item)}"), "pytest-xdist ignores the groups; see requirements.txt"
    return result


def marked_group(item):
    return item.get_closest_marker("xdist_group").args[0]


def group_of(item):
    """Tests that share what is dear to make: a loaded system of one engine, the service that is attacked; else a file."""
    if "demonstration" in item.fixturenames:
        return next(value for value in item.callspec.params.values() if value in ENGINES)
    return "attacked" if "statistics" in item.fixturenames else item.path.stem


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
