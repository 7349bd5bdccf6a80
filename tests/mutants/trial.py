"""One mutant against its tests, in a copy of the repository."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from tests.mutants.choose import Batch, batches, near, order
from tests.mutants.mutant import Mutant
from tests.mutants.record import Record
from tests.mutants.tree import Tree

SLOWER = 4  # times the recorded seconds: other things may run on the machine
START = 60  # seconds for pytest to start and collect, on a busy machine


class End(Enum):
    FAILED = "a test failed"
    BROKEN = "the tests could not start"
    HANGING = "the tests did not end"
    SURVIVED = "no test noticed"
    UNCLEAR = "the tests fail without the change too"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant: the test that noticed it, if one did; the tests that ran; the tests left out of time."""

    end: End
    noticed_by: str
    ran: tuple[str, ...]
    beyond: int
    covered: bool  # whether any test runs the line


def choose(mutant: Mutant, record: Record) -> tuple[list[str], bool]:
    """The tests for a mutant, in order, and whether any runs its line.

    A line at the top of a module runs on import, for no test: every test that runs something in the file may notice.
    The same tests come last for every line: a result that is kept (a cache) hides who else depends on it.
    """
    covering = record.of_lines(mutant.file, mutant.first, mutant.last) if mutant.where else set()
    others = record.of_file(mutant.file) | near(mutant.file, record.seconds)
    return order(mutant.file, covering, others, record.seconds), bool(covering)


def try_mutant(tree: Tree, mutant: Mutant, text: str, record: Record, budget: float, sound: set[str]) -> Outcome:
    """Run the tests until one notices the change; `sound` gathers tests that are known to pass alone without it."""
    tests, covered = choose(mutant, record)
    while True:
        outcome, doubtful = run_batches(tree, mutant, text, tests, batches(tests, record.seconds, budget), covered)
        if outcome.end is not End.FAILED or doubtful in sound:
            return outcome
        if tree.run([doubtful], record.seconds.get(doubtful, START) * SLOWER + START).code == 0:
            sound.add(doubtful)
            return outcome
        tests.remove(doubtful)  # it fails without the change too, when it runs alone


def run_batches(
    tree: Tree, mutant: Mutant, text: str, tests: Sequence[str], cut: Sequence[Batch], covered: bool
) -> tuple[Outcome, str]:
    """Run batch after batch on the changed file; also the test that failed."""
    ran: list[str] = []

    def outcome(end: End, test: str = "") -> tuple[Outcome, str]:
        return Outcome(end, test, tuple(ran), len(tests) - len(ran), covered), test

    for batch in cut:
        arguments = ["--exitfirst", *batch.tests]
        seconds = batch.seconds * SLOWER + START
        with tree.changed(mutant.file, text):
            run = tree.run(arguments, seconds)
        ran += run.tests
        if run.code == 1 and run.failed:
            return outcome(End.FAILED, run.failed)
        if run.code is None:
            passes = tree.run(arguments, seconds).code == 0
            return outcome(End.HANGING if passes else End.UNCLEAR)
        if run.code != 0:
            starts = tree.run(["--collect-only", *arguments], seconds).code == 0
            return outcome(End.BROKEN if starts else End.UNCLEAR)
    return outcome(End.SURVIVED)
