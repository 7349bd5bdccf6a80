"""What finance pays from: each earning with names and how it is settled, and the total of each payee."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

from engine.plan.outputs import PARTNER

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from engine.language.program import Incentive, Program
    from engine.plan.plan import Earning
    from engine.records.snapshot import Snapshot
    from engine.runs.leaf import Row

NAME = "name"
BATCH = 10_000  # earnings whose partners are named at once
TOLD = ("partner_name", "payee", "payee_name", "title", "settle_by", "accounting", "minor_units")
"""Columns of an earning that say who is paid and how; names of sellers are never stored."""

PAYEES = ("payee", "payee_id", "payee_name", "currency", "settle_by", "accounting", "earnings", "amount",
          "minor_units", "undecided")  # fmt: skip


@dataclass(frozen=True, slots=True)
class About:
    """What the lists of a run say beside its decisions: names of its records, and words of its program."""

    snapshot: Snapshot
    program: Program


@dataclass(frozen=True, slots=True)
class Paid:
    """An earning with what the program says of its incentive. `to_seller`: it is not the partner's own."""

    row: Row
    title: str
    settle_by: str
    accounting: str
    to_seller: bool
    partner_name: str

    @property
    def payee(self) -> str:
        """Who is paid, in a word."""
        return "seller" if self.to_seller else "partner"

    @property
    def payee_name(self) -> str:
        """The name of who is paid, as far as it is stored."""
        return "" if self.to_seller else self.partner_name


def read_payable(
    rows: Iterable[Row], earnings: Mapping[str, Earning], about: About | None, connection: DuckDBPyConnection
) -> Iterator[Paid]:
    """Earnings as they come, with all that is said of them."""
    rows = iter(rows)
    declared: dict[tuple[object, object], Incentive | None] = {}
    while batch := list(islice(rows, BATCH)):
        names = names_of({str(row[PARTNER]) for row in batch}, about, connection)
        for row in batch:
            earning = earnings[str(row["incentive"])]
            kind = row["incentive"], row["period_from"]
            if kind not in declared:
                declared[kind] = incentive_of(about.program, row) if about is not None else None
            told = declared[kind]
            title, settle, booked = (told.title, told.settle_by, told.accounting) if told else (earning.title, "", "")
            to_seller = earning.is_to_seller(row["earner_id"], row[PARTNER])
            yield Paid(row, title, settle, booked, to_seller, names.get(str(row[PARTNER]), ""))


def names_of(partners: set[str], about: About | None, connection: DuckDBPyConnection) -> dict[str, str]:
    """The names of partners in the records, by id."""
    from engine.records.snapshot import stored_rows

    table = about.snapshot.table("partners") if about is not None else None
    if about is None or table is None or table.type_of(NAME) is None:
        return {}
    rows = stored_rows(about.snapshot.path("partners"))
    asked = f"SELECT {PARTNER}, {NAME} FROM {rows} WHERE {NAME} IS NOT NULL AND {PARTNER} IN (SELECT unnest(?))"
    return dict(connection.execute(asked, [sorted(partners)]).fetchall())


def incentive_of(program: Program, row: Row) -> Incentive | None:
    """The incentive of an earning, by the rules that held on the first day of its period; else by the last rules."""
    start = row["period_from"]
    rules = [each for version in program.versions for each in version.stages]
    in_force = [each for each in rules if isinstance(start, date) and each.first_day <= start]
    for each in (*reversed(in_force), *reversed(rules)):
        for incentive in each.incentives:
            if incentive.name == row["incentive"]:
                return incentive
    return None


def minor_units(row: Row) -> str:
    """The amount as a whole number of the smallest unit of its currency; "" if it is undecided."""
    from engine.language.currency import minor_of, scale_of

    currency, amount = str(row["currency"]), row["amount"]
    if not isinstance(amount, Decimal) or scale_of(currency) is None:
        return ""
    return str(minor_of(amount, currency))  # rounding comes right after pay, so it is a whole number


@dataclass(slots=True)
class Total:
    """What one payee gets in a currency, settled in one way."""

    name: str
    earnings: int = 0
    amount: Decimal = field(default_factory=Decimal)
    undecided: int = 0


def totals_by_payee(payable: Iterable[Paid]) -> Iterator[tuple[str, ...]]:
    """One row for each payee, currency and way of settling; an undecided earning is counted and not paid."""
    from engine.language.currency import in_minor_units

    found: dict[tuple[str, ...], Total] = {}
    for each in payable:
        row = each.row
        id = str(row["earner_id"] or "")  # of a sale without a seller nobody is known
        key = (each.payee, id, str(row["currency"]), each.settle_by, each.accounting)
        total = found.setdefault(key, Total(each.payee_name))
        amount = row["amount"]
        if isinstance(amount, Decimal):
            total.earnings += 1
            total.amount += amount
        else:
            total.undecided += 1
    for (payee, id, currency, settle, booked), total in sorted(found.items()):
        amount = in_minor_units(total.amount, currency)
        units = minor_units({"currency": currency, "amount": total.amount})
        counts = str(total.earnings), str(amount), units, str(total.undecided)
        yield (payee, id, total.name, currency, settle, booked, *counts)
