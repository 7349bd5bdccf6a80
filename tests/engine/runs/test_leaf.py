"""The leaf of a partner by its definition, with texts written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest

from engine.plan.plan import Output
from engine.plan.scalar import Value
from engine.runs.leaf import Form, NoLeaves, Sheet, form_of, leaf_of, leaf_text, leaves_of, make_form, root_of
from engine.types import BOOLEAN, DATE, ID, INTEGER, TEXT, Type, money, number
from tests.engine.test_merkle import by_definition

Rows = Mapping[str, Sequence[Mapping[str, Value]]]
EARNINGS = Sheet(
    "earnings", (("partner_id", ID), ("period", TEXT), ("amount", money("USD", 2))), ("partner_id", "period")
)
STATUSES = Sheet(
    "statuses",
    (("partner_id", ID), ("sure", BOOLEAN), ("held", TEXT), ("since", DATE), ("people", INTEGER)),
    ("partner_id",),
)
FORM = make_form((STATUSES, EARNINGS))
STATUS: Mapping[str, Value] = {
    "partner_id": "P1", "held": "gold", "sure": True, "since": date(2026, 1, 2), "people": 3,
}  # fmt: skip


def earning(period: str | None, amount: Value) -> dict[str, Value]:
    """One earning of P1."""
    return {"partner_id": "P1", "period": period, "amount": amount}


def test_a_text_written_by_hand() -> None:
    """Tables and columns by name, rows by key with missing last, each field with its end."""
    rows: Rows = {
        "statuses": [STATUS],
        "earnings": [earning(None, None), earning("Q2", Decimal("-0.5")), earning("Q1", Decimal(1200))],
    }
    expected = "2:P1\n1200.00|2:Q1\n-0.50|2:Q2\n|:\n.\n4:gold3|2026-01-02|t\n.\n"
    assert leaf_text(FORM, "P1", rows) == FORM.head + expected
    assert leaf_of(FORM, "P1", rows) == sha256((FORM.head + expected).encode()).digest()


def test_the_form_is_the_hash_of_a_document() -> None:
    """The first line is the SHA-256 of this JSON."""
    document = (
        '{"format":"rung.leaf/v1","tables":[["earnings",[["amount",{"currency":"USD","kind":"money","scale":2}],'
        '["period",{"kind":"text"}]],{}],["statuses",[["held",{"kind":"text"}],["people",{"kind":"integer"}],'
        '["since",{"kind":"date"}],["sure",{"kind":"boolean"}]],{}]]}'
    )
    assert FORM.head == sha256(document.encode()).hexdigest() + "\n"


REPEATING = Sheet(
    "conditions",
    (("partner_id", ID), ("revenue", money("USD", 2)), ("observed", money("USD", 2)), ("asked", money("USD", 2))),
    ("partner_id",),
    {"observed": "revenue"},
)


@pytest.mark.parametrize(
    ("observed", "revenue", "text"),
    [
        (Decimal(5), Decimal("5.00"), "9.00|=5.00|"),
        (Decimal(4), Decimal(5), "9.00|4.00|5.00|"),
        (None, Decimal(5), "9.00||5.00|"),
        (Decimal(5), None, "9.00|5.00||"),
        (None, None, "9.00|||"),
    ],
)
def test_a_number_that_repeats_another(observed: Value, revenue: Value, text: str) -> None:
    """It is written once; where the two differ or one is missing, both are written."""
    form = make_form([REPEATING])
    row = {"partner_id": "P1", "revenue": revenue, "observed": observed, "asked": Decimal(9)}
    assert leaf_text(form, "P1", {"conditions": [row]}) == f"{form.head}2:P1\n{text}\n.\n"
    assert form.head != make_form([replace(REPEATING, repeats={})]).head


@pytest.mark.parametrize(
    "repeats",
    [
        {"observed": "nobody"},
        {"nobody": "revenue"},
        {"partner_id": "partner_id"},
        {"observed": "observed"},
        {"observed": "revenue", "revenue": "asked"},
    ],
)
def test_only_numbers_repeat_numbers(repeats: Mapping[str, str]) -> None:
    """A manifest may be anybody's; of two that repeat each other neither would be written."""
    with pytest.raises(NoLeaves, match="cannot repeat"):
        make_form([replace(REPEATING, repeats=repeats)])


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 32, 33, 100])
def test_the_root_is_over_pages_of_sixteen(count: int) -> None:
    """The tree of RFC 6962 by its definition, whose entries are sixteen leaves side by side."""
    leaves = [sha256(str(each).encode()).digest() for each in range(count)]
    pages = [b"".join(leaves[at : at + 16]) for at in range(0, count, 16)]
    assert root_of(b"".join(leaves)) == by_definition(pages)


def test_missing_empty_and_absent_are_three_texts() -> None:
    """A missing text, an empty one, and no row at all; a missing boolean is not false."""
    texts = {
        leaf_text(FORM, "P1", {"earnings": rows})
        for rows in ([], [earning(None, None)], [earning("", None)], [earning("", Decimal(0))])
    }
    assert len(texts) == 4
    unsure = leaf_text(FORM, "P1", {"statuses": [{**STATUS, "sure": None, "held": None, "people": None}]})
    assert unsure.endswith("\n:|2026-01-02|-\n.\n")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1, "1.00"),
        (Decimal("1.000"), "1.00"),
        (Decimal("-0.00"), "0.00"),
        (Decimal("1E+3"), "1000.00"),
        (Decimal("-0.01"), "-0.01"),
        (Decimal("123456789012345678901234567890123456.78"), "123456789012345678901234567890123456.78"),
    ],
)
def test_a_number_has_one_text(amount: Value, text: str) -> None:
    """However it is spelled, a number has the digits of its type."""
    assert f"\n{text}|2:Q1\n" in leaf_text(FORM, "P1", {"earnings": [earning("Q1", amount)]})


@pytest.mark.parametrize("amount", [Decimal("0.001"), True, "1.00", date(2026, 1, 2)])
def test_a_value_of_another_type_is_refused(amount: Value) -> None:
    """A leaf is exact or is not made."""
    with pytest.raises(NoLeaves):
        leaf_text(FORM, "P1", {"earnings": [earning("Q1", amount)]})


def test_the_order_of_declarations_and_rows_says_nothing() -> None:
    """Columns, tables and rows in another order give the same leaves."""
    rows: Rows = {"statuses": [STATUS], "earnings": [earning("Q1", 1), earning("Q2", 2)]}
    other = make_form((EARNINGS, Sheet("statuses", STATUSES.columns[::-1], STATUSES.key)))
    turned: Rows = {name: list(each)[::-1] for name, each in rows.items()}
    assert leaves_of(FORM, rows) == leaves_of(other, turned)


def test_everybody_with_a_row_has_a_leaf() -> None:
    """By id in code point order, of the partner's own rows alone."""
    rows: Rows = {
        "statuses": [{**STATUS, "partner_id": each} for each in ("b", "ä", "B")],
        "earnings": [earning("Q1", 1)],
    }
    found = leaves_of(FORM, rows)
    assert list(found) == ["B", "P1", "b", "ä"]
    assert found["P1"] == leaf_of(FORM, "P1", {"earnings": rows["earnings"]})


def test_rows_of_nobody_have_no_leaf() -> None:
    """An output without the column, a row without a value in it, and an output called leaves."""
    with pytest.raises(NoLeaves, match="`sales` has no column `partner_id`"):
        form_of([Output("sales", "sales", (("sale_id", "sale_id", ID),), ("sale_id",))])
    with pytest.raises(NoLeaves, match="`earnings` has a row without a partner"):
        leaves_of(FORM, {"earnings": [{**earning("Q1", 1), "partner_id": None}]})
    with pytest.raises(NoLeaves, match="a table of results is called `leaves`"):
        make_form([Sheet("leaves", EARNINGS.columns, EARNINGS.key)])


def same_text(one: Sequence[tuple[str, Type, Value]], other: Sequence[tuple[str, Type, Value]]) -> bool:
    """Whether two rows of one table of these columns have the same fields, whatever their form."""

    def text(row: Sequence[tuple[str, Type, Value]]) -> str:
        form: Form = make_form([Sheet("t", (("partner_id", ID), *((name, type) for name, type, _ in row)), ())])
        return leaf_text(form, "P", {"t": [{name: value for name, _, value in row}]})

    return text(one) == text(other)


def test_names_and_types_are_part_of_the_leaf() -> None:
    """The same values under another name, currency or scale are another decision."""
    base = ("a", money("USD", 2), Decimal(1))
    assert same_text([base], [base])
    for other in (("b", base[1], base[2]), ("a", money("EUR", 2), base[2]), ("a", number(2), base[2])):
        assert not same_text([base], [other])
