"""Benefits before and after, for programs with very many of them."""

from __future__ import annotations

from datetime import date
from typing import cast

import duckdb

from engine.impact.grants import MOST_COUNTED, grants
from engine.impact.model import Grant
from tests.engine.columnar.test_many import Counting
from tests.engine.impact.evaluated import compared
from tests.engine.impact.test_stages import RECORDS, TEXT
from tests.tiny import program

MANY = MOST_COUNTED + 5


def test_many_benefits_are_counted_together() -> None:
    """P1 is silver and P2 gold; P3 has nothing. Each benefit of gold changes, the last one makes way for a new one."""
    line = "  {0}: {{value: percent, by: [tier], values: {{silver: 1%, gold: {1}}}}}\n"
    old = "".join(line.format(f"b{each}", "2%") for each in range(MANY))
    new = "".join(line.format(f"b{each}", "3%") for each in range(MANY - 1)) + line.format("fresh", "2%")
    before, after = (program(f"{TEXT}benefits:\n{each}") for each in (old, new))
    with compared(before, after, RECORDS, date(2026, 6, 30)) as found:
        counting = Counting(found.measured.connection)
        first, last = found.measured.results[0], found.measured.results[-1]
        told = list(grants(first, last, cast(duckdb.DuckDBPyConnection, counting)))
    assert told == [
        *(Grant(f"b{each}", 2, 2, 0, 0, 1) for each in range(MANY - 1)),
        Grant("fresh", None, 2, 2, 0, 0),
        Grant(f"b{MANY - 1}", 2, None, 0, 2, 0),
    ]
    assert len(counting.statements) == 4  # two for what both have, one for each other side
