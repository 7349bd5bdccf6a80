"""Rows with the same fault, as one group: the first are listed, the others counted.

A column written in another way than the feed says has the same fault in every row, which is reported once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from engine.language.diagnostic import Diagnostic
from engine.records.codes import rows as codes
from engine.records.codes_readers import ROW_LENGTH
from engine.records.convert import NO_DAY, Problem, shown
from engine.records.cures import FORM_CODES, cured, feed_place, find_cure, is_no_day, never_cured
from engine.records.feed import Feed, FieldMapping
from engine.records.findings import Finding, problem_of, row_span, text_of_cell
from engine.records.near import near_help, with_near
from engine.records.projection import FIRST_ROWS, Fault, Projection
from engine.records.readers.layout import Staged

LISTED = FIRST_ROWS - 1  # rows of a group that are listed; the one behind them begins the rest
MAX_GROUPS = 25  # of one kind of check on one table; more is not read

Part = tuple[int, int, int, Sequence[Mapping[str, Any]], list[Problem]]
"""See `_parts`."""


@dataclass(slots=True)
class Group:
    """A fault of some rows: the first ones in the order of the file, and the number of all."""

    first: list[Finding]
    rows: int
    origin: str
    value: str = ""

    @property
    def diagnostics(self) -> Iterator[Diagnostic]:
        """The first rows, and one line for the rest."""
        yield from (each.diagnostic for each in self.first[:LISTED])
        rest = self.rows - LISTED
        if rest > 0 and len(self.first) > LISTED:
            head, behind = self.first[0], self.first[LISTED]
            what = "1 more row has" if rest == 1 else f"{rest:,} more rows have"
            value = f" ({shown(self.value)})" if self.value else ""
            where = f"{self.origin}{value}, first at {behind.file}:{behind.line}"
            message = f"`{head.subject}`: {what} this fault in {where}"
            span = row_span(behind.file, behind.line)
            help = "" if head.problem.of_text else head.problem.help
            yield head.problem.code.at(span, message, help=help, related=head.related)


def fault_groups(connection: duckdb.DuckDBPyConnection, feed: Feed, projection: Projection, file: str) -> list[Group]:
    """The faults of rows for themselves, by field, code and, for values that are not mapped, value."""
    stored = {field.name: field for field in projection.table.stored}
    parts = _parts(connection, feed, projection, {})
    strange = {n for n, *_, problems in parts if problems[0].code in FORM_CODES}
    found = {n: find_cure(connection, feed, projection, n, stored[projection.fields[n].field.text]) for n in strange}
    cures = {n: cure for n, cure in found.items() if cure}
    if cures:
        fields = {n: stored[projection.fields[n].field.text] for n in cures}
        apart = {n: never_cured(n, cure, fields[n]) for n, cure in cures.items()}
        parts = _parts(connection, feed, projection, apart)
    groups: dict[tuple[int, str, str, bool, str], Group] = {}
    for n, fault, rows, first, problems in parts:
        mapping = projection.fields[n]
        field = stored[mapping.field.text]
        findings, by_cure = [], False
        for each, problem in zip(first, problems, strict=True):
            related = feed_place(feed, projection, mapping, problem)
            cure = cures.get(n)
            if cure and cured(cure, problem, text_of_cell(each["x"]), field):
                problem, related = replace(problem, help=cure.help), (cure.place,)
                by_cure = True
            elif problem.code is codes.DATE_FORM and is_no_day(text_of_cell(each["x"])):
                problem = replace(problem, help=NO_DAY)
            original = text_of_cell(each["t"])
            findings.append(
                Finding(projection.table.name, file, each["line"], field.name, problem, original, related=related)
            )
        code = findings[0].problem.code
        value = findings[0].value if code is codes.NOT_MAPPED else ""
        head = findings[0].problem  # rows with another cure are another group, and a cure of the column is one group
        key = (n, "" if by_cure else code.code, "" if head.of_text else head.help, fault == Fault.NO_KEY, value)
        _add(groups.setdefault(key, Group([], 0, mapping.origin, value)), findings, rows)
    return sorted(groups.values(), key=lambda each: each.first[0].line)


def _parts(
    connection: duckdb.DuckDBPyConnection, feed: Feed, projection: Projection, apart: Mapping[int, str]
) -> list[Part]:
    """Rows whose texts are wrong in the same way: the field, the fault, their number, the first, and what is wrong."""
    stored = {field.name: field for field in projection.table.stored}
    parts = []
    for n, fault, rows, first in connection.execute(projection.grouped(apart)).fetchall():
        mapping = projection.fields[n]
        problems = []
        for each in first:
            texts = (text_of_cell(each["x"]), text_of_cell(each["t"]))
            problem = problem_of(Fault(fault), feed, projection, mapping, stored[mapping.field.text], texts)
            if fault == Fault.LOOK_UP_NONE and mapping.look_up:
                near = near_help(connection, projection.look_ups[mapping.look_up], "key", texts[1])
                problem = with_near(problem, near)
            problems.append(problem)
        parts.append((n, fault, rows, first, problems))
    return parts


def _add(group: Group, findings: Iterable[Finding], rows: int) -> None:
    """Add rows whose texts have the same form."""
    group.rows += rows
    group.first = sorted([*group.first, *findings], key=lambda each: each.line)[:FIRST_ROWS]


def lost_group(table: str, staged: Staged) -> Group:
    """The rows of a file that are not of the length of its header."""
    findings = [
        Finding(table, staged.file, line, "", Problem(ROW_LENGTH, message, help, of_text=True))
        for line, message, help in staged.lost
    ]
    return Group(findings, len(findings), "the file")


def rule_group(feed: Feed, findings: Sequence[Finding], rows: int) -> Group:
    """The rows that break one rule between rows, of which `findings` are the first."""
    head = findings[0]
    table = feed.table(head.table)
    mapped = [each for each in (table.fields if table else ()) if each.field.text == head.field]
    return Group(list(findings), rows, _origin(mapped, head.field))


def _origin(mapped: Sequence[FieldMapping], field: str) -> str:
    """The columns a field is made from, or its name where it is made from none."""
    return mapped[0].origin if mapped and mapped[0].columns else f"`{field}`"
