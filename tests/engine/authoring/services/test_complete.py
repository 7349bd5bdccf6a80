"""What is offered at a place: names in scope and values, in unfinished texts too."""

from __future__ import annotations

import pytest

from engine.authoring.services.complete import complete
from engine.authoring.services.document import Document
from rules import SCHEMA
from tests.engine.authoring.services.programs import EVERYTHING, at, document

PARTNER = {"revenue", "floor", "big", "size", "joined_on", "tier", "as_of", "max", "and"}
ROW = {"amount", "entry", "item", "floor", "as_of", "min", "or"}
TIERS = ["registered", "silver", "gold"]


def offered(old: str, new: str) -> list[str]:
    """The words offered where `new`, with a mark, stands in place of `old`."""
    text = EVERYTHING.replace(old, new, 1)
    place = text.index("|")
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    plain = text[:place] + text[place + 1 :]
    good = document(EVERYTHING)
    broken = Document("p.yaml", plain.encode(), SCHEMA, good.program)
    found = complete(broken, line, column, good)
    assert len(set(found)) == len(found)
    return [each.text for each in found]


@pytest.mark.parametrize(
    ("old", "new", "inside", "outside"),
    [
        ("requires: [revenue >= needed]", "requires: [|]", PARTNER, {"amount", "item"}),
        ("requires: [revenue >= needed]", "requires: [rev|]", PARTNER, {"amount"}),
        ("requires: [revenue >= needed]", "requires: [revenue >= |", PARTNER, {"amount"}),
        ("requires: [revenue >= needed]", "requires:\n    - |", PARTNER, {"amount"}),
        ("where: [entry is sale]", "where: [|]", ROW, {"revenue", "size", "tier", "big"}),
        ("where: [entry is sale]", "where: |", ROW, {"revenue", "tier"}),
        ("where: [entry is sale]", "where: [item.|]", {"line", "name", "product_id"}, {"amount", "floor"}),
        ("where: [entry is sale]", "where: [item.li|]", {"line"}, {"amount"}),
        ("where: [entry is sale]", "where: [product.|]", {"line", "name"}, {"amount"}),  # a reference, without a link
        ("where: [entry is sale]", "where: [product.line is |]", {"network", "security"}, {"sale"}),
        (
            "minutes: integer}",
            "minutes: {type: integer, formula: |}}",
            {"held_on", "visit_id", "max"},
            {"revenue", "amount", "floor", "as_of"},
        ),
        ("minutes: integer}", "minutes: {type: text, formula: partner.|}}", {"size", "region"}, {"revenue", "amount"}),
        (
            "partner_id: id, held_on",
            "partner_id: {type: id, references: partners}, by_id: {type: text, formula: |}, held_on",
            {"partner", "minutes"},
            {"revenue"},
        ),
        ("max(before, floor)", "max(|", PARTNER, {"amount"}),
        ("sum: minutes", "sum: |", {"minutes", "held_on", "dated"}, {"amount", "revenue"}),
        ("{any: [pro, old_pro]}", "|", {"pro", "old_pro"}, {"revenue"}),
        ("{any: [pro, old_pro]}", "{any: [pro, |]}", {"pro", "old_pro"}, {"revenue"}),
        ("{like: revenue, shifted", "{like: |, shifted", {"revenue", "best"}, {"floor", "pro"}),
        ("{counts_as: pro,", "{counts_as: |,", {"pro", "old_pro"}, {"revenue"}),
        ("{from: by_customer,", "{from: |,", {"sales", "visits", "by_customer"}, {"floor"}),
        ("{to: products,", "{to: |,", {"products", "visits", "sales"}, {"revenue"}),
        ("by: product_id}", "by: |}", {"product_id", "amount"}, {"minutes"}),
        ("date: held_on\n", "date: |\n", {"held_on", "visit_id"}, {"amount"}),
        ("per: [customer_id],", "per: [|],", {"customer_id", "amount"}, {"minutes"}),
        ("by: [tier, size]", "by: [|]", {"tier", "size", "big"}, {"amount", "revenue"}),
        ("per: [partner, period]", "per: [|]", {"partner", "seller", "period", "customer_id"}, {"revenue"}),
        ("values: {silver: 5%, gold: 10%}", "values: {|}", set(TIERS), {"revenue"}),
        ("  gold: {requires: [big", "  |: {requires: [big", set(TIERS), {"revenue"}),
        ("per: [customer, quarter]", "per: [customer, |]", {"quarter", "fiscal year", "entry"}, {"revenue"}),
        ("order: [recorded_on, sale_id]", "order: [|]", {"recorded_on", "quantity"}, {"revenue", "minutes"}),
        ("gold: 9 USD", "gold: |", PARTNER | {"minutes", "benefits.discount"}, {"amount", "item"}),
        ("rate: 1%}", "rate: |}", PARTNER | {"benefits.discount"}, {"amount", "item"}),  # a period: its sum is paid
        ("registered: benefits.discount", "registered: |", PARTNER | ROW | {"benefits.discount"}, {"volume"}),
        ("registered: benefits.discount", "registered: benefits.|", {"discount", "coaching"}, {"amount", "revenue"}),
        ("registered: benefits.discount", "registered: partner.|", {"size", "region"}, {"amount", "revenue"}),
        ("registered: benefits.discount", "registered: sales.|", {"amount", "entry"}, {"size", "revenue"}),
        ("registered: benefits.discount", "registered: item.|", {"line"}, {"amount", "revenue"}),
        ("by: [size, big]", "by: [|]", {"tier", "size", "big", "item", "entry"}, {"revenue"}),
        ("by: [item.line]", "by: [item.|]", {"line"}, {"amount"}),
        ('smb: {"true": 2%', '|: {"true": 2%', {"smb", "enterprise"}, {"silver", "true"}),
        ('{"true": 2%, ', '{"|": 2%, ', {"true", "false"}, {"smb", "silver"}),
        ("values: {sale: floor", "values: {|: floor", {"sale", "return"}, {"silver"}),
        ("value: 6%}", "value: |}", PARTNER | ROW, {"volume"}),
        ("program: everything", "program: |", set(), {"revenue"}),
        ("kind: rebate", "kind: |", set(), {"rebate"}),
        ("valid_for: 24 months", "valid_for: |", set(), {"revenue"}),
        ("  volume:\n", "  vol|:\n", set(), {"revenue"}),
        ("  best: {", "  # |\n  best: {", set(), {"revenue"}),
    ],
)
def test_names_in_scope(old: str, new: str, inside: set[str], outside: set[str]) -> None:
    """What can stand there is offered, what cannot is not."""
    found = set(offered(old, new))
    assert inside <= found
    assert not outside & found


@pytest.mark.parametrize(
    ("old", "new", "values"),
    [
        ("eligible: [tier >= silver]", "eligible: [tier >= |]", TIERS),
        ("eligible: [tier >= silver]", "eligible: [tier >= |", TIERS),
        ("eligible: [tier >= silver]", "eligible: [tier is not |]", TIERS),
        ("'size is enterprise'", "'size is |'", ["smb", "enterprise"]),
        ("'size is enterprise'", '"size in [smb, |]"', ["smb", "enterprise"]),
        ("where: [entry is sale]", "where: [entry is |]", ["sale", "return", "adjustment"]),
        ("where: [entry is sale]", "where: [item.line is |]", ["network", "security"]),
    ],
)
def test_values_of_what_is_compared_come_first(old: str, new: str, values: list[str]) -> None:
    """The words of the choice on the other side, in their own order."""
    assert offered(old, new)[: len(values)] == values


def test_the_word_that_is_begun_is_replaced() -> None:
    """Up to its end, also when the cursor is inside of it."""
    text = EVERYTHING
    line, column = at(text, "requires: [rev|enue >= needed]")
    (found,) = [each for each in complete(document(text), line, column) if each.text == "revenue"]
    assert document(text).text_at(found.span) == "revenue"


def test_names_of_the_last_good_text_are_offered_while_their_part_is_broken() -> None:
    """An entry that cannot be read is still a name."""
    broken = EVERYTHING.replace("  best: {from: by_customer, max: value}", "  best: {from: by_customer, max: value")
    line, column = at(broken, "requires: [revenue >= |needed]")
    found = Document("p.yaml", broken.encode(), SCHEMA)
    assert "best" not in [each.text for each in complete(found, line, column)]
    assert "best" in [each.text for each in complete(found, line, column, document(EVERYTHING))]


def test_details_say_what_a_name_is() -> None:
    """Beside the word."""
    line, column = at(EVERYTHING, "requires: [|revenue >= needed]")
    details = {each.text: (each.kind.value, each.detail) for each in complete(document(EVERYTHING), line, column)}
    assert details["revenue"] == ("name", "metric")
    assert details["floor"] == ("name", "parameter")
    assert details["size"] == ("field", "field of partners")
    assert details["max"] == ("function", "function")


def test_outside_of_the_text_nothing_is_offered() -> None:
    """A line that is not there, and bytes that are no text."""
    assert complete(document(EVERYTHING), 999, 1) == ()
    assert complete(Document("p.yaml", b"\xff\xfe", SCHEMA), 1, 1) == ()
