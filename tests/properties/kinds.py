"""A small program for every way in which a kind of the catalogue can earn: made of its schema, known by no name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.language.program import Program
from engine.plan.scalar import Value
from rules import KINDS
from tests.properties.program_incentives import Preset, preset_of
from tests.properties.program_text import Tree
from tests.properties.programs import Case, loaded
from tests.properties.records import Row, Rows, reach_of

TITLE = "The bonus"
NAME = "bonus"
AS_OF = date(2026, 12, 31)
HEAD: Mapping[str, Tree] = {
    "rung": "1",
    "program": "small",
    "version": "v1",
    "effective": {"from": "2026-01-01", "before": "2027-01-01"},
    "currency": "USD",
    "metrics": {"revenue": {"from": "sales", "sum": "amount", "window": "lifetime"}},
    "tiers": {"ladder": ["registered", "silver"], "silver": {"requires": ["revenue >= 1_000 USD"]}},
}
PAYS: Mapping[str, dict[str, Tree]] = {
    "rate": {"rate": "10%"},
    "rate by tier": {"rate": {"by": ["tier"], "values": {"registered": "1%", "silver": "2%"}}},
    "amount once": {"amount": "50 USD"},
    "amount per number": {"amount": "5 USD", "per": "2"},
    "amount per money": {"amount": "5 USD", "per": "100 USD"},
    "marginal bands": {"bands": [{"from": "0 USD", "rate": "1%"}, {"from": "150 USD", "rate": "10%"}]},
    "whole bands": {
        "method": "whole",
        "bands": [{"from": "0 USD", "rate": "1%"}, {"from": "150 USD", "amount": "40 USD"}],
    },
}
"""Every form of pay."""
SALES = (
    ("S1", "P1", "E1", "C1", "sale", None, date(2026, 1, 10), 4, 300),
    ("S2", "P1", "E1", "C2", "sale", None, date(2026, 2, 10), 5, 700),
    ("S3", "P1", "E2", "C1", "sale", None, date(2026, 5, 10), 8, 1000),
    ("S4", "P1", "E1", "C2", "return", "S2", date(2026, 5, 11), -1, -100),
    ("S5", "P2", "E1", "C2", "sale", None, date(2026, 6, 10), 6, 200),
    ("S6", "P2", None, None, "sale", None, date(2026, 6, 11), 6, 200),
)
COLUMNS = (
    "sale_id", "partner_id", "seller_id", "customer_id", "entry", "returns_id", "closed_on", "quantity", "amount",
)  # fmt: skip


@dataclass(frozen=True)
class Small:
    """A program with one incentive of a kind, and records on which it earns."""

    kind: str
    grain: str
    pay: str
    case: Case

    @property
    def id(self) -> str:
        """What a failing test is called by."""
        return f"{self.kind}: {self.grain}, {self.pay}"

    @property
    def program(self) -> Program:
        """The program, read."""
        return loaded(self.case.text)


def small_programs() -> Iterator[Small]:
    """Every kind with each of its grains and ways to pay; payees and its own words taken in turn."""
    for kind in KINDS:
        preset = preset_of(kind)
        for grain, measure in (("record", "of"), ("period", "sum")):
            for pay, keys in PAYS.items():
                if measure in preset.keys and keys.keys() <= preset.keys.keys() and _required(preset, keys):
                    yield Small(kind.name, grain, pay, _case(preset, grain, measure, pay))


def _required(preset: Preset, keys: Mapping[str, Tree]) -> bool:
    return {"rate", "amount", "bands"} & {*preset.required} <= keys.keys()


def _case(preset: Preset, grain: str, measure: str, pay: str) -> Case:
    place = [*PAYS].index(pay)
    tree: dict[str, Tree] = {"kind": preset.name, "title": TITLE, "from": "sales", "eligible": ["tier >= registered"]}
    tree["during"] = {"from": "2026-01-01", "before": "2027-01-01"}
    tree |= {key: (words := preset.words(key))[place % len(words)] for key in preset.own}
    if grain == "period":
        tree["period"] = "quarter"
    if pay != "amount once" or grain == "period":
        tree[measure] = "quantity" if pay == "amount per number" else "amount"
    tree |= PAYS[pay]
    limit: dict[str, Tree] = {"at_most": "1_000 USD", "per": ["partner", "year"]}
    tree["limits"] = [limit]
    payees = [str(each) for each in preset.words("payee")]
    tree["payee"] = payees[place % len(payees)]
    text = Case({**HEAD, "incentives": {NAME: tree}}, AS_OF, {})
    return Case(text.sections, AS_OF, records_of(loaded(text.text)))


def records_of(program: Program) -> Rows:
    """Two partners, two sellers, two customers, five sales and a return."""
    partners: list[Row] = [{"partner_id": each} for each in ("P1", "P2")]
    sales: list[Row] = [dict(zip(COLUMNS, each, strict=True)) for each in SALES]
    given: dict[str, list[Row]] = {
        "partners": partners,
        "people": [{"person_id": "E1", "partner_id": "P1"}, {"person_id": "E2", "partner_id": "P1"}],
        "customers": [{"customer_id": "C1"}, {"customer_id": "C2"}],
        "sales": [{**each, "amount": _money(each["amount"])} for each in sales],
    }
    rows: Rows = {
        table.name: [{each.name: row.get(each.name) for each in table.stored} for row in given.get(table.name, ())]
        for table in program.records.tables
    }
    return {**rows, "reach": reach_of(rows["partners"])}


def _money(value: Value) -> Decimal:
    assert isinstance(value, int)
    return Decimal(value).quantize(Decimal("0.01"))
