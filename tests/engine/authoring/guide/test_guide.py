"""The guide as data: total over drawn programs, complete for the shipped ones, silent on the vendor's own affairs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.render.guide_html import render_guide_html
from cli.render.guide_md import render_guide_md
from engine.authoring.guide.document import Guide, Note, Section, Steps, Table
from engine.authoring.guide.guide import guide_of, texts_in
from engine.authoring.guide.incentives import headline, incentive_section
from engine.authoring.wording.voice import Naming, Voice
from engine.language.program import Limit
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


def ladder_of(guide: Guide) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The names and notes of the picture of the ladder."""
    (steps,) = (each for each in section(guide, "overview").blocks if isinstance(each, Steps))
    return steps.items


def test_the_picture_of_the_ladder_says_what_the_table_says() -> None:
    """Every requirement of a tier stands on its step, with what it is a number of."""
    revenue = "of net revenue, trailing twelve months"
    assert ladder_of(guide_at(shipped("programs/summit/2026.yaml"))) == (
        ("Registered", ()),
        ("Silver", (f"At least 50,000 USD {revenue}", "At least 1 security engineer for SMB (2 for enterprise)")),
        (
            "Gold",
            (
                f"At least 250,000 USD {revenue} (300,000 USD from 1 August 2026)",
                "At least 2 security engineers for SMB (4 for enterprise)",
                "Any one of two more requirements",
            ),
        ),
        (
            "Platinum",
            (
                f"At least 1,000,000 USD {revenue}",
                "At least 6 security engineers for SMB (10 for enterprise)",
                "Any two of three more requirements",
                "An invitation",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("count", "rest"), [(4, ()), (5, ("And two more requirements",)), (7, ("And four more requirements",))]
)
def test_a_step_says_how_many_requirements_it_leaves_out(count: int, rest: tuple[str, ...]) -> None:
    """Four are told; of more the first three, and how many there are beside them."""
    metrics = "".join(f"  m{place}: {{from: sales, count: records, window: lifetime}}\n" for place in range(count))
    asked = ", ".join(f"m{place} >= {place + 2}" for place in range(count))
    program = tiny(f"metrics:\n{metrics}tiers: {{ladder: [low, high], high: {{requires: [{asked}]}}}}\n")
    (_, (name, notes)) = ladder_of(guide_at(program))
    told = [f"M{place} over all time of at least {place + 2}" for place in range(4 if not rest else 3)]
    assert (name, list(notes)) == ("High", [*told, *rest])


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


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("quantity >= 10", "Yes where this holds: quantity of at least 10."),
        ("channel is direct", "Yes where this holds: channel is direct."),
        ("not firm", "Yes where this holds: firm: no."),
        ("firm", "Yes where this holds: firm: yes."),
    ],
)
def test_a_field_that_is_a_condition_is_explained_in_words(formula: str, said: str) -> None:
    """The guide says what it asks, and not how the program writes it."""
    fields = (
        f"firm: boolean, channel: {{type: choice, values: [direct, agent]}}, big: {{type: boolean, formula: {formula}}}"
    )
    text = (
        f"records: {{sales: {{fields: {{{fields}}}}}}}\n"
        "incentives: {x: {kind: spiff, where: big, amount: 5 USD, payee: partner}}\n"
    )
    guide = guide_of(tiny(text), date(2026, 6, 30), planned)
    assert said in list(texts_in(tuple(guide.sections)))


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


def test_certifications_go_by_title() -> None:
    """The order in the file has no meaning; an older certification follows the one it counts as."""
    program = tiny("""
        certifications:
          zeta: {title: Alpha, valid_for: 24 months}
          old: {title: Aardvark, counts_as: beta, retired_on: 2026-03-01, run_off: 12 months}
          gamma: {title: Gamma, valid_for: 12 months}
          beta: {title: Beta, valid_for: 12 months}
        metrics: {e: {people_holding: {any: [zeta, beta, gamma]}}}
        tiers: {ladder: [a, b], b: {requires: [e >= 1]}}
        """)
    (table,) = (each for each in tables(guide_at(program)) if each.id == "certificates")
    assert [row[0] for row in table.rows] == ["Alpha", "Beta", "Aardvark", "Gamma"]


def test_a_limit_of_the_kind_is_said_with_what_it_pays() -> None:
    """A kind that limits itself to its amount each year does not pay it for each sale."""
    program = tiny("incentives: {grant: {kind: spiff, amount: 500 USD, payee: partner}}")
    (incentive,) = program.incentives
    assert incentive.amount is not None
    limited = replace(incentive, limits=(Limit(incentive.amount, ("partner", "year"), incentive.span),))
    voice = Voice(program, Naming.PLAIN, program.effective[0])
    limit = "at most 500 USD per partner and year"
    assert headline(limited, voice) == f"500 USD for each sale, {limit}, to partners"
    said = incentive_section(replace(program, incentives=(limited,)), voice, planned)
    assert said is not None
    assert f"A SPIFF to the partner: 500 USD for each sale, {limit}." in list(texts_in(said))
