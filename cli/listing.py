"""`rung evaluate --show`: the rows of a run, read from its files and written as they come."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from cli.options import Format
from cli.output import Sheet, md_head, md_line, render_text
from cli.payable import PAYEES, TOLD, minor_units, names_of, read_payable, totals_by_payee
from cli.words import YES_NO
from cli.workbook import Page
from engine.plan.outputs import (
    COMPLETE,
    CONDITIONS,
    EARNINGS,
    ENTITLEMENTS,
    PARTNER,
    RUNNING,
    STATUSES,
    Shape,
    granted,
)
from engine.plan.owner import TIERS, Owner, OwnerKind, said_scope
from engine.spreadsheet import csv_line

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from cli.payable import About, Paid
    from engine.plan.plan import Condition, Earning, Entitlement, Plan
    from engine.runs.leaf import Row
    from engine.runs.store import Run

Cells = tuple[str, ...]

ANSWERS: Mapping[bool | None, str] = {True: YES_NO[True], False: YES_NO[False], None: "undecided"}
DATES = frozenset({"period_from", "period_before", COMPLETE, "day"})
OUTCOMES = {True: "met", False: "not met", None: "cannot decide"}
KEYS = tuple(name for name, _ in EARNINGS.keys)
STEPS = EARNINGS.values
PAID = ("rounded", "amount")
UNDECIDED = "undecided earnings"
TO_SELLERS = " earned by sellers"  # ends the name of a column: it is no money of the partner
SO_FAR = "so far, not owed"


class Show(StrEnum):
    """What of a run is printed."""

    TOTALS = "totals"
    PARTNERS = "partners"
    EARNINGS = "earnings"
    PAYEES = "payees"
    RUNNING = "running"
    BENEFITS = "benefits"
    CONDITIONS = "conditions"


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of text under named columns, to be read once; `numbers` names the columns that align to the right."""

    columns: Cells
    rows: Iterator[Cells]
    numbers: frozenset[str] = frozenset()

    def parts(self, form: Format) -> Iterator[str]:
        """The list in pieces. A table for a terminal needs all rows for its widths; the others go as they come."""
        if form is Format.CSV:
            yield csv_line(self.columns)
            yield from map(csv_line, self.rows)
        elif form is Format.MD:
            yield md_head(self.columns, self.numbers)
            yield from map(md_line, self.rows)
        else:
            yield render_text(Sheet(self.columns, tuple(self.rows), self.numbers))

    def page(self, name: str) -> Page:
        """The list as a sheet of a workbook."""
        return Page(name, self.columns, self.rows, self.numbers, DATES)


@contextmanager
def listed(run: Run, plan: Plan, show: Show, about: About | None = None) -> Iterator[Listing]:
    """The list of a stored run; its rows can be read while the context is open."""
    with opened(run, plan, about) as results:
        yield LISTS[show](results)


@contextmanager
def opened(run: Run, plan: Plan, about: About | None = None) -> Iterator[Results]:
    """A stored run, open for its lists. Without `about`, they have no names and no words of the program."""
    from engine.duck import open_connection

    with tempfile.TemporaryDirectory() as folder:
        folders = (run.folder, *([about.snapshot.folder] if about is not None else []))
        connection = open_connection(None, "1GB", Path(folder), folders)
        try:
            yield Results(run, plan, connection, about)
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class Results:
    """A run's tables, open for reading."""

    run: Run
    plan: Plan
    connection: DuckDBPyConnection
    about: About | None = None

    def payable(self, shape: Shape) -> Iterator[Paid]:
        """The earnings of an output, with all that is said of them."""
        earnings = {each.incentive: each for each in self.plan.earnings}
        names = self.connection.cursor()  # another one is busy with the rows
        yield from read_payable(self.rows(shape), earnings, self.about, names)

    def partners(self) -> Iterator[str]:
        """Every partner decided, in order."""
        from engine.runs.results import partners_decided

        yield from partners_decided(self.run.folder, self.connection)

    def rows(self, shape: Shape, *, sort: bool = False) -> Iterator[Row]:
        """The rows of an output as they are stored, or in the order of its key; one that the run lacks has none."""
        from engine.runs.results import columns_of_output, read_rows

        for output in self.plan.outputs:
            if output.name == shape.name:
                key = output.key if sort else ()
                yield from read_rows(self.run.path(shape.name), columns_of_output(output), key, self.connection)


def list_earnings(results: Results) -> Listing:
    """One row for each earning: for whom, for what, the steps, what is payable, to whom and how."""
    columns = (*KEYS, *STEPS, "undecided", *TOLD)
    rows = (
        (*(cell(paid(each.row, name)) for name in (*KEYS, *STEPS)), undecided(each.row), *told(each))
        for each in results.payable(EARNINGS)
    )
    return Listing(columns, rows, frozenset((*STEPS, "minor_units")))


def told(each: Paid) -> Cells:
    """Who is paid and how."""
    return (each.partner_name, each.payee, each.payee_name, each.title, each.settle_by, each.accounting,
            minor_units(each.row))  # fmt: skip


def undecided(row: Row) -> str:
    """Whether an earning has no amount."""
    return YES_NO[row["amount"] is None]


def list_running(results: Results) -> Listing:
    """One row for each earning of a running period: what it comes to so far, which is not owed, and when it will be."""
    columns = (*KEYS, COMPLETE, *STEPS[:-1], SO_FAR, "undecided", *TOLD[:-1])
    rows = (
        (*(cell(paid(each.row, name)) for name in (*KEYS, COMPLETE, *STEPS)), undecided(each.row), *told(each)[:-1])
        for each in results.payable(RUNNING)
    )
    return Listing(columns, rows, frozenset((*STEPS, SO_FAR)))


def list_payees(results: Results) -> Listing:
    """One row for each payee, currency and way of settling: how many earnings, and what they come to."""
    numbers = frozenset({"earnings", "amount", "minor_units", "undecided"})
    return Listing(PAYEES, totals_by_payee(results.payable(EARNINGS)), numbers)


def paid(row: Row, name: str) -> object:
    """A column of an earning; what can be paid has the digits of its currency."""
    from engine.language.currency import in_minor_units

    value = row[name]
    return in_minor_units(value, str(row["currency"])) if name in PAID and isinstance(value, Decimal) else value


def list_benefits(results: Results) -> Listing:
    """One row for each partner and benefit: whether it is granted, and its value."""
    rows = (
        (cell(row[PARTNER]), each.said, answer(row[granted(each.name)], ANSWERS), cell(row[each.name]))
        for row in results.rows(ENTITLEMENTS)
        for each in benefits_of(results.plan, row)
    )
    return Listing((PARTNER, "benefit", "granted", "value"), rows, frozenset({"value"}))


def benefits_of(plan: Plan, row: Row) -> Iterator[Entitlement]:
    """The benefits that have the scope of a row of the entitlements."""
    return (each for each in plan.entitlements if (said_scope(each.scope) or None) == row["scope"])


def list_conditions(results: Results) -> Listing:
    """One row for each partner, day and line judged on it: whether it is met, its value, and what is missing."""
    columns = (PARTNER, "day", "condition", "line", "text", "outcome", "value", "distance")
    rows = (
        (
            cell(row[PARTNER]),
            cell(row["day"]),
            each.id,
            str(each.span.line),
            each.text,
            answer(row[each.id], OUTCOMES),
            cell(row.get(f"{each.id}.value")),
            cell(row.get(f"{each.id}.distance")),
        )
        for row in results.rows(CONDITIONS)
        for each in judged(results.plan, row)
    )
    return Listing(columns, rows, frozenset({"value", "distance"}))


def judged(plan: Plan, row: Row) -> Iterator[Condition]:
    """The lines that a row answers: all on the day of the run, those of an incentive on a day that it judged."""
    incentive, day = row["incentive"], row["day"]
    if incentive is None:
        yield from plan.conditions
        return
    for each in plan.judgings:
        first, last = each.days
        if isinstance(day, date) and first <= day <= last:
            yield from (line for line in each.conditions if line.owner == Owner(OwnerKind.INCENTIVE, str(incentive)))


def list_partners(results: Results) -> Listing:
    """One row for each partner decided: status, benefits, and what it earned by incentive."""
    columns: dict[str, None] = {PARTNER: None}
    partners = {each: {PARTNER: each} for each in results.partners()}
    found: dict[str, None] = {}
    for row in results.rows(STATUSES, sort=True):
        own = partners[cell(row[PARTNER])]
        if row["ladder"] == TIERS:
            cells = {name: cell(row[name]) for name in STATUSES.values}
        else:
            cells = {".".join(cell(row[each]) for each in ("ladder", "scope") if row[each]): cell(row["held"])}
        found |= dict.fromkeys(cells)
        own.update(cells)
    columns |= dict.fromkeys(each for each in _status_columns(results.plan) if each in found) | found
    for row in results.rows(ENTITLEMENTS, sort=True):
        own = partners[cell(row[PARTNER])]
        for each in benefits_of(results.plan, row):
            cells = {each.said: cell(row[each.name]), granted(each.said): cell(row[granted(each.name)])}
            columns |= dict.fromkeys(cells)
            own.update(cells)
    known = {each.incentive: each for each in results.plan.earnings}
    of_partners = dict.fromkeys(sum_of(each.incentive, each.currency) for each in results.plan.earnings)
    earned: dict[str, None] = {}
    for row in results.rows(EARNINGS):
        earned |= dict.fromkeys(add_earning(partners[cell(row[PARTNER])], row, known[str(row["incentive"])]))
    sums = [each for each in {**of_partners, **earned} if each in earned or each + TO_SELLERS not in earned]
    columns |= dict.fromkeys((*sums, UNDECIDED))
    rows = (tuple(cells.get(column, "") for column in columns) for cells in partners.values())
    return Listing(tuple(columns), rows, frozenset({*sums, UNDECIDED}))


def list_named(results: Results) -> Listing:
    """The partners as a sheet for people: with their names, and benefits that are numbers as such."""
    listing = list_partners(results)
    rows = tuple(listing.rows)
    names = names_of({row[0] for row in rows}, results.about, results.connection)
    numbers = {each.said for each in results.plan.entitlements if each.type.is_numeric}
    columns = (PARTNER, TOLD[0], *listing.columns[1:])
    named = ((row[0], names.get(row[0], ""), *row[1:]) for row in rows)
    return Listing(columns, named, listing.numbers | (numbers & {*columns}))


def _status_columns(plan: Plan) -> Iterator[str]:
    """The columns of the tiers, and of each designation in the program's order, whichever partner comes first."""
    yield from STATUSES.values
    yield from (f"{each.name}.{said_scope(each.scope)}" if each.scope else each.name for each in plan.ladders)


def sum_of(incentive: str, currency: str) -> str:
    """The column with what a partner earned of an incentive in a currency."""
    return f"{incentive} {currency}"


def add_earning(cells: dict[str, str], row: Row, earning: Earning) -> Iterator[str]:
    """Add an earning to its sum, in its column, or to the number of earnings without an amount."""
    amount = paid(row, "amount")
    if isinstance(amount, Decimal):
        whose = TO_SELLERS if earning.is_to_seller(row["earner_id"], row[PARTNER]) else ""
        column = sum_of(cell(row["incentive"]), cell(row["currency"])) + whose
        cells[column] = str(Decimal(cells.get(column, "0")) + amount)
        yield column
    else:
        cells[UNDECIDED] = str(int(cells.get(UNDECIDED, "0")) + 1)


LISTS: Mapping[Show, Callable[[Results], Listing]] = {
    Show.PARTNERS: list_partners,
    Show.EARNINGS: list_earnings,
    Show.PAYEES: list_payees,
    Show.RUNNING: list_running,
    Show.BENEFITS: list_benefits,
    Show.CONDITIONS: list_conditions,
}


def answer(value: object, words: Mapping[bool | None, str]) -> str:
    """The word for yes, no or undecided."""
    return words[None if value is None else bool(value)]


def cell(value: object) -> str:
    """A value in a cell: yes or no; missing is empty."""
    from engine.runs.results import text_of

    return "" if value is None else text_of(value)  # type: ignore[arg-type]  # rows hold only such values
