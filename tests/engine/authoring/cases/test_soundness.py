"""The rules between the records of a case are those of an import."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from engine.authoring.cases.given import Given, Record
from engine.authoring.cases.soundness import MAX_PARENTS, check_records, reach_of
from engine.language.diagnostic import has_errors
from engine.language.source import Span
from engine.plan.scalar import Value
from engine.records.rules import MAX_PARENTS as OF_AN_IMPORT
from tests.engine.authoring.cases.suites import only, told
from tests.engine.records.desk import FEED, SCHEMA, imported
from tests.properties.agreement import seeded

HERE = Span("x.test.yaml", 1, 1, 1, 2)
WHOLE = (
    FEED.replace("tables:", "  tiers: {file: tiers.csv}\ntables:")
    .replace("{sale_id: sale,", "{sale_id: sale, returns_id: of,")
    .replace("entry: {constant: sale}", "entry: entry, quantity: quantity")
    + "  statuses: {from: tiers, fields: {partner_id: partner, tier: tier, from: start, before: end}}\n"
)
PARTNERS = ("P1", "P2", "P3", "P4")
Rows = dict[str, list[dict[str, Value]]]


def drawn(random: Random) -> Rows:
    """A few records with parents, returns and periods that may or may not be sound."""
    partners: list[dict[str, Value]] = [
        {"partner_id": each, "parent_id": random.choice((None, None, *PARTNERS))}
        for each in random.sample(PARTNERS, random.randint(2, 4))
    ]
    sales: list[dict[str, Value]] = [
        {
            "sale_id": f"S{random.randint(1, 12)}",
            "partner_id": random.choice(PARTNERS[:3]),
            "returns_id": (returns := random.choice((None, None, None, "S1", "S2"))),
            "entry": random.choice(("return", "return", "return", "adjustment", "sale") if returns else ("sale",) * 5),
            "closed_on": date(2026, 1, 1) + timedelta(random.choice((number, 1))),
            "amount": Decimal(random.choice((-2, -1, 0, 1)) if returns else random.choice((-1, 0, 1, 2, 3))),
            "quantity": random.choice((None, -1, 0)) if returns else random.choice((None, 0, 1, 2)),
        }
        for number in range(random.randint(0, 4))
    ]
    if sales and random.random() < 0.2:
        sales[0] |= {"entry": random.choice(("return", "adjustment"))}
    statuses: list[dict[str, Value]] = []
    for _ in range(random.randint(0, 3)):
        start = date(2026, 1, random.randint(1, 9))
        before = random.choice((None, start + timedelta(random.randint(0, 6))))
        statuses.append({"partner_id": random.choice(PARTNERS[:2]), "tier": "t", "from": start, "before": before})
    return {"partners": partners, "sales": sales, "statuses": statuses}


def files_of(rows: Rows) -> dict[str, str]:
    """The same records as files of a feed."""

    def line(*cells: Value) -> str:
        return ",".join("" if each is None else str(each) for each in cells) + "\n"

    accounts = [line(row["partner_id"], row["parent_id"], "x") for row in rows["partners"]]
    lines = [
        line(row["sale_id"], row["partner_id"], row["returns_id"], row["entry"], row["closed_on"], row["amount"],
             row["quantity"])
        for row in rows["sales"]
    ]  # fmt: skip
    tiers = [line(row["partner_id"], row["tier"], row["from"], row["before"]) for row in rows["statuses"]]
    return {
        "accounts.csv": "id,parent,name\n" + "".join(accounts),
        "lines.csv": "sale,partner,of,entry,day,amount,quantity\n" + "".join(lines),
        "tiers.csv": "partner,tier,start,end\n" + "".join(tiers),
    }


def sound(rows: Rows) -> bool:
    """Whether a case takes these records."""
    records = Given(SCHEMA, date(2026, 1, 1), {})
    for name, many in rows.items():
        table = SCHEMA.table(name)
        assert table is not None
        records.tables[name] = [Record(table, HERE, dict(row), dict.fromkeys(row, HERE)) for row in many]
    return not list(check_records(records))


@seeded(2)
@given(st.integers(0, 2**32))
def test_a_case_takes_what_an_import_takes(seed: int) -> None:
    """Records that an import refuses make no case, and the other way round; a case repeats no row, either."""
    rows = drawn(Random(seed))
    unique = all(len({str(sorted(row.items())) for row in many}) == len(many) for many in rows.values())
    if not unique:
        assert not sound(rows) or not rows["sales"]
        return
    with TemporaryDirectory() as folder:
        result = imported(Path(folder), WHOLE, files_of(rows), dry_run=True)
    assert sound(rows) is not has_errors(result.diagnostics), (rows, result.diagnostics)


def test_parents_are_as_deep_as_in_an_import() -> None:
    """Sixteen parents are taken, seventeen are not; below a circle nothing is told twice."""
    assert MAX_PARENTS == OF_AN_IMPORT

    def chain(length: int) -> Rows:
        return {"partners": [{"partner_id": f"P{n}", "parent_id": f"P{n - 1}" if n else None} for n in range(length)]}

    assert sound(chain(17))
    assert not sound(chain(18))
    assert told("""
        cases:
          a partner below a circle:
            partner: P1
            given:
              partners: [{partner_id: P1, parent_id: P2},
                {partner_id: P2, parent_id: P3}, {partner_id: P3, parent_id: P2}]
            expect: {tier: registered}
    """) == ["RNG905 8: `P2` is its own ancestor"]


def test_sums_have_room() -> None:
    """More than sums hold exactly is refused, as by an import."""
    assert told("""
        cases:
          two sales of nearly everything:
            given:
              sales: [{times: 12, closed_on: 2026-05-01, amount: 90_071_992_547_409.91 USD}]
            expect: {tier: registered}
    """) == ["RNG905 6: `sales.amount` adds up to more than 17 digits"]


def test_reach_is_everybody_below() -> None:
    """A partner reaches itself and all below it, at any depth."""
    case = only("""
        cases:
          three levels:
            partner: P1
            given:
              partners: [{partner_id: P1}, {partner_id: P2, parent_id: P1}, {partner_id: P3, parent_id: P2}]
            expect: {tier: registered}
    """)
    pairs = {(row["partner_id"], row["source_id"]) for row in reach_of([dict(row) for row in case.records["partners"]])}
    assert pairs == {("P1", "P1"), ("P1", "P2"), ("P1", "P3"), ("P2", "P2"), ("P2", "P3"), ("P3", "P3")}
