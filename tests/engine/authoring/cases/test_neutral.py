"""Names taken out of records: the order of ids stays, texts stay where the program has them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine.authoring.cases.decided import decided_case
from engine.authoring.cases.neutral import neutral_records
from engine.authoring.cases.parse import parse_suite
from engine.authoring.cases.running import decide, run_case
from engine.authoring.cases.typed import read_case
from engine.authoring.cases.writing import render_suite
from engine.plan.scalar import Value
from tests.tiny import plan, program

PROGRAM = """
    records:
      partners:
        fields:
          nickname: {type: text, optional: true}
      territories:
        key: [partner_id, territory_id]
        partner: partner_id
        fields: {partner_id: {type: id, references: partners}, territory_id: id}
      sales:
        links: {item: {to: products, by: product_id}}
    certifications:
      pro: {}
    metrics:
      stars: {from: sales, sum: amount, where: item.name is 'Star' and seller_id is not 'house', window: lifetime}
      engineers: {people_holding: pro}
      territories_held: {from: territories, count: records}
    segments:
      good:
        when: [stars >= 1 USD, engineers >= 0, territories_held >= 0, nickname is not 'sale-1']
    tiers:
      ladder: [member, partner]
      requires: [good]
"""
DAY = date(2026, 5, 1)
Row = dict[str, Value]


def world() -> dict[str, tuple[Row, ...]]:
    """A partner with real names."""

    def sale(id: str, seller: str | None, product: str, amount: int) -> Row:
        return {
            "sale_id": id, "partner_id": "ACME-77", "seller_id": seller, "product_id": product, "entry": "sale",
            "closed_on": DAY, "amount": Decimal(amount),
        }  # fmt: skip

    return {
        "partners": ({"partner_id": "ACME-77", "name": "Acme Ltd", "nickname": "the acmes", "parent_id": "HOLDING"},),
        "people": (
            {"person_id": "ann.smith", "partner_id": "ACME-77"},
            {"person_id": "house", "partner_id": "ACME-77"},
        ),
        "certifications": (
            {"holding_id": "H-1", "person_id": "ann.smith", "certification": "pro", "earned_on": DAY},
            {"holding_id": "H-2", "person_id": "ann.smith", "certification": "secret", "earned_on": DAY},
        ),
        "products": ({"product_id": "SKU-1", "name": "Star"}, {"product_id": "SKU-2", "name": "Codename Moon"}),
        "territories": ({"partner_id": "ACME-77", "territory_id": "T-EAST"},),
        "sales": (
            sale("X-9", "ann.smith", "SKU-1", 5),
            sale("X-10", "house", "SKU-1", 7),
            sale("X-2", "eve.elsewhere", "SKU-2", 9),
        ),
        "statuses": ({"partner_id": "ACME-77", "tier": "member", "from": DAY, "before": None, "cause": "by Bob"},),
    }


REAL = ("ACME", "Acme", "acmes", "HOLDING", "ann", "H-1", "SKU", "Moon", "T-EAST", "X-", "eve", "Bob", "secret")


def test_no_name_remains() -> None:
    """Neither ids nor texts, but those that the program compares with; amounts and days stay."""
    compiled = plan(PROGRAM, "2026-06-30")
    case = decided_case("a", program(PROGRAM), compiled, world(), "ACME-77")
    text = render_suite([case], program(PROGRAM))
    assert [each for each in REAL if each in text] == []
    assert "name: Star" in text
    assert text.count("sale_id") == 1  # the sales that did not count played no part
    assert "amount: 5 USD" in text
    assert "certification: pro" in text
    assert "prior: {tier: member, from: 2026-05-01}" in text
    assert "metrics: {stars: 5 USD, engineers: 1, territories_held: 1}" in text


def test_ids_keep_their_order() -> None:
    """Ties are broken by keys, so neutral ids sort as the real ones; none is a word of the program."""
    rows, names = neutral_records(world(), program(PROGRAM), plan(PROGRAM, "2026-06-30"))
    ids = [str(row["sale_id"]) for row in rows["sales"]]
    assert sorted(ids) == [ids[1], ids[2], ids[0]]
    assert all(id.startswith("salex-") for id in ids)
    assert [row["partner_id"] for row in rows["partners"]] == ["P1"]
    assert names.of("partner_id", "ACME-77") == "P1"
    assert names.of("partner_id", "nobody") == "nobody"
    assert [row["seller_id"] for row in rows["sales"]] == ["S1", "house", "S2"]  # the program names the house
    assert rows["territories"] == ({"partner_id": "P1", "territory_id": "territory-1"},)


def test_a_decision_is_the_same_without_names() -> None:
    """What is decided with neutral names is what was decided."""
    compiled = plan(PROGRAM, "2026-06-30")
    case = decided_case("a", program(PROGRAM), compiled, world(), "ACME-77")
    real = decide(compiled, {**world(), "partners": ({"partner_id": "ACME-77", "nickname": "the acmes"},)})
    neutral = decide(compiled, case.records)
    assert [row["held"] for row in real.outputs["statuses"]] == [row["held"] for row in neutral.outputs["statuses"]]


REBATE = """
    incentives:
      rebate:
        kind: rebate
        from: sales
        period: quarter
        sum: amount
        bands: [{from: 0 USD, rate: 1%}]
        payee: partner
"""


def test_records_that_others_own_are_named_by_nothing_but_an_id() -> None:
    """A seller who works elsewhere is a stranger in the case."""
    text = PROGRAM.rstrip() + REBATE
    compiled = plan(text, "2026-06-30")
    rows = world()
    sold = {**rows["sales"][0], "returns_id": None}
    returned = {**sold, "sale_id": "X-11", "returns_id": sold["sale_id"], "entry": "return", "amount": Decimal(-1)}
    rows["sales"] = (sold, {**returned, "seller_id": "eve"})
    case = decided_case("a", program(text), compiled, rows, "ACME-77")
    assert [row["amount"] for row in case.records["sales"]] == [Decimal(5), Decimal(-1)]
    suite, found = parse_suite(render_suite([case], program(text)).encode(), "x.test.yaml")
    assert suite is not None, found
    read, found = read_case(suite.drafts[0], program(text), lambda day: (compiled, ()))
    assert read is not None, found
    assert run_case(read, program(text), compiled)[0].passed
