"""Where a text can be changed, what each change makes of it, and the draw."""

from __future__ import annotations

import pytest

pytest.importorskip("cosmic_ray", reason="cosmic-ray is not installed; `make mutants` installs it")

from tests.mutants.draw import draw, mutants, mutated
from tests.mutants.equivalent import key

SOURCE = '''\
LIMIT: int | None = 3 * 4


def name(a: int, /, *, b: int) -> int:
    """Not `a < b` in a text."""
    é = [*"é"] if a is not None else []
    return -a if a < b == b else (
        len(é) + 1 if len(é) == a else 2
    )
'''


def test_every_operator_is_changed_into_each_of_its_family() -> None:
    """Nothing in signatures, stars, types and texts; a letter of two bytes moves no column."""
    found: dict[str, list[str]] = {}
    for each in mutants("a.py", SOURCE):
        found.setdefault(f"{each.where}:{each.line}:{each.before}", []).append(each.after)
    last = "len(é) + 1 if len(é) == a else 2"
    back = "return -a if a < b == b else ("
    assert {place: sorted(after) for place, after in found.items()} == {
        ":1:LIMIT: int | None = 3 * 4": sorted(
            f"LIMIT: int | None = 3 {sign} 4" for sign in ["+", "-", "/", "//", "%"]
        ),
        'name:6:é = [*"é"] if a is not None else []': ['é = [*"é"] if a is None else []'],
        f"name:7:{back}": sorted(
            [
                back.replace("-", "+"),
                *(back.replace("<", sign) for sign in ["==", "!=", "<=", ">", ">="]),
                back.replace("==", "!="),  # neither side is plainly a number
            ]
        ),
        f"name:8:{last}": sorted(
            [
                *(last.replace("+", sign) for sign in ["-", "*", "/", "//", "%"]),
                *(last.replace("==", sign) for sign in ["!=", "<", "<=", ">", ">="]),
            ]
        ),
    }


def test_numbers_move_by_one_when_asked() -> None:
    """Up and down, each once."""
    assert [each.after for each in mutants("a.py", "x = 10\n", numbers=True)] == ["x = 11", "x = 9"]
    assert mutants("a.py", "x = 10\n") == []


def test_the_library_makes_the_change_that_is_told() -> None:
    """One line differs, and the text still compiles."""
    for each in mutants("a.py", SOURCE, numbers=True):
        text = mutated(each, SOURCE)
        compile(text, "a.py", "exec")
        changed = [new for old, new in zip(SOURCE.splitlines(), text.splitlines(), strict=True) if old != new]
        assert [" ".join(line.split()) for line in changed] == [" ".join(each.after.split())]


def test_the_seed_settles_the_draw() -> None:
    """Each place comes once, the same for the same seed; what is left out alters no other draw."""
    everything = mutants("a.py", SOURCE)
    drawn = draw(everything, 100, 7)
    assert len({(each.line, each.column) for each in drawn}) == len(drawn) == 7
    assert draw(reversed(everything), 2, 7) == drawn[:2]
    assert draw(everything, 100, 7, {key(drawn[1])}) == [drawn[0], *drawn[2:]]
    assert any(draw(everything, 100, seed) != drawn for seed in range(5))
