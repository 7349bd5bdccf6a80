"""The guide as data: total over drawn programs, complete for the shipped ones, silent on the vendor's own affairs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.render.guide_html import render_guide_html
from cli.render.guide_md import render_guide_md
from engine.authoring.guide.document import Guide, Note, Section, Steps, Table
from engine.authoring.guide.guide import guide_of, texts_in
from tests.guides import guide_at, planned, shipped
from tests.properties.programs import loaded, random_case
from tests.tiny import program as tiny

pytestmark = pytest.mark.search

STORED = re.compile(r"Span\(|Decimal\(|Fraction\(|\bNone\b(?! of)|\bTrue\b|\bFalse\b|[{}`]|  | ,|\(\)|^$")


def tables(guide: Guide) -> Iterator[Table]:
    """Every table, those inside notes too."""
    for section in guide.sections:
        for block in section.blocks:
            yield from (
                each for each in (block.blocks if isinstance(block, Note) else (block,)) if isinstance(each, Table)
            )


def section(guide: Guide, id: str) -> Section:
    """The section of this id."""
    return next(each for each in guide.sections if each.id == id)


@given(st.integers(0, 2**32))
def test_every_program_has_a_guide(seed: int) -> None:
    """Nothing raises, nothing shows how it is stored, ids are unique, rows fit their heads; both forms can be made."""
    case = random_case(seed)
    program = loaded(case.text)
    guide = guide_of(program, case.as_of, planned)
    ids = [each.id for each in guide.sections] + [each.id for each in tables(guide)]
    assert len(set(ids)) == len(ids)
    for table in tables(guide):
        assert {len(row) for row in table.rows} == {len(table.heads)}, table.caption
        assert all(place < len(table.heads) for place in table.numbers)
    for text in texts_in(tuple(each for each in guide.sections if each.blocks)):
        bare = re.sub("“[^”]*”", "text", text)
        assert not text or not STORED.search(bare), text
    assert render_guide_md(guide).startswith("# ")
    assert render_guide_html(guide).startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "programs/summit/2026.yaml",
            ["overview", "tiers", "benefits", "incentives", "certifications", "calendar", "terms"],
        ),
        ("programs/adventureworks/2020.yaml", ["overview", "tiers", "benefits", "incentives", "calendar", "terms"]),
    ],
)
def test_sections_are_those_of_which_the_program_has_something(path: str, expected: list[str]) -> None:
    """In the order in which a partner asks."""
    program = shipped(path)
    guide = guide_at(program)
    assert [each.id for each in guide.sections] == expected


def test_the_vendors_own_affairs_stay_with_the_vendor() -> None:
    """No reason, no accounting, no tax form, no comment, no record table, and no name as programs write it."""
    program = shipped("programs/summit/2026.yaml")
    text = " ".join(texts_in(guide_at(program)))
    for word in ("CH-812", "price list", "contra", "expense", "1099", "schema.json", "surveys:", "standard_cost"):
        assert word not in text
    assert not re.search(r"[a-z]_[a-z]", text)


def test_values_are_those_of_the_day() -> None:
    """What comes later stands beside them, with its day; once it has come it stands alone."""
    program = shipped("programs/summit/2026.yaml")
    early, late = (guide_of(program, date(2026, month, 15), planned) for month in (3, 9))
    rows = [{row[0]: row[1:] for row in next(tables(each)).rows} for each in (early, late)]
    label = "Net revenue, trailing twelve months, at least"
    assert rows[0][label] == ("50,000 USD", "250,000 USD; 300,000 USD from 1 August 2026", "1,000,000 USD")
    assert rows[1][label] == ("50,000 USD", "300,000 USD", "1,000,000 USD")


def test_the_benefits_of_a_tier_include_those_from_below() -> None:
    """A tier not listed has what the next lower listed one has; below the lowest there is nothing."""
    program = shipped("programs/summit/2026.yaml")
    guide = guide_at(program)
    rows = {row[0]: row[1:] for each in tables(guide) if each.id == "benefits-by-tier" for row in each.rows}
    assert rows == {
        "Discount": ("5%", "10%", "15%", "20%"),
        "Support": ("standard", "standard", "priority", "named"),
        "NFR licences": ("\u2013", "5 each fiscal year", "15 each fiscal year", "50 each fiscal year"),
        "Growth coaching": ("yes, on conditions", "yes, on conditions", "\u2013", "\u2013"),
    }


def test_days_to_note() -> None:
    """Beginnings, ends and changes inside the program, in order; a value says what it was so far."""
    program = shipped("programs/summit/2026.yaml")
    guide = guide_at(program)
    (rows,) = (each.rows for each in tables(guide) if each.id == "dates")
    assert rows == (
        ("1 March 2026", "EdgeGuard 9 launch begins"),
        ("31 May 2026", "EdgeGuard 9 launch: last day"),
        ("30 June 2026", "Security pro 2024: last day on which it counts"),
        ("1 August 2026", "Revenue needed: 300,000 USD for Gold (so far 250,000 USD)"),
    )
    (quarters,) = (each.rows for each in tables(guide) if each.id == "periods")
    assert quarters[0] == ("FY2026-Q1", "1 February 2026", "30 April 2026")
    assert quarters[-1] == ("FY2026-Q4", "1 November 2026", "31 January 2027")


def test_the_picture_of_the_ladder_says_what_the_table_says() -> None:
    """Steps with their first threshold, short enough to stand on a step."""
    program = shipped("programs/summit/2026.yaml")
    guide = guide_at(program)
    (steps,) = (each for each in section(guide, "overview").blocks if isinstance(each, Steps))
    assert steps.items == (
        ("Registered", ("5% discount",)),
        ("Silver", ("50,000 USD", "10% discount")),
        ("Gold", ("250,000 USD", "15% discount")),
        ("Platinum", ("1,000,000 USD", "20% discount")),
    )


def test_a_program_of_next_to_nothing_has_a_guide() -> None:
    """A header alone: what it is and when."""
    program = tiny("")
    guide = guide_at(program)
    assert guide.title == "Tiny"
    assert [each.id for each in guide.sections] == ["overview", "calendar", "terms"]


def test_a_ladder_of_one_and_benefits_without_a_ladder() -> None:
    """A single tier is everybody's; without tiers benefits are a list."""
    program = tiny("""
        tiers: {ladder: [member]}
        benefits: {welcome: {value: money, is: 50 USD, every: year}}
        """)
    text = " ".join(texts_in(guide_at(program)))
    assert "one tier: Member" in text and "Member" in text and "50 USD each year" in text
    program = tiny("benefits: {welcome: {value: money, is: 50 USD, every: year}}")
    text = " ".join(texts_in(guide_at(program)))
    assert "Welcome: 50 USD each year" in text


def test_each_combination_is_inherited_by_itself() -> None:
    """Gold says nothing of small partners: they have what silver gives them."""
    program = tiny("""
        records: {partners: {fields: {size: {type: choice, values: [small, large]}}}}
        tiers: {ladder: [base, silver, gold], requires: [size is large], gold: {requires: [joined_on > 2020-01-01]}}
        benefits:
          units: {value: quantity, by: [tier, size], values: {silver: {small: 1, large: 2}, gold: {large: 5}}}
        """)
    (table,) = (each for each in tables(guide_at(program)) if each.id == "benefits-by-tier")
    assert table.rows == (("Units", "\u2013", "1 for small; 2 for large", "1 for small; 5 for large"),)


def test_rounding_where_records_are_paid_in_their_own_currency() -> None:
    """Yen have no cents: the unit of the program's currency is not said of them."""
    sections = (
        "records: {sales: {fields: {amount: {type: money, currency: row},"
        " currency: {type: choice, values: [USD, JPY]}}}}\n"
        "incentives: {c: {kind: commission, from: sales, of: amount, rate: 10%, payee: partner, pays_in: row}}\n"
    )
    (said,) = [each for each in texts_in(guide_at(tiny(sections))) if each.startswith("What is earned is rounded")]
    assert said == (
        "What is earned is rounded once, before any limit, to the nearest 0.01 USD, halves up; what is earned in"
        " another currency is rounded to the smallest unit of that currency."
    )
