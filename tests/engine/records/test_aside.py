"""Whose the rows are that an import sets aside, as far as their other fields say it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from engine.language.records import RATES, RecordSchema, standard_tables
from engine.plan.needs import Needs, Place, Sharing
from engine.records.incomplete import Incomplete, SetAside, rows_of, rows_set_aside
from engine.records.snapshot import Snapshot
from engine.records.verify import check_imports, verify_snapshot
from tests.engine.records.desk import FEED, imported
from tests.engine.records.desk import rows_of as rows_in
from tests.longer import every

pytestmark = pytest.mark.search

STANDARD = RecordSchema(standard_tables("USD", 2))
PEOPLE = (
    FEED.replace(
        "sources:\n", "sources:\n  staff: {file: staff.csv}\n  moves: {file: moves.csv}\n  exams: {file: exams.csv}\n"
    )
    + """\
  people: {from: staff, fields: {person_id: person, partner_id: works}}
  assignments: {from: moves, fields: {person_id: person, partner_id: works, from: start, before: end}}
  certifications: {from: exams, fields: {holding_id: exam, person_id: person, certification: name, earned_on: day}}
"""
)
STAFF = "person,works\nU1,P1\nU2,\nU3,P 1\n"
MOVES = "person,works,start,end\nU2,P2,2026-01-01,2026-03-01\nU2,P1,2026-03-01,\n"
EXAMS = "exam,person,name,day\nH1,U1,expert,x\nH2,U2,expert,x\nH3,U9,expert,x\nH4,U3,expert,2026-01-01\n"
LINES = "sale,partner,day,amount\nS1,P1,2026-01-05,1\nS2,P2,2026-02-01,x\nS3,P9,2026-02-01,7\nS4,P 1,2026-02-01,7\n"


@pytest.fixture
def mixed(tmp_path: Path) -> Snapshot:
    """An import in which people, certificates and sales are wrong."""
    files = {"staff.csv": STAFF, "moves.csv": MOVES, "exams.csv": EXAMS}
    found = imported(tmp_path, PEOPLE, files, schema=STANDARD, lines=LINES, quarantine=True)
    assert found.snapshot is not None, found.diagnostics
    return found.snapshot


def test_each_row_is_kept_with_every_partner_that_it_may_belong_to(mixed: Snapshot) -> None:
    """By its own field; by its person, who may have worked for two; and with none where neither says it."""
    assert rows_in(mixed, "set-aside", '"table", place, partner, fault') == [
        ("certifications", "exams.csv:2", "P1", "RNG705 earned_on"),
        ("certifications", "exams.csv:3", "P1", "RNG705 earned_on"),
        ("certifications", "exams.csv:3", "P2", "RNG705 earned_on"),
        ("certifications", "exams.csv:4", "", "RNG705 earned_on"),
        ("certifications", "exams.csv:5", "", "RNG732 person_id"),
        ("people", "staff.csv:4", "", "RNG708 partner_id"),
        ("sales", "lines.csv:3", "P2", "RNG701 amount"),
        ("sales", "lines.csv:4", "", "RNG732 partner_id"),
        ("sales", "lines.csv:5", "", "RNG708 partner_id"),
    ]
    assert verify_snapshot(mixed) == ()
    connection = duckdb.connect(":memory:")
    assert rows_set_aside(mixed, connection) == (
        SetAside("certifications", 4, 2), SetAside("people", 1, 1), SetAside("sales", 3, 2),
    )  # fmt: skip
    assert rows_of(mixed, "P2", connection) == [
        ("certifications", "exams.csv:3", "RNG705 earned_on"),
        ("sales", "lines.csv:3", "RNG701 amount"),
    ]


@pytest.mark.parametrize("name", ["=lines.csv", "'-lines.csv", "lines.csv"])
def test_a_file_named_like_a_formula_is_the_place_of_its_faults(tmp_path: Path, name: str) -> None:
    """Its name is written so that no spreadsheet runs it; the row keeps its place and its fault."""
    feed = FEED.replace("file: lines.csv", f'file: "{name}"')
    found = imported(tmp_path, feed, {name: LINES}, quarantine=True)
    assert found.snapshot is not None, found.diagnostics
    assert (f"{name}:3", "RNG701 amount") in rows_in(found.snapshot, "set-aside", "place, fault")


def test_the_file_of_rows_set_aside_has_a_hash(tmp_path: Path) -> None:
    """A line that was taken out of `quarantine.csv` is found, and a file that is gone."""
    found = imported(tmp_path, lines=LINES, quarantine=True)
    assert found.snapshot is not None and found.quarantine is not None
    assert check_imports(found.snapshot) == ()
    first, *rest = found.quarantine.read_text("utf-8").splitlines(keepends=True)
    found.quarantine.write_text("".join((first, *rest[1:])), "utf-8")
    assert [each.code for each in check_imports(found.snapshot)] == ["RNG770"]
    found.quarantine.unlink()
    assert [each.code for each in check_imports(found.snapshot)] == ["RNG770"]


BY_SELLER = Sharing(Place("sales", "seller_id"), Place("sales", "seller_id"))
BY_EXAM = Sharing(Place("certifications", "certification"), Place("people", "partner_id"))
BY_PERSON = Sharing(Place("assignments", "partner_id"), Place("partners", "partner_id"))
BELOW = Sharing(Place("reach", "source_id"), None)


@pytest.mark.parametrize(
    ("tables", "read", "needs", "partners"),
    every(3, [
        ({"sales"}, ("sales",), Needs(), ["P2"]),
        ({"sales"}, ("deals",), Needs(), []),
        ({"sales", "certifications"}, ("partners", "certifications"), Needs(), ["P1", "P2"]),
        ({"sales"}, ("sales", "reach"), Needs((BELOW,), 1), ["P1", "P2"]),  # P1 is above P2
        ({"certifications"}, ("certifications",), Needs(everybody=True), ["P1", "P2"]),
        ({"sales"}, ("sales",), Needs((BY_SELLER,), 1), ["P1", "P2"]),  # whoever sold it
        ({"products"}, ("products", "sales"), Needs(), []),  # what referred to it was set aside
        ({"fx_rates"}, ("fx_rates",), Needs(), ["P1", "P2"]),
        ({"partners"}, ("partners", "sales"), Needs(), []),
        ({"partners"}, ("partners", "reach"), Needs(), ["P1", "P2"]),
    ]),
)  # fmt: skip
def test_who_cannot_be_decided(
    mixed: Snapshot, tables: set[str], read: tuple[str, ...], needs: Needs, partners: list[str]
) -> None:
    """Whose rows are missing from what is read, who shares something with them, and everybody where it is unknown."""
    schema = RecordSchema((*STANDARD.tables, RATES))
    paths = {each.name: mixed.path(each.name) for each in mixed.tables}
    found = Incomplete(frozenset(tables), paths, schema).partners(read, needs)
    rows = duckdb.connect(":memory:").execute(found).fetchall() if found else []
    assert sorted({str(partner) for (partner,) in rows}) == partners


def test_the_question_grows_with_its_rounds_alone(mixed: Snapshot) -> None:
    """What is shared by four pairs of fields for twenty rounds: each round asks for the one before once."""
    paths = {each.name: mixed.path(each.name) for each in mixed.tables}
    incomplete = Incomplete(frozenset({"sales"}), paths, STANDARD)
    texts = [incomplete.partners(("sales",), Needs((BY_PERSON,) * 4, rounds)) for rounds in (0, 10, 20)]
    assert len(texts[2]) - len(texts[1]) < len(texts[1]) - len(texts[0]) + 200
    rows = duckdb.connect(":memory:").execute(texts[2]).fetchall()
    assert sorted({str(partner) for (partner,) in rows}) == ["P1", "P2"]


def test_who_shares_what_a_partner_has_cannot_be_decided(mixed: Snapshot) -> None:
    """A sale of P2 was set aside, and U2 worked for P2: this person's assignments are those of P1 as well."""
    paths = {each.name: mixed.path(each.name) for each in mixed.tables}
    found = Incomplete(frozenset({"sales"}), paths, STANDARD).partners(("sales",), Needs((BY_PERSON,), 1))
    rows = duckdb.connect(":memory:").execute(found).fetchall()
    assert sorted({str(partner) for (partner,) in rows}) == ["P1", "P2"]
