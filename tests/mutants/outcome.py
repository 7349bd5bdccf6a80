"""A pytest plugin: writes what became of each test, and the processor seconds it took, to the file that
RUNG_MUTANTS_OUTCOME names.

`python -m pytest -p tests.mutants.outcome`; under xdist the main process writes. Processor seconds, children included,
say the same whatever else the machine does: a budget of them cuts off the same tests.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest

PLACE = "RUNG_MUTANTS_OUTCOME"
SPENT = "processor_seconds"


class Outcomes:
    """Collects the reports of setup, call and teardown, test by test."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.state: dict[str, str] = {}  # passed, failed or skipped; failed stays failed

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add one phase of one test; its seconds come with the last."""
        name = report.nodeid
        found = [spent for key, spent in report.user_properties if key == SPENT and isinstance(spent, float)]
        self.seconds[name] = sum(found)
        if report.failed or report.skipped or name not in self.state:
            self.state[name] = report.outcome

    def pytest_sessionfinish(self) -> None:
        """Write the file: test -> [state, seconds]."""
        text = json.dumps({name: [state, self.seconds[name]] for name, state in self.state.items()})
        Path(os.environ[PLACE]).write_text(text, encoding="utf-8")


class Clock:
    """Measures each test where it runs."""

    def __init__(self) -> None:
        self.start = 0.0

    def pytest_runtest_logstart(self) -> None:
        """A test begins."""
        self.start = spent()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        """A test ends: its last report carries the seconds."""
        try:
            return (yield)
        finally:
            item.user_properties.append((SPENT, spent() - self.start))


def spent() -> float:
    """Processor seconds of this process and of its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def pytest_configure(config: pytest.Config) -> None:
    """Measure in every process; collect in the main one."""
    config.pluginmanager.register(Clock(), "rung-mutants-clock")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Outcomes(), "rung-mutants-outcomes")
