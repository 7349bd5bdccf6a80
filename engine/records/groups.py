"""Rows with the same fault, as one group: the first are listed, the others counted.

A column written in another way than the feed says has the same fault in every row, which is reported once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from engine.language.diagnostic import Diagnostic, Related
from engine.records.blanks import TO_TRIM, padded_in, place_of, to_trim
from engine.records.codes import rows as codes
from engine.records.codes_readers import ROW_LENGTH
from engine.records.convert import NO_DAY, Problem, shown
from engine.records.cures import FORM_CODES, cured, feed_place, find_cure, is_no_day, never_cured
from engine.records.feed import Feed, FieldMapping
from engine.records.findings import Finding, problem_of, row_span, text_of_cell
from engine.records.near import near_help, with_near
from engine.records.projection import FIRST_ROWS, Fault, Projection
from engine.records.readers.layout import Staged
from engine.records.totals import at_end, find_totals

LISTED = FIRST_ROWS - 1  # rows of a group that are listed; the one behind them begins the rest
MAX_GROUPS = 25  # of one kind of check on one table; more is not read

Told = tuple[Problem, tuple[Related, ...]]
Part = tuple[int, int, int, Sequence[Mapping[str, Any]], list[Told]]
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


def fault_groups(
    connection: duckdb.DuckDBPyConnection, feed: Feed, projection: Projection, staged: Staged
) -> list[Group]:
    """The faults of rows for themselves, by field, code and, for values that are not mapped, value."""
    stored = {field.name: field for field in projection.table.stored}
    table = projection.table.name
    source = feed.source(projection.mapping.source.text) if projection.mapping.source else None
    totals = find_totals(connection, source, staged) if source else None
    end = totals.line if totals else 0
    parts = _parts(connection, feed, projection, {}, end)
    strange = {n for n, *_, told in parts if told[0][0].code in FORM_CODES}
    found = {n: find_cure(connection, feed, projection, n, stored[projection.fields[n].field.text]) for n in strange}
    cures = {n: cure for n, cure in found.items() if cure}
    if cures:
        fields = {n: stored[projection.fields[n].field.text] for n in cures}
        apart = {n: never_cured(n, cure, fields[n]) for n, cure in cures.items()}
        parts = _parts(connection, feed, projection, apart, end)
    groups: dict[tuple[int, str, str, bool, str], Group] = {}
    for n, fault, rows, first, told in parts:
        mapping = projection.fields[n]
        field = stored[mapping.field.text]
        findings, by_cure = [], False
        for each, (problem, related) in zip(first, told, strict=True):
            cure = cures.get(n)
            if cure and cured(cure, problem, text_of_cell(each["x"]), field):
                problem, related = replace(problem, help=cure.help), (cure.place,)
                by_cure = True
            elif problem.code is codes.DATE_FORM and TO_TRIM not in problem.help and is_no_day(text_of_cell(each["x"])):
                problem = replace(problem, help=NO_DAY)
            original = text_of_cell(each["t"])
            findings.append(Finding(table, staged.file, each["line"], field.name, problem, original, related=related))
        findings = at_end(findings, totals)
        code = findings[0].problem.code
        value = findings[0].value if code is codes.NOT_MAPPED else ""
        head = findings[0].problem  # rows with another cure are another group, and a cure of the column is one group
        key = (n, "" if by_cure else code.code, "" if head.of_text else head.help, fault == Fault.NO_KEY, value)
        _add(groups.setdefault(key, Group([], 0, mapping.origin, value)), findings, rows)
    return sorted(groups.values(), key=lambda each: each.first[0].line)


def _parts(
    connection: duckdb.DuckDBPyConnection, feed: Feed, projection: Projection, apart: Mapping[int, str], end: int
) -> list[Part]:
    """Rows with texts that are wrong in the same way: field, fault, number, the first, and what is wrong, with
    the places in the feed where it is cured. Those from the line `end` on are told apart, if there is one.
    """
    parts = []
    for n, fault, rows, first in connection.execute(projection.grouped(apart, end)).fetchall():
        told = [
            _told(connection, feed, projection, n, Fault(fault), (text_of_cell(each["x"]), text_of_cell(each["t"])))
            for each in first
        ]
        parts.append((n, fault, rows, first, told))
    return parts


def _told(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    projection: Projection,
    n: int,
    fault: Fault,
    texts: tuple[str, str],
) -> Told:
    """What is said about one text of field `n`, and where in the feed it can be cured."""
    mapping = projection.fields[n]
    field = projection.table.field(mapping.field.text)
    assert field, "a projection has fields of its table only"
    problem = problem_of(fault, feed, projection, mapping, field, texts)
    keys = projection.look_ups[mapping.look_up] if mapping.look_up else ""
    source = feed.source(padded_in(connection, feed, projection.mapping, mapping, field, fault, texts, keys))
    if source:
        help = problem.help if TO_TRIM in problem.help else to_trim(source.name)
        of_text = fault in (Fault.LOOK_UP_NONE, Fault.CURRENCY)  # where other texts are in the same group
        return replace(problem, help=help, of_text=of_text), (place_of(source),)
    if fault == Fault.LOOK_UP_NONE:
        problem = with_near(problem, near_help(connection, keys, "key", texts[1]))
    return problem, feed_place(feed, projection, mapping, problem)


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
