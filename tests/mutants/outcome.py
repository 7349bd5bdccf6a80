"""A pytest plugin: writes what became of each test, and how long it took, to the file that RUNG_MUTANTS_OUTCOME names.

`python -m pytest -p tests.mutants.outcome`; under xdist the main process writes.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

PLACE = "RUNG_MUTANTS_OUTCOME"


class Outcomes:
    """Collects the reports of setup, call and teardown, test by test."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.state: dict[str, str] = {}  # passed, failed or skipped; failed stays failed

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add one phase of one test."""
        name = report.nodeid
        self.seconds[name] = self.seconds.get(name, 0) + report.duration
        if report.failed or report.skipped or name not in self.state:
            self.state[name] = report.outcome

    def pytest_sessionfinish(self) -> None:
        """Write the file: test -> [state, seconds]."""
        text = json.dumps({name: [state, self.seconds[name]] for name, state in self.state.items()})
        Path(os.environ[PLACE]).write_text(text, encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Take part in the main process only."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Outcomes(), "rung-mutants-outcomes")
