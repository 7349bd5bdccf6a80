"""A case typed against its program at its day: full records, expectations with their types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from engine.authoring.cases import codes
from engine.authoring.cases.expected import read_expected
from engine.authoring.cases.given import FIRST, PARTNER, PARTNERS, Given, Record, fill
from engine.authoring.cases.model import Case, Draft
from engine.authoring.cases.soundness import check_records
from engine.authoring.cases.values import read_value
from engine.language.diagnostic import Diagnostic, has_errors, in_file_order
from engine.language.expression import parse_day
from engine.language.lines import shown
from engine.language.near import suggest
from engine.language.program import Program
from engine.language.reading import text_of
from engine.language.source import Mapping as Tree
from engine.language.source import Node, Scalar, Sequence
from engine.plan.plan import Plan
from engine.plan.table import Scan
from engine.types import DATE, ID

STATUSES = "statuses"
PlanAt = Callable[[date], tuple[Plan | None, tuple[Diagnostic, ...]]]
"""The Plan on a day on which the version holds; None where findings forbid it."""

Files = Mapping[str, Sequence]
"""The rows of CSV files by the name a case gives them."""


def fields_read(plan: Plan) -> dict[str, frozenset[str]]:
    """The fields by record table that a Plan reads."""
    return {
        each.table: frozenset(column.name for column in each.columns) for each in plan.tables if isinstance(each, Scan)
    }


def read_case(
    draft: Draft, program: Program, plan_at: PlanAt, files: Files | None = None
) -> tuple[Case | None, tuple[Diagnostic, ...]]:
    """The case, and all findings about it; None when one is an error."""
    day, found = _day(draft, program)
    if day is None:
        return None, found
    plan, unfit = plan_at(day)
    if plan is None:
        return None, (*found, *unfit)
    given = Given(program.records, day, fields_read(plan), reports=list(found))
    for name, node in draft.given:
        given.read(name, (files or {}).get(node.text, node) if isinstance(node, Scalar) else node)
    partner = _partner(draft, given)
    _prior(draft, program, given)
    fill(given, partner)
    reports = given.reports
    if not has_errors(reports):
        reports += check_records(given)
    ids = {name: tuple(str(each.values[each.table.key[0]]) for each in rows) for name, rows in given.tables.items()}
    expected, more = read_expected(draft.expect, program, plan, ids)
    reports += more
    if not expected and not more and not draft.skip:
        message = f"the case `{shown(draft.name)}` has no `expect`, so it cannot fail"
        reports.append(codes.NOTHING_EXPECTED.at(draft.span, message, help="add `expect`"))
    findings = in_file_order(reports)
    if has_errors(findings):
        return None, findings
    records = {name: tuple(each.values for each in rows) for name, rows in given.tables.items()}
    return Case(draft.name, day, partner, records, expected, draft.span, draft.skip, draft.why), findings


def _day(draft: Draft, program: Program) -> tuple[date | None, tuple[Diagnostic, ...]]:
    """The day of the case, not before the first day of the version."""
    if draft.as_of is None:
        message = f"the case `{shown(draft.name)}` has no `as_of` day"
        return None, (
            codes.CASE_DAY.at(draft.span, message, help=f"add `as_of: {program.effective[0]}`, or one for all cases"),
        )
    parsed, found = parse_day(draft.as_of)
    if parsed is None:
        return None, found
    if program.effective[0] <= parsed.value:
        return parsed.value, found
    message = f"version {program.version} is not in force on {parsed.value}; it begins on {program.effective[0]}"
    return None, (codes.CASE_DAY.at(draft.as_of.span, message, help="use a later date"),)


def _partner(draft: Draft, given: Given) -> str:
    """Whose decision the case is about: the one named, else the only one."""
    rows = given.rows(PARTNERS)
    named = [str(each.values[PARTNER]) for each in rows if PARTNER in each.values]
    if draft.partner is None:
        if len(rows) > 1:
            help = f"add `partner: {named[0] if named else FIRST}`"
            message = f"the case gives {len(rows)} partners but does not say which one the case is about"
            given.reports.append(codes.CASE_PARTNER.at(draft.span, message, help=help))
        return named[0] if named else FIRST
    value, found = read_value(draft.partner, ID)
    given.reports += found
    if rows and len(named) == len(rows) and value not in named and not found:
        message = f"the case gives no partner `{shown(draft.partner.text)}`"
        given.reports.append(
            codes.CASE_PARTNER.at(draft.partner.span, message, help=suggest(draft.partner.text, named))
        )
    return value if isinstance(value, str) else FIRST


def _prior(draft: Draft, program: Program, given: Given) -> None:
    """The tier held before, as a row of the status history."""
    if draft.prior is None:
        return
    node = draft.prior
    word = node if isinstance(node, Scalar) else node.get("tier") if isinstance(node, Tree) else None
    tier = text_of(word)
    ladder = (*program.ladder.names, *(former for former, _ in program.ladder.was))
    if word is not None and tier not in ladder:
        message = f"the program has no tier `{shown(tier)}`"
        help = suggest(tier, ladder) if ladder else "it has no tiers"
        given.reports.append(codes.UNKNOWN_EXPECTATION.at(word.span, message, help=help))
        return
    table = program.records.table(STATUSES)
    assert table is not None  # standard
    places = {"tier": word.span, "from": word.span} if word is not None else {}
    record = Record(table, node.span, {"tier": tier, "from": program.effective[0]}, places)
    _since(node, record, given)
    given.tables.setdefault(STATUSES, []).append(record)


def _since(node: Node, record: Record, given: Given) -> None:
    """Since when the tier was held, where the case says so."""
    start = node.get("from") if isinstance(node, Tree) else None
    if isinstance(start, Scalar):
        value, found = read_value(start, DATE)
        given.reports += found
        record.values["from"] = value if isinstance(value, date) else None
        record.places["from"] = start.span
