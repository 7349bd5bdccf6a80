"""What a run says: the table of survivors, the share, and the closing lines."""

from __future__ import annotations

from tests.mutants.mutant import Mutant
from tests.mutants.report import Tried, closing, line_of, share, table, unclear
from tests.mutants.trial import End, Outcome

MUTANT = Mutant("rules/rates.py", 7, 5, "core/..", 0, "check_rate", "if a < b:", "if a <= b:", 7, 7)
NOTICED = Tried(MUTANT, Outcome(End.FAILED, "t.py::a", ("t.py::a",), 3, True), 2.0)
RAN = ("a.py::1", "b.py::1", "b.py::2", "c.py::1", "d.py::1", "e.py::1")
SURVIVED = Tried(MUTANT, Outcome(End.SURVIVED, "", RAN, 2, True), 9.0)
UNCLEAR = Tried(MUTANT, Outcome(End.UNCLEAR, "", (), 1, True), 1.0)
UNSEEN = Tried(MUTANT, Outcome(End.SURVIVED, "", (), 0, False), 0.0)


def test_a_line_tells_what_noticed_a_mutant() -> None:
    """The place, the changed line, the test and the seconds."""
    assert line_of(NOTICED) == "noticed  rules/rates.py:7  if a <= b:  (t.py::a, 2 s)"
    assert line_of(SURVIVED) == "SURVIVED rules/rates.py:7  if a <= b:  (no test noticed, 9 s)"


def test_the_table_tells_change_and_tests_of_each_survivor() -> None:
    """Both lines, the files with the most tests first, and what did not fit."""
    assert table([NOTICED, SURVIVED]) == (
        "\nNot noticed by any test:\n\nrules/rates.py:7 in check_rate\n  - if a < b:\n  + if a <= b:\n"
        "  6 tests: b.py (2), a.py (1), c.py (1), d.py (1) and 1 more files; 2 more tests did not fit into the time"
    )
    assert table([UNSEEN]).endswith("  the line runs on import or not at all; 0 tests: none")
    assert table([NOTICED]) == "\nEvery mutant was noticed."


def test_the_share_counts_those_that_were_tried() -> None:
    """One of two is half; none of none is nothing."""
    assert share([NOTICED, SURVIVED]) == 50.0
    assert share([]) == 0.0


def test_a_mutant_whose_tests_fail_by_themselves_is_neither() -> None:
    """It is told apart from those that were noticed and from the survivors."""
    assert unclear([NOTICED, UNCLEAR, SURVIVED]) == [UNCLEAR]
    assert line_of(UNCLEAR).startswith("unclear ")
    assert share([UNCLEAR]) == 0.0


def test_the_closing_lines_tell_ends_share_and_goal() -> None:
    """An interrupted run says how many were drawn."""
    assert closing([NOTICED, SURVIVED], 2, 3, 61.2) == (
        "\n2 mutants in 61 s: 1 a test failed, 1 no test noticed\n50.0 % not noticed (at most 3 %)"
    )
    assert closing([], 5, 3, 0).startswith("\n0 mutants of 5 drawn in 0 s: none tried\n0.0 %")
