"""Expectations written anew in place: the rest of the file stays, letter by letter."""

from __future__ import annotations

from engine.authoring.cases.parse import parse_suite
from engine.authoring.cases.updating import Change, apply, changes
from tests.engine.authoring.cases.suites import FILE, decided, read, text

CASES = """
    cases:
      # a comment that stays
      one:
        given: {sales: [{closed_on: 2026-05-01, amount: 10_000 USD}]}
        expect: {tier: gold, benefits: {discount: "12.5%"},   metrics: {revenue: 1 USD}}  # and this one
      edges:
        given: {sales: [{closed_on: 2026-05-01, amount: $amount}]}
        expect:
          tier: $tier
          floor: gold
          metrics: {revenue: $amount, engineers: $count}
        table:
          columns: [amount, count, tier]
          rows:
            below: [9_999.99 USD, 0, silver]
            above: [10_000 USD, 1, silver]
"""


def updated(cases: str, wanted: tuple[str, ...] | None = None) -> tuple[str, tuple[Change, ...]]:
    """The file after an update, and what was changed or refused."""
    data = text(cases).encode()
    suite, _ = parse_suite(data, FILE)
    assert suite is not None
    outcomes = [decided(each) for each in read(cases)[0]]
    made = changes(outcomes, suite.drafts, wanted or [each.case.name for each in outcomes])
    return apply(data, made).decode(), made


def test_only_what_differs_is_written() -> None:
    """Comments, spaces and what held stay; a shared value that rows disagree on is left to the author."""
    after, made = updated(CASES)
    before = text(CASES)
    expected = (
        before.replace('{tier: gold, benefits: {discount: "12.5%"},   metrics: {revenue: 1 USD}}',
                       '{tier: silver, benefits: {discount: 5%},   metrics: {revenue: 10_000 USD}}')
        .replace("[9_999.99 USD, 0, silver]", "[9_999.99 USD, 0, registered]")
        .replace("[10_000 USD, 1, silver]", "[10_000 USD, 0, silver]")
    )  # fmt: skip
    assert after == expected
    assert [(each.before, each.after, each.refused) for each in made if each.refused] == [
        ("gold", "registered", "several rows share this value but have different results; make it a column")
    ]


def test_a_cell_that_is_also_given_stays() -> None:
    """To correct what is expected must not change what is given."""
    after, made = updated("""
        cases:
          a:
            given: {sales: [{closed_on: 2026-05-01, amount: $amount}, {closed_on: 2026-05-01, amount: 1 USD}]}
            expect: {metrics: {revenue: $amount}}
            table: {columns: [amount], rows: [[5 USD]]}
    """)
    assert "[5 USD]" in after
    assert [each.refused for each in made] == ["the same cell is also an input of the case"]


def test_a_value_over_several_lines_stays() -> None:
    """A list that is written line by line is for the author to rewrite."""
    _, made = updated("""
        cases:
          a:
            given: {sales: [{closed_on: 2026-05-01, amount: 10_000 USD}]}
            expect:
              lines:
                segment.large.1:
                  missing:
                    - partners.name
                    - partners.rank
    """)
    assert [(each.after, each.refused) for each in made] == [("[partners.size]", "the value runs over several lines")]


def test_only_the_cases_asked_for() -> None:
    """With a filter the others stay as they are."""
    after, made = updated(CASES, ("one",))
    assert {each.case for each in made} == {"one"}
    assert "[9_999.99 USD, 0, silver]" in after


def test_other_line_ends_and_a_mark_at_the_start_stay() -> None:
    """Places count characters of lines, however these end."""
    body = text(CASES)
    for data in (b"\xef\xbb\xbf" + body.encode(), body.replace("\n", "\r\n").encode()):
        suite, found = parse_suite(data, FILE)
        assert suite is not None, found
        after = apply(data, updated(CASES)[1])
        assert after.decode("utf-8-sig").replace("\r\n", "\n") == updated(CASES)[0]
        assert after[:3] == data[:3]
        assert after.count(b"\r") == data.count(b"\r")
