"""Sums of unknowns under bounds, decided exactly: the simplex method on fractions, with Bland's rule.

Source: V. Chvátal, Linear Programming (1983), chapters 2, 3 and 8: dictionaries, the auxiliary problem, and the
smallest-subscript rule that cannot cycle.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

MOST_PIVOTS = 400  # far beyond what a program's conditions need; a guard against a degenerate one
ZERO, ONE = Fraction(0), Fraction(1)
Row = tuple[Mapping[Hashable, Fraction], Fraction, bool]
"""Sum of factor x unknown <= bound, or < with the flag."""


class OutOfWork(Exception):
    """The bound on work was reached before an answer."""


@dataclass(slots=True)
class _Dictionary:
    """Basic unknowns as sums of the others, all of them >= 0; the last row is what is maximized."""

    rows: list[list[Fraction]]  # each: constant, then factors of the columns
    basic: list[int]
    columns: list[int]
    goal: list[Fraction]
    pivots: int = 0

    def pivot(self, row: int, column: int) -> None:
        """Let the basic unknown of the row and the unknown of the column change places."""
        self.pivots += 1
        if self.pivots > MOST_PIVOTS:
            raise OutOfWork
        leaving = self.rows[row]
        factor = leaving[column]
        # most factors are -1, and dividing is what takes long here
        entering = list(leaving) if factor == -1 else [-each / factor if each else ZERO for each in leaving]
        entering[column] = ONE / factor
        self.rows[row] = entering
        for each in (*(other for place, other in enumerate(self.rows) if place != row), self.goal):
            share = each[column]
            if share:
                each[column] = ZERO
                for place, value in enumerate(entering):
                    if value:
                        each[place] += share * value
        self.basic[row], self.columns[column - 1] = self.columns[column - 1], self.basic[row]

    def maximize(self) -> bool:
        """Pivot until nothing raises the goal; False when it has no bound."""
        while True:
            rising = [place for place in range(1, len(self.goal)) if self.goal[place] > 0]
            if not rising:
                return True
            column = min(rising, key=lambda place: self.columns[place - 1])
            row = self._tightest(column)
            if row is None:
                return False
            self.pivot(row, column)

    def _tightest(self, column: int) -> int | None:
        best: tuple[Fraction, int, int] | None = None
        for place, row in enumerate(self.rows):
            if row[column] < 0:
                found = (-row[0] / row[column], self.basic[place], place)
                best = found if best is None or found < best else best
        return best[2] if best else None


def solve_rows(rows: Sequence[Row], least: Iterable[Hashable] = ()) -> dict[Hashable, Fraction] | None:
    """Values of the unknowns that keep every row, or None if there are none.

    Unknowns may be negative. Strict rows are kept with as much room as there is, up to 1. Of all such values those
    whose sum of the unknowns in `least` is smallest. Raises OutOfWork.
    """
    names = list(dict.fromkeys(name for factors, _, _ in rows for name in factors))
    room = _best(names, rows, room=None, least=())
    if room is None:
        return None
    slack = room[1]
    if slack <= 0 and any(strict for _, _, strict in rows):
        return None
    wanted = [each for each in least if each in set(names)]
    if not wanted:
        return room[0]
    tidy = _best(names, rows, room=slack, least=wanted)
    return tidy[0] if tidy else room[0]


def _best(
    names: list[Hashable], rows: Sequence[Row], room: Fraction | None, least: Sequence[Hashable]
) -> tuple[dict[Hashable, Fraction], Fraction] | None:
    """An optimum and the room it leaves: of the room itself where `room` is None, else of the sum of `least`."""
    place = {name: 2 * index for index, name in enumerate(names)}  # each unknown as the difference of two
    spare = 2 * len(names)
    width = spare + 1
    table: list[list[Fraction]] = []
    for factors, bound, strict in rows:
        line = [ZERO] * (width + 1)
        line[0] = bound if room is None or not strict else bound - room
        for name, factor in factors.items():
            line[1 + place[name]] -= factor
            line[2 + place[name]] += factor
        if strict and room is None:
            line[1 + spare] = -ONE
        table.append(line)
    table.append([ONE] + [ZERO] * spare + [-ONE])
    goal = [ZERO] * (width + 1)
    if room is None:
        goal[1 + spare] = ONE
    for name in least:
        goal[1 + place[name]] -= ONE
        goal[2 + place[name]] += ONE
    solved = _solved(table, goal, width)
    if solved is None:
        return None
    values = {name: solved[place[name]] - solved[place[name] + 1] for name in names}
    return values, (solved[spare] if room is None else room)


def _solved(table: list[list[Fraction]], goal: list[Fraction], width: int) -> list[Fraction] | None:
    """Values of the columns at the optimum; None when no values keep every row."""
    count = len(table)
    dictionary = _Dictionary(table, list(range(width, width + count)), list(range(width)), goal)
    if any(row[0] < 0 for row in table):
        feasible = _feasible(dictionary, width + count)
        if feasible is None:
            return None
        dictionary = feasible
    dictionary.maximize()
    values = [ZERO] * width
    for row, name in zip(dictionary.rows, dictionary.basic, strict=True):
        if name < width:
            values[name] = row[0]
    return values


def _feasible(start: _Dictionary, extra: int) -> _Dictionary | None:
    """A dictionary whose constants are not negative, found with one more unknown that is minimised to 0."""
    goal = list(start.goal)
    rows = [[*row, ONE] for row in start.rows]
    helper = _Dictionary(rows, list(start.basic), [*start.columns, extra], [ZERO] * len(goal) + [-ONE], start.pivots)
    lowest = min(range(len(rows)), key=lambda place: (rows[place][0], place))
    helper.pivot(lowest, len(goal))
    helper.maximize()
    if helper.goal[0] != 0:
        return None
    if extra in helper.basic:  # at 0: let it leave
        row = helper.basic.index(extra)
        column = next((place for place in range(1, len(helper.goal)) if helper.rows[row][place]), None)
        if column is None:
            del helper.rows[row], helper.basic[row]
        else:
            helper.pivot(row, column)
    if extra in helper.columns:
        column = helper.columns.index(extra)
        for row_ in helper.rows:
            del row_[column + 1]
        del helper.columns[column]
    return _Dictionary(helper.rows, helper.basic, helper.columns, _restated(goal, start, helper), helper.pivots)


def _restated(goal: list[Fraction], start: _Dictionary, now: _Dictionary) -> list[Fraction]:
    """The goal in terms of the columns now."""
    restated = [goal[0]] + [ZERO] * len(now.columns)
    where = {name: place for place, name in enumerate(now.columns, 1)}
    basic = dict(zip(now.basic, now.rows, strict=True))
    for place, name in enumerate(start.columns, 1):
        factor = goal[place]
        if not factor:
            continue
        if name in where:
            restated[where[name]] += factor
        else:
            for column, value in enumerate(basic[name]):
                restated[column] += factor * value
    return restated
