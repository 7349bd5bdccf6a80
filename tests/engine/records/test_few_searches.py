"""Thousands of misspelt names in a feed or in records: only the first are looked for letter by letter."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.authoring.cases.given import Given, Record
from engine.authoring.cases.soundness import check_records
from engine.language.near import CROWDED, MOST_SUGGESTED
from engine.language.records import Field, RecordSchema, RecordTable, standard_tables
from engine.language.source import Span
from engine.records.check import check_feed
from engine.records.naming import MOST_COMPARED
from engine.records.readers.findings import Findings
from engine.records.readers.layout import Staged, Unpivot
from engine.records.readers.unpivot import check_unpivot
from engine.types import ID, TEXT
from tests.engine.records import test_naming
from tests.engine.records.desk import FEED, SCHEMA, feed_of, imported
from tests.searches import Searches, searches

__all__ = ["searches"]

MANY = 300
HERE = Span("x.test.yaml", 1, 1, 1, 2)


def many(form: str) -> str:
    """A list of texts, each with another number in place of #."""
    return ", ".join(form.replace("#", str(number)) for number in range(MANY))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("name: name", many("nmae#: name"), MANY),
        ("name: name", many("n#: {column: name, look_up: {in: lnes, match: a, take: b}}"), MANY),
        ("{constant: sale}", f"{{column: x, map: {{{many('a#: sael#')}}}}}", MOST_SUGGESTED + 1),
        (
            "  sales:",
            "".join(f"  s{number}: {{from: lines, fields: {{a: b}}}}\n" for number in range(MANY)) + "  sales:",
            MANY,
        ),
    ],
)
def test_of_a_feed(old: str, new: str, told: int, searches: Searches) -> None:
    """Fields, sources, values and tables; what is not looked for is still reported, or counted."""
    assert old in FEED
    found = check_feed(feed_of(FEED.replace(old, new, 1)), SCHEMA)
    assert len(found) >= told
    assert len(searches.words) <= 2 * MOST_SUGGESTED + 2


def test_the_rest_of_a_map_is_counted() -> None:
    """The finding behind the last one says how many values come after it."""
    text = FEED.replace("{constant: sale}", f"{{column: x, map: {{{many('a#: sael#')}}}}}", 1)
    last = [each for each in check_feed(feed_of(text), SCHEMA) if "more values" in each.message]
    assert [each.message for each in last] == [
        f"`entry`: {MANY - MOST_SUGGESTED} more values of `map` are not looked at"
    ]


def test_of_names_that_the_program_declares(tmp_path: Path, searches: Searches) -> None:
    """Only the first hundred."""
    names = [f"some_other_name_{number}" for number in range(MANY)]
    assert len(test_naming.found(tmp_path, test_naming.certified(*names))) == 1
    assert 0 < len(searches.words) <= MOST_COMPARED < MANY


def test_of_columns_to_unpivot(searches: Searches) -> None:
    """All unknown columns are reported; the first get suggestions."""
    columns = tuple(f"month_{number}" for number in range(MANY))
    findings = Findings("x.csv")
    unpivot = Unpivot(tuple(f"mnoth_{number}" for number in range(MANY)), "month", "value")
    check_unpivot(Staged("w", columns, 0, "x.csv"), unpivot, HERE, findings)
    assert findings.total() == MANY
    assert len(searches.words) <= MOST_SUGGESTED


def test_of_columns_that_fields_name(tmp_path: Path, searches: Searches) -> None:
    """A file whose columns have other names in every place that reads one."""
    fields = {f"field_{number}": Field(f"field_{number}", TEXT, optional=True) for number in range(MANY)}
    schema = RecordSchema(
        (*standard_tables("USD", 2), RecordTable("notes", ("note_id",), (Field("note_id", ID), *fields.values())))
    )
    columns = ", ".join(f"{name}: amuont_{name}" for name in fields)
    feed = FEED + f"  notes: {{from: lines, fields: {{note_id: sale, {columns}}}}}\n"
    result = imported(tmp_path, feed, schema=schema)
    assert len([each for each in result.diagnostics if "has no column" in each.message]) == MANY
    assert len(searches.words) <= MOST_SUGGESTED


def test_of_records_of_a_case(searches: Searches) -> None:
    """Ids that no record of the case has."""
    given = Given(SCHEMA, date(2026, 6, 30), {})
    partners, sales = SCHEMA.table("partners"), SCHEMA.table("sales")
    assert partners is not None and sales is not None
    given.tables["partners"] = [Record(partners, HERE, {"partner_id": f"partner_{each}"}) for each in range(MANY)]
    given.tables["sales"] = [
        Record(sales, HERE, {"sale_id": f"S{each}", "partner_id": f"pratner_{each}"}, {"partner_id": HERE})
        for each in range(MANY)
    ]
    found = [each for each in check_records(given) if "there is no record" in each.message]
    assert [each.help == CROWDED for each in found] == [False] * MOST_SUGGESTED + [True] * (MANY - MOST_SUGGESTED)
    assert len(searches.words) == MOST_SUGGESTED
