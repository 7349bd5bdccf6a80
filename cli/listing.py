"""`rung evaluate --show`: the rows of a run, read from its files and written as they come."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from cli.options import Format
from cli.output import Sheet, csv_line, md_head, md_line, render_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from engine.plan.plan import Plan
    from engine.runs.leaf import Row
    from engine.runs.store import Run

Cells = tuple[str, ...]

ANSWERS = {True: "yes", False: "no", None: "undecided"}
OUTCOMES = {True: "met", False: "not met", None: "cannot decide"}
STEPS = ("measure", "earned", "limited", "amount")
KEYS = ("incentive", "partner_id", "earner_id", "period", "period_from", "period_before", "source_id")


class Show(StrEnum):
    """What of a run is printed."""

    TOTALS = "totals"
    PARTNERS = "partners"
    EARNINGS = "earnings"
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


@contextmanager
def listed(run: Run, plan: Plan, show: Show) -> Iterator[Listing]:
    """The list of a stored run; its rows can be read while the context is open."""
    from engine.duck import open_connection

    with tempfile.TemporaryDirectory() as folder:
        connection = open_connection(None, "1GB", Path(folder), (run.folder,))
        try:
            yield LISTS[show](Results(run, plan, connection))
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class Results:
    """A run's tables, open for reading."""

    run: Run
    plan: Plan
    connection: DuckDBPyConnection

    def rows(self, name: str, *, sort: bool = False) -> Iterator[Row]:
        """The rows of a table as they are stored, or in the order of its key; a table the run lacks has none."""
        from engine.runs.results import columns_of_output, read_rows

        for output in self.plan.outputs:
            if output.name == name:
                key = output.key if sort else ()
                yield from read_rows(self.run.path(name), columns_of_output(output), key, self.connection)


def list_earnings(results: Results) -> Listing:
    """One row for each earning: for whom, for what, the steps, and what is payable."""
    currency = {each.incentive: each.currency for each in results.plan.earnings}
    columns = (*KEYS, *STEPS, "currency", "undecided")
    rows = (
        (
            *(cell(row[name]) for name in (*KEYS, *STEPS)),
            currency[str(row["incentive"])],
            "yes" if row["amount"] is None else "no",
        )
        for row in results.rows("earnings")
    )
    return Listing(columns, rows, frozenset(STEPS))


def list_benefits(results: Results) -> Listing:
    """One row for each partner and benefit: whether it is granted, and its value."""
    names = [each.id for each in results.plan.entitlements]
    rows = (
        (cell(row["partner_id"]), name, answer(row[f"{name}.granted"], ANSWERS), cell(row[name]))
        for row in results.rows("entitlements")
        for name in names
    )
    return Listing(("partner_id", "benefit", "granted", "value"), rows, frozenset({"value"}))


def list_conditions(results: Results) -> Listing:
    """One row for each partner and line of the program: whether it is met, its value, and what is missing."""
    conditions = results.plan.conditions
    columns = ("partner_id", "condition", "line", "text", "outcome", "value", "distance")
    rows = (
        (
            cell(row["partner_id"]),
            each.id,
            str(each.span.line),
            each.text,
            answer(row[each.id], OUTCOMES),
            cell(row.get(f"{each.id}.value")),
            cell(row.get(f"{each.id}.distance")),
        )
        for row in results.rows("conditions")
        for each in conditions
    )
    return Listing(columns, rows, frozenset({"value", "distance"}))


def list_partners(results: Results) -> Listing:
    """One row for each partner: status, benefits, and what it earned by incentive."""
    columns: dict[str, None] = {"partner_id": None}
    partners: dict[str, dict[str, str]] = {}
    for name in ("statuses", "entitlements"):
        for row in results.rows(name, sort=True):
            cells = {column: cell(value) for column, value in row.items()}
            columns |= dict.fromkeys(cells)
            partners.setdefault(cells["partner_id"], {}).update(cells)
    sums = {each.incentive: f"{each.incentive} {each.currency}" for each in results.plan.earnings}
    columns |= dict.fromkeys((*sums.values(), "undecided earnings"))
    for row in results.rows("earnings"):
        partner = cell(row["partner_id"])
        add_earning(partners.setdefault(partner, {"partner_id": partner}), row, sums)
    rows = (tuple(cells.get(column, "") for column in columns) for _, cells in sorted(partners.items()))
    return Listing(tuple(columns), rows, frozenset({*sums.values(), "undecided earnings"}))


def add_earning(cells: dict[str, str], row: Row, sums: Mapping[str, str]) -> None:
    """Add an earning to the sum of its incentive, or to the number of those without an amount."""
    amount = row["amount"]
    if isinstance(amount, Decimal):
        column = sums[cell(row["incentive"])]
        cells[column] = str(Decimal(cells.get(column, "0")) + amount)
    else:
        cells["undecided earnings"] = str(int(cells.get("undecided earnings", "0")) + 1)


LISTS: Mapping[Show, Callable[[Results], Listing]] = {
    Show.PARTNERS: list_partners,
    Show.EARNINGS: list_earnings,
    Show.BENEFITS: list_benefits,
    Show.CONDITIONS: list_conditions,
}


def answer(value: object, words: Mapping[bool | None, str]) -> str:
    """The word for yes, no or undecided."""
    return words[None if value is None else bool(value)]


def cell(value: object) -> str:
    """A value in a cell; missing is empty."""
    from engine.runs.results import text_of

    return "" if value is None else text_of(value)  # type: ignore[arg-type]  # rows hold only such values
