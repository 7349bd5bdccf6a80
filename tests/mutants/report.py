"""What a run of mutants says: a line for each, the table of those that no test noticed, and the share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.mutants.mutant import Mutant
from tests.mutants.trial import End, Outcome

MARKS = {End.SURVIVED: "SURVIVED", End.UNCLEAR: "unclear "}
FILES_SHOWN = 4  # of the test files that ran, those with the most tests


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutant, what became of it, and the seconds it took."""

    mutant: Mutant
    outcome: Outcome
    seconds: float


def line_of(tried: Tried) -> str:
    """One line about one mutant."""
    outcome = tried.outcome
    said = outcome.noticed_by or outcome.end.value
    mark = MARKS.get(outcome.end, "noticed ")
    return f"{mark} {tried.mutant.file}:{tried.mutant.line}  {tried.mutant.after}  ({said}, {tried.seconds:.0f} s)"


def which(outcome: Outcome) -> str:
    """Which tests ran, by file, those with the most first."""
    files = Counter(test.partition("::")[0] for test in outcome.ran).most_common()
    shown = ", ".join(f"{file} ({count})" for file, count in files[:FILES_SHOWN])
    more = f" and {len(files) - FILES_SHOWN} more files" if len(files) > FILES_SHOWN else ""
    late = f"; {outcome.beyond} more tests did not fit into the time" if outcome.beyond else ""
    bare = "" if outcome.covered else "the line runs on import or not at all; "
    return f"{bare}{len(outcome.ran)} tests: {shown or 'none'}{more}{late}"


def table(done: Sequence[Tried]) -> str:
    """Those that no test noticed, in the order of the files."""
    rows = []
    for each in sorted(survivors(done), key=lambda tried: (tried.mutant.file, tried.mutant.line)):
        mutant = each.mutant
        rows += [
            f"\n{mutant.file}:{mutant.line} in {mutant.where or 'the module'}",
            f"  - {mutant.before}",
            f"  + {mutant.after}",
            f"  {which(each.outcome)}",
        ]
    return "\n".join(["\nNot noticed by any test:", *rows]) if rows else "\nEvery mutant was noticed."


def survivors(done: Sequence[Tried]) -> list[Tried]:
    """Those that no test noticed."""
    return [each for each in done if each.outcome.end is End.SURVIVED]


def unclear(done: Sequence[Tried]) -> list[Tried]:
    """Those that say nothing, because their tests fail or hang without the change too."""
    return [each for each in done if each.outcome.end is End.UNCLEAR]


def share(done: Sequence[Tried]) -> float:
    """Percent of the mutants tried that no test noticed."""
    return 100 * len(survivors(done)) / len(done) if done else 0.0


def closing(done: Sequence[Tried], drawn: int, at_most: float, seconds: float) -> str:
    """How many were noticed and by what, the share that was not, and the goal."""
    ends = Counter(each.outcome.end for each in done)
    kinds = ", ".join(f"{ends[end]} {end.value}" for end in End if ends[end])
    partly = "" if len(done) == drawn else f" of {drawn} drawn"
    left = f"{share(done):.1f} % not noticed (at most {at_most:g} %)"
    return f"\n{len(done)} mutants{partly} in {seconds:.0f} s: {kinds or 'none tried'}\n{left}"
