"""Drafts from a test file: rows of tables are cases, `$name` is a cell."""

from __future__ import annotations

import pytest

from engine.authoring.cases import parse
from engine.authoring.cases.parse import files_named, parse_suite
from engine.language.source import Scalar
from tests.engine.authoring.cases.suites import FILE, text


def names(cases: str) -> list[tuple[str, int]]:
    """The cases by name, with the lines of their places."""
    suite, found = parse_suite(text(cases).encode(), FILE)
    assert suite is not None, found
    return [(each.name, each.span.line) for each in suite.drafts]


def messages(data: str) -> list[str]:
    """Findings as code and message."""
    return [f"{each.code} {each.message}" for each in parse_suite(data.encode(), FILE)[1]]


TABLE = """
    cases:
      one:
        expect: {tier: gold}
      edges:
        as_of: $day
        partner: $who
        prior: $before
        given:
          partners: [{partner_id: $who}]
          sales: [{closed_on: $day, amount: "$day"}]
        expect: {tier: $tier}
        table:
          columns: [day, who, before, tier]
          rows:
            below: [2026-05-01, P1, silver, gold]
            above: [2026-05-02, P2, gold, silver]
      unnamed:
        expect: {tier: $tier}
        table: {columns: [tier], rows: [[gold], [[a, b]]]}
"""


def test_rows_are_cases() -> None:
    """Each row has its own name and place."""
    assert names(TABLE) == [
        ("one", 4),
        ("edges: below", 17),
        ("edges: above", 18),
        ("unnamed: gold", 21),
        ("unnamed: ..", 21),
    ]


def test_rows_that_are_alike_are_numbered() -> None:
    """Two rows without names may have the same cells."""
    assert names("cases:\n  a: {expect: {tier: $t}, table: {columns: [t], rows: [[gold], [gold]]}}\n") == [
        ("a: gold", 4),
        ("a: gold (2)", 4),
    ]


def test_cells_stand_where_their_column_is_named() -> None:
    """In the day, the partner, the tier before, the records and what is expected; a text in quotes is a text."""
    suite, _ = parse_suite(text(TABLE).encode(), FILE)
    assert suite is not None
    draft = suite.drafts[2]
    assert [each and each.text for each in (draft.as_of, draft.partner)] == ["2026-05-02", "P2"]
    assert isinstance(draft.prior, Scalar)
    assert draft.prior.text == "gold"
    assert draft.prior.span.line == 18
    assert "Scalar(text='$day'" in str(draft.given)


def test_shared_records_and_day() -> None:
    """What the file gives holds for every case; a table of the case stands in place of the file's."""
    suite, _ = parse_suite(
        b"rung_test: 1\nprogram: 2026.yaml\nas_of: 2026-06-30\ngiven:\n  products: shared.csv\n  sales: sales.csv\n"
        b"cases:\n  a: {expect: {tier: gold}}\n  b: {as_of: 2026-01-01, given: {sales: own.csv}, skip: later}\n",
        FILE,
    )
    assert suite is not None
    assert suite.program is not None
    assert suite.program.text == "2026.yaml"
    first, second = suite.drafts
    assert [each and each.text for each in (first.as_of, second.as_of)] == ["2026-06-30", "2026-01-01"]
    assert second.skip == "later"
    assert sorted(each.text for each in files_named(suite)) == ["own.csv", "sales.csv", "shared.csv"]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("", ["RNG101 the file contains no cases"]),
        ("- a\n", ["RNG006 the file is a list; a program consists of `key: value` lines"]),
        ("rung_test: 1\n", ["RNG101 the file has no `cases`"]),
        ("rung_test: 2\ncases: {a: {expect: {tier: gold}}}\n", ["RNG103 `rung_test` cannot be `2`"]),
        ("rung_test: 1\ncases: {a: {expects: {tier: gold}}}\n", ["RNG100 unknown key `expects`"]),
        ("rung_test: 1\ncases: {a: {as_of: soon}}\n", ["RNG104 `as_of` cannot be `soon`"]),
    ],
)
def test_files_of_another_shape(data: str, found: list[str]) -> None:
    """The loader and the shape layer speak as they do of programs."""
    assert messages(data) == found


def test_there_is_an_end_to_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with more cases than anybody reads is refused."""
    monkeypatch.setattr(parse, "MAX_CASES", 2)
    assert messages(text(TABLE)) == ["RNG912 there are more than 2 cases in this file"]


def test_a_table_that_would_write_out_too_much() -> None:
    """Records are repeated for each row of a table: the product is counted before anything is written out."""
    records = ", ".join("{amount: $a}" for _ in range(600))
    rows = "".join(f"        - [{number} USD]\n" for number in range(2_000))
    case = f"  c:\n    given: {{sales: [{records}]}}\n    table:\n      columns: [a]\n      rows:\n{rows}"
    (found,) = parse_suite(f"rung_test: 1\ncases:\n{case}".encode(), FILE)[1]
    assert (found.code, found.message[:36]) == ("RNG912", "this table gives more than 1,000,000")
