"""Cases as text: full records with explicit ids, and what they expect, as `rung test` reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.authoring.cases.model import Case, Expectation, Path, Row
from engine.authoring.cases.values import render_answer, render_text
from engine.language.program import Program
from engine.language.records import CURRENCY, RecordTable
from engine.plan.scalar import Value
from engine.types import ROW, Type

HEAD = "rung_test: 1\n"
INDENT = "  "
FILE_NAME = re.compile("[A-Za-z0-9_.-]+[.]yaml")  # no number to any reader, so it needs no quotes
PEOPLE, STATUSES = "people", "statuses"


def render_suite(cases: Iterable[Case], program: Program, file: str = "") -> str:
    """A whole test file; `file` names the program where its name does not follow from the test file's."""
    named = file if FILE_NAME.fullmatch(file) else render_text(file)
    head = HEAD + (f"program: {named}\n" if file else "")
    return f"{head}\ncases:\n" + "".join(render_case(case, program) for case in cases)


def render_case(case: Case, program: Program, empty: Iterable[str] = ()) -> str:
    """One case in the form that it has under `cases`, indented by two spaces; `empty` names tables to be written
    without rows.
    """
    lines = [f"{INDENT}{render_text(case.name)}:"]
    lines += [f"{INDENT * 2}as_of: {case.as_of}", f"{INDENT * 2}partner: {render_text(case.partner)}"]
    if case.why:
        lines.append(f"{INDENT * 2}why: {render_text(case.why)}")
    if case.skip:
        lines.append(f"{INDENT * 2}skip: {render_text(case.skip)}")
    prior = _prior(case, program)
    lines += [f"{INDENT * 2}prior: {prior}"] if prior else []
    given = [(name, rows) for name, rows in case.records.items() if rows and not (prior and name == STATUSES)]
    nobody = _names_people(case, program)  # if left out, they would be assumed to work for the partner
    said = dict.fromkeys((*empty, *([PEOPLE] if nobody else [])))
    given += [(name, ()) for name in said if not case.records.get(name)]
    if given:
        lines.append(f"{INDENT * 2}given:")
    for name, rows in given:
        table = program.records.table(name)
        if table is None:
            continue
        lines.append(f"{INDENT * 3}{name}:{'' if rows else ' []'}")
        lines += (f"{INDENT * 4}- {render_record(row, table)}" for row in rows)
    if case.expected:
        lines += [f"{INDENT * 2}expect:", *_expected(case.expected)]
    return "\n".join(lines) + "\n"


def _prior(case: Case, program: Program) -> str:
    """The tier held before, where the history is one open row of it."""
    rows = case.records.get(STATUSES, ())
    if len(rows) != 1 or rows[0].get("before") is not None or rows[0].get("cause") is not None:
        return ""
    row, known = rows[0], (*program.ladder.names, *(former for former, _ in program.ladder.was))
    if row.get("partner_id") != case.partner or row["tier"] not in known:
        return ""
    return f"{{tier: {row['tier']}, from: {row['from']}}}"


def _names_people(case: Case, program: Program) -> bool:
    """Whether a record names its partner or person."""
    fields = {
        (table.name, each.name)
        for table in program.records.tables
        for each in table.stored
        if each.references == PEOPLE
    }
    return any(row.get(name) is not None for table, name in fields for row in case.records.get(table, ()))


def render_record(row: Row, table: RecordTable) -> str:
    """A record in braces, its fields in the order of the table; what is missing is left out."""
    fields = ((each, row.get(each.name)) for each in table.stored)
    # a missing partner must be written: if left out, it would be the partner of the case
    words = (
        f"{each.name}: {_value(value, _type_in(row, each.type))}"
        for each, value in fields
        if value is not None or (each.name == table.partner and each.optional)
    )
    return "{" + ", ".join(words) + "}"


def _type_in(row: Row, type: Type) -> Type:
    """The type of a field in this row: an amount in the currency of its row is in that."""
    return replace(type, currency=str(row.get(CURRENCY))) if type.currency == ROW else type


def _value(value: Value, type: Type) -> str:
    return "missing" if value is None else render_answer(value, type)


def _expected(expected: tuple[Expectation, ...]) -> list[str]:
    """The expectations as a tree, in the order of their first mention."""
    tree: dict[str, object] = {}
    for each in expected:
        _put(tree, each.path, render_answer(each.answer, each.type, each.percent))
    return list(_tree(tree, 3))


def _put(tree: dict[str, object], path: Path, text: str) -> None:
    for word in path[:-1]:
        below = tree.setdefault(word, {})
        if not isinstance(below, dict):
            return  # the amount in all is said already: the parts say it again
        tree = below
    tree[path[-1]] = text


def _tree(tree: Mapping[str, object], depth: int) -> Iterable[str]:
    for key, value in tree.items():
        name = render_text(key)
        if not isinstance(value, dict):
            yield f"{INDENT * depth}{name}: {value}"
        elif all(not isinstance(each, dict) for each in value.values()):
            inside = ", ".join(f"{render_text(each)}: {text}" for each, text in value.items())
            yield f"{INDENT * depth}{name}: {{{inside}}}"
        else:
            yield f"{INDENT * depth}{name}:"
            yield from _tree(value, depth + 1)
