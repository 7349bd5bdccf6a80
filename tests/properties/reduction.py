"""A failing case made small: parts of the program and rows of the records are dropped while it still fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from tests.properties.program_text import Tree
from tests.properties.programs import Case, Refused

STEPS = 400  # tries; each compiles and evaluates
Path = tuple[str | int, ...]
Check = Callable[[Case], None]
_reduced: dict[tuple[str, Check], str] = {}


def paths(tree: Tree, above: Path = ()) -> Iterator[Path]:
    """The places in a tree, outer ones first."""
    yield above
    if isinstance(tree, Mapping):
        for name, value in tree.items():
            yield from paths(value, (*above, name))
    elif not isinstance(tree, str):
        for place, value in enumerate(tree):
            yield from paths(value, (*above, place))


def at(tree: Tree, path: Path) -> Tree:
    """What stands at a place of a tree."""
    for step in path:
        tree = tree[step]  # type: ignore[index]  # the path was found in this tree
    return tree


def changed(tree: Tree, path: Path, value: Tree | None) -> Tree:
    """The tree with another value at the path; without it for None."""
    step, *rest = path
    inner = value if not rest else changed(at(tree, (step,)), tuple(rest), value)
    if isinstance(tree, Mapping):
        kept = {name: inner if name == step else each for name, each in tree.items()}
        return {name: each for name, each in kept.items() if each is not None}
    items = [inner if place == step else each for place, each in enumerate(tree)]
    return [each for each in items if each is not None]


def reduced(case: Case, check: Check, steps: int = STEPS) -> Case:
    """The smallest case found for which `check` fails in the same way."""
    kind, left, place, dropped = _failure(case, check), steps, 0, False
    candidates = [*_shorter(case), *_barer(case)]
    while left > 0 and (place < len(candidates) or dropped):
        if place >= len(candidates):
            place, dropped = 0, False
            continue
        left -= 1
        if _failure(candidates[place], check) is kind:
            case, dropped = candidates[place], True
            candidates = [*_shorter(case), *_barer(case)]  # what stood behind the dropped part stands here now
        else:
            place += 1
    return case


def prove(case: Case, check: Check) -> None:
    """Run a check; when it fails, fail with the small case that fails alike."""
    try:
        check(case)
    except Refused:
        raise
    except Exception as error:
        raise AssertionError(f"{error}\n\nsmall:\n{_small(case, check)}") from error


def _small(case: Case, check: Check) -> str:
    """The reduced case as text; reduced once, although hypothesis runs a failing example again."""
    key = (case.text, check)
    if key not in _reduced:
        small = reduced(case, check)
        rows = "\n".join(f"{name}: {row}" for name, rows in small.records.items() for row in rows)
        _reduced[key] = f"{small.text}\nas of {small.as_of}\n{rows}"
    return _reduced[key]


def _failure(case: Case, check: Check) -> type[Exception] | None:
    try:
        check(case)
    except Refused:
        return None  # what is no program does not show the fault
    except Exception as error:  # noqa: BLE001  # whatever it is, a smaller case should show it too
        return type(error)
    return None


def _shorter(case: Case) -> Iterator[Case]:
    """The case with one part of its program less."""
    for path in paths(case.sections):
        if path and path[0] not in ("rung", "program", "version", "effective", "currency"):
            sections = changed(case.sections, path, None)
            assert isinstance(sections, Mapping)
            yield replace(case, sections=sections)


def _barer(case: Case) -> Iterator[Case]:
    """The case with half of a table's rows, or one row, less."""
    for name, rows in case.records.items():
        half = len(rows) // 2
        if half > 1:
            yield replace(case, records={**case.records, name: rows[:half]})
            yield replace(case, records={**case.records, name: rows[half:]})
        for place in range(len(rows) if half <= 4 else 0):
            yield replace(case, records={**case.records, name: [*rows[:place], *rows[place + 1 :]]})
