"""What every test may use: hypothesis profiles and the places of the repository."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import pytest
import typer
from coverage import Coverage
from hypothesis import HealthCheck, Phase, is_hypothesis_test, settings

ROOT = Path(__file__).resolve().parent.parent

# No deadline: the two cores of a CI machine are shared. The same examples on every run: a gate must not roll dice;
# `make test-all` looks further with the profile `ci`, and whoever has the time with `long`.
settings.register_profile(
    "default", deadline=None, max_examples=10, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "long", deadline=None, max_examples=200, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", settings.get_profile("long"), max_examples=30)  # what 45 minutes leave time for
# `make mutants` asks whether a test of `make test-all` fails, not for the smallest example that fails.
settings.register_profile("mutants", settings.get_profile("ci"), phases=[Phase.explicit, Phase.generate])
settings.load_profile("default")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Once is enough: a worker of xdist inherits coverage for child processes, and pytest-cov starts it twice more.

    What pauses one of them hands over to the next, so with several nothing ever runs untraced.
    """
    if hasattr(session.config, "workerinput"):
        while (running := Coverage.current()) is not None:
            running.stop()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Workers have their coverage from pytest-cov."""
    os.environ.pop(CHILDREN_COVERED, None)


CHILDREN_COVERED = "COVERAGE_PROCESS_CONFIG"
UNCOUNTED = ("properties", "acceptance")
"""Folders whose tests run on drawn programs or on all of a large file."""
IN_CHILDREN = ("tests/engine/referee", "tests/engine/records/readers", "tests/cli/lsp", "tests/cli/test_checking.py")
"""Tests of what runs in child processes only. Elsewhere children are not traced: that costs more than what they do."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Searches run without coverage: what each line does is shown by named tests, and tracing takes two thirds more.

    `make mutants` asks which tests run a line, and means all of them.
    """
    if config.getoption("cov_context", None):
        return
    for item in items:
        folder = item.path.relative_to(ROOT).parts[1]
        drawn = folder in UNCOUNTED or is_hypothesis_test(getattr(item, "obj", None))
        if drawn or item.get_closest_marker("search"):
            item.add_marker("no_cover")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """What is not counted is not traced in child processes either."""
    counted = item.nodeid.startswith(IN_CHILDREN) and not item.get_closest_marker("no_cover")
    with pytest.MonkeyPatch.context() as patched:
        if not counted:
            patched.delenv(CHILDREN_COVERED, raising=False)
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def _built_once() -> Iterator[None]:
    """Typer builds the whole command line anew for each call, which costs twenty times what most commands do."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(typer.main, "get_command", cache(typer.main.get_command))
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What rung remembers of the workspaces of tests is not the user's."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared records beside the repository; the test is skipped, with a reason, where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder `shared` is not beside the repository: the generated twin stands in")
    return folder


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Processes started by the test heed Ctrl-C, even where this one ignores it: in the background, a shell asks so."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
