"""Which tests a mutant meets: its own first, then of many files, and never more than the budget."""

from __future__ import annotations

from tests.mutants.choose import Batch, batches, by_file, mirror, near, order

SECONDS = {
    "tests/rules/test_rates.py::test_slow": 1.0,
    "tests/rules/test_rates.py::test_fast": 0.5,
    "tests/rules/test_spiff.py::test_other": 0.25,
    "tests/cli/test_all.py::test_far": 0.125,
}


def test_a_source_file_has_its_tests_at_the_mirrored_path() -> None:
    """The mirror of a file in a room and in a room's room."""
    assert mirror("rules/rates.py") == "tests/rules/test_rates.py"
    assert mirror("engine/plan/widths.py") == "tests/engine/plan/test_widths.py"


def test_tests_near_a_file_are_those_of_its_room() -> None:
    """Tests below the mirrored folder, whatever file they stand in."""
    assert near("rules/rates.py", SECONDS) == set(SECONDS) - {"tests/cli/test_all.py::test_far"}


def test_tests_of_the_mirror_come_first_then_the_fastest() -> None:
    """Own tests by their seconds, other tests of the line, then those that do not run the line."""
    covering = ["tests/rules/test_rates.py::test_slow", "tests/cli/test_all.py::test_far"]
    others = [*covering, "tests/rules/test_rates.py::test_fast", "tests/rules/test_spiff.py::test_other"]
    assert order("rules/rates.py", covering, others, SECONDS) == [
        "tests/rules/test_rates.py::test_slow",
        "tests/cli/test_all.py::test_far",
        "tests/rules/test_spiff.py::test_other",
        "tests/rules/test_rates.py::test_fast",
    ]


def test_files_take_turns() -> None:
    """The fastest test of each file, then the second of each: forty alike in one file tell less than one of another."""
    seconds = {"tests/a.py::1": 0.1, "tests/a.py::2": 0.2, "tests/b.py::1": 5.0, "tests/b.py::2": 6.0}
    assert order("rules/rates.py", list(seconds), [], seconds) == [
        "tests/a.py::1",
        "tests/b.py::1",
        "tests/a.py::2",
        "tests/b.py::2",
    ]


def test_batches_grow_and_end_at_the_budget() -> None:
    """Two seconds, up to fifteen, then the rest; a test beyond the budget is left out, a shorter one still fits."""
    seconds = {"a": 1.0, "b": 1.0, "c": 9.0, "d": 8.0, "e": 40.0, "f": 1.0}
    assert batches(list(seconds), seconds, 20) == [Batch(("a", "b"), 2.0), Batch(("c",), 9.0), Batch(("d", "f"), 9.0)]


def test_the_first_test_runs_however_long_it_takes() -> None:
    """A budget shorter than any test still leaves one test to a mutant."""
    assert batches(["a", "b"], {"a": 50.0, "b": 1.0}, 5) == [Batch(("a",), 50.0)]
    assert batches([], {}, 5) == []


def test_tests_of_one_file_run_together() -> None:
    """What a module sets up is set up once, not once for each turn."""
    assert by_file(["a::1", "b::1", "a::2"]) == ("a::1", "a::2", "b::1")
