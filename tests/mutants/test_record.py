"""What is read out of the coverage of a run of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from coverage import CoverageData

from tests.mutants.record import Record, name_of

A, B = "tests/test_a.py::test_a[x|y]", "tests/test_b.py::test_b"


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """Line 1 runs on import, line 2 in test a, line 3 in both; test c failed."""
    data = CoverageData(basename=str(tmp_path / "lines"))
    for context, lines in {"": [1], f"{A}|run": [2, 3], f"{B}|setup": [3], "tests/test_c.py::c|run": [2]}.items():
        data.set_context(context)
        data.add_lines({"rules/rates.py": lines})
    return Record({A: 1.0, B: 2.0}, ("tests/test_c.py::c",), data)


def test_tests_of_lines_are_those_that_ran_them_and_pass(record: Record) -> None:
    """Every phase of a test counts; a failing test does not, nor what runs on import."""
    assert record.of_lines("rules/rates.py", 1, 1) == set()
    assert record.of_lines("rules/rates.py", 1, 2) == {A}
    assert record.of_lines("rules/rates.py", 3, 3) == {A, B}
    assert record.of_file("rules/rates.py") == {A, B}
    assert record.of_file("rules/absent.py") == set()


def test_the_name_of_a_test_may_hold_a_bar() -> None:
    """Only the last bar divides the test from its phase."""
    assert name_of(f"{A}|teardown") == A
