"""Which tests a mutant meets, and in which order: those that run its line, its room's first, then those near it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

FIRST_BATCHES = (2.0, 15.0)  # seconds: most mutants fall in the first two seconds of tests; starting pytest costs one


@dataclass(frozen=True, slots=True)
class Batch:
    """Tests of one call of pytest, and the seconds they took when they were recorded."""

    tests: tuple[str, ...]
    seconds: float


def mirror(file: str) -> str:
    """The tests of a source file: `rules/rates.py` -> `tests/rules/test_rates.py`."""
    path = PurePosixPath(file)
    return str("tests" / path.parent / f"test_{path.name}")


def near(file: str, seconds: Mapping[str, float]) -> set[str]:
    """Tests of the room a file stands in: those below its folder's mirror."""
    room = str("tests" / PurePosixPath(file).parent) + "/"
    return {test for test in seconds if test.startswith(room)}


def order(file: str, covering: Collection[str], others: Collection[str], seconds: Mapping[str, float]) -> list[str]:
    """All tests once: of the file's own mirror that run the line, of its room, others that run it, then the rest.

    In turns, the fastest of each file first: tests of one file are alike, and the budget may end before the last.
    """
    own, room = mirror(file) + "::", near(file, seconds)
    turns: dict[str, int] = defaultdict(int)
    ranked = []
    for test in sorted({*covering, *others}, key=lambda test: (test not in covering, seconds[test], test)):
        kind = 3 if test not in covering else 0 if test.startswith(own) else 1 if test in room else 2
        place = test.partition("::")[0]
        ranked.append((kind, turns[place], seconds[test], test))
        turns[place] += 1
    return [test for *_, test in sorted(ranked)]


def batches(tests: Collection[str], seconds: Mapping[str, float], budget: float) -> list[Batch]:
    """Cut tests into calls of pytest, short ones first; tests beyond the budget of seconds are left out.

    The first test is run however long it takes: a mutant that meets no test would say nothing.
    """
    edges = [*(edge for edge in FIRST_BATCHES if edge < budget), budget]
    cut: list[Batch] = []
    batch: list[str] = []
    spent = start = 0.0
    for test in tests:
        if spent and spent + seconds[test] > budget:
            continue  # a shorter one may still fit
        if batch and spent + seconds[test] > edges[0]:
            cut.append(Batch(by_file(batch), spent - start))
            batch, start = [], spent
            edges = edges[1:] or edges
        batch.append(test)
        spent += seconds[test]
    if batch:
        cut.append(Batch(by_file(batch), spent - start))
    return cut


def by_file(tests: Iterable[str]) -> tuple[str, ...]:
    """Tests of one file together, files as they first come: what a module sets up is then set up once."""
    files: dict[str, list[str]] = {}
    for test in tests:
        files.setdefault(test.partition("::")[0], []).append(test)
    return tuple(test for each in files.values() for test in each)
