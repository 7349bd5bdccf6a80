"""Tiny programs on a few records, decided by both evaluators: the notation of the tests of `rules`.

A program is written as YAML sections under a short head; records are tables of text, as in
`tests.ridge.records`. Both evaluators must agree to the last digit before a test sees a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from textwrap import dedent

from engine.columnar.evaluate import evaluate_columnar
from engine.language.diagnostic import Diagnostic, has_errors, in_file_order
from engine.language.program import Program
from engine.plan.plan import Plan
from engine.plan.scalar import Value
from engine.plan.table import Scan
from engine.reference.evaluate import evaluate
from rules import analyse_program, check_program, compile_program, load_program
from tests.properties.relations import connected, write_relations
from tests.ridge.records import rows

FILE = "tiny.yaml"
HEAD = """\
rung: 1
program: tiny
version: "1"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
"""
Row = Mapping[str, Value]
Records = Mapping[str, Sequence[Row]]
SALES = "sale_id partner_id entry closed_on amount"


def text(sections: str, head: str = HEAD) -> str:
    """A whole program: the head, and sections written with the indentation of a test."""
    return head + dedent(sections)


def findings(sections: str, head: str = HEAD, *, analysed: bool = False) -> tuple[Diagnostic, ...]:
    """What the checker says of the text and of what it means; with `analysed` also what can never be."""
    parsed, found = _checked(sections, head)
    if parsed is None or has_errors(found) or not analysed:
        return found
    return in_file_order((*found, *analyse_program(parsed)))


@cache
def _checked(sections: str, head: str) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    parsed, found = load_program(text(sections, head).encode(), FILE)
    return parsed, in_file_order((*found, *(check_program(parsed) if parsed is not None else ())))


def told(sections: str, head: str = HEAD, *, analysed: bool = False) -> list[str]:
    """Findings in short: code, the text of the place, message."""
    lines = text(sections, head).splitlines()
    return [
        f"{each.code} {_place(each, lines)}: {each.message}" for each in findings(sections, head, analysed=analysed)
    ]


def _place(found: Diagnostic, lines: Sequence[str]) -> str:
    assert found.span is not None
    end = found.span.end_column - 1 if found.span.end_line == found.span.line else None
    return f"{found.span.line}`{lines[found.span.line - 1][found.span.column - 1 : end]}`"


def program(sections: str, head: str = HEAD) -> Program:
    """The program, which has no errors."""
    parsed, found = _checked(sections, head)
    assert parsed is not None and not has_errors(found), found
    return parsed


@cache
def plan(sections: str, as_of: str, head: str = HEAD) -> Plan:
    """The Plan at a date."""
    compiled, found = compile_program(program(sections, head), date.fromisoformat(as_of))
    assert compiled is not None, found
    return compiled


@dataclass(frozen=True)
class Decided:
    """What both evaluators decided, by the keys a reader thinks in."""

    plan: Plan
    outputs: Mapping[str, Sequence[Row]]

    def metric(self, name: str, partner: str = "P1") -> Value:
        """A metric as shown."""
        return self._one("conditions", partner)[f"metric.{name}"]

    def met(self, line: str, partner: str = "P1") -> Value:
        """The outcome of a condition."""
        return self._one("conditions", partner)[line]

    def gap(self, line: str, partner: str = "P1") -> tuple[Value, Value]:
        """The value and the distance of a condition."""
        found = self._one("conditions", partner)
        return found[f"{line}.value"], found[f"{line}.distance"]

    def tier(self, partner: str = "P1") -> Value:
        """The tier held."""
        return self._one("statuses", partner)["held"]

    def status(self, partner: str = "P1") -> tuple[Value, ...]:
        """Floor, ceiling, prior, held, undecided."""
        row = self._one("statuses", partner)
        return tuple(row[each] for each in ("floor", "ceiling", "prior", "held", "undecided"))

    def benefit(self, name: str, partner: str = "P1", scope: str | None = None) -> tuple[Value, Value]:
        """The value of a benefit and whether it is granted."""
        rows = (row for row in self.outputs["entitlements"] if (row["partner_id"], row["scope"]) == (partner, scope))
        (row,) = rows
        return row[name], row[f"{name}.granted"]

    def earned(self, *columns: str) -> list[tuple[str, ...]]:
        """Earnings in the order of their keys, columns as text; `-` is missing."""
        return [
            tuple("-" if row[each] is None else str(row[each]) for each in columns) for row in self.outputs["earnings"]
        ]

    def amounts(self) -> list[str]:
        """The amounts earned, in the order of their keys."""
        return [each for (each,) in self.earned("amount")]

    def _one(self, output: str, partner: str) -> Row:
        rows = (row for row in self.outputs[output] if row["partner_id"] == partner)
        (found,) = (row for row in rows if row.get("incentive") is None)  # not what an incentive asked on its days
        return found


def decide(sections: str, as_of: str, records: Records, head: str = HEAD) -> Decided:
    """The decisions on a day; fails where the two evaluators differ."""
    return decide_plan(plan(sections, as_of, head), records)


def decide_plan(compiled: Plan, records: Records) -> Decided:
    """The decisions of a Plan; fails where the two evaluators differ."""
    scans = {each.table: each.columns for each in compiled.tables if isinstance(each, Scan)}
    whole = filled(compiled, records)
    expected = evaluate(compiled, whole).outputs
    connection = connected()
    result = evaluate_columnar(compiled, write_relations(connection, whole, scans), connection)
    for name, found in expected.items():
        assert (name, result.rows(name)) == (name, list(found))
    connection.close()
    return Decided(compiled, expected)


def filled(compiled: Plan, records: Records) -> Records:
    """Every record table that the Plan reads, with every column; what a row does not state is missing."""
    whole = {**records, "reach": reach(records.get("partners", ()))}
    scans = [each for each in compiled.tables if isinstance(each, Scan)]
    return {
        each.table: [
            {column.name: row.get(column.name) for column in each.columns} for row in whole.get(each.table, ())
        ]
        for each in scans
    }


def reach(partners: Sequence[Row]) -> list[Row]:
    """Every partner with itself and all partners below it."""
    parent = {row["partner_id"]: row.get("parent_id") for row in partners}
    pairs: list[Row] = []
    for start in parent:
        above: Value = start
        while above is not None:
            pairs.append({"partner_id": above, "source_id": start})
            above = parent[above]
    return pairs


def partners(*ids: str) -> list[dict[str, Value]]:
    """Partners of whom nothing is known but the id."""
    return rows("partner_id", *(ids or ("P1",)))


def sales(*lines: str, columns: str = SALES) -> list[dict[str, Value]]:
    """Sales; a line without an id is numbered in order."""
    return rows(columns, *lines)
