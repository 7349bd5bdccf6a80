"""The import: every row is checked, every fault has its place, and an error leaves nothing behind."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.language.diagnostic import Severity
from engine.records.verify import verify_snapshot
from tests.engine.records.desk import ACCOUNTS, FEED, LINES, imported, rows_of, told

SURVEY_FIELDS = ("answered_on", "score", "answers", "size", "public", "comment")
SURVEYS_FEED = (
    FEED.replace("tables:", "  answers: {file: answers.csv}\ntables:")
    + "  surveys:\n    from: answers\n    fields: {survey_id: id, partner_id: partner, "
    + ", ".join(f"{name}: {name}" for name in SURVEY_FIELDS)
    + "}\n"
)


def errors(folder: Path, feed: str = FEED, **files: str) -> list[str]:
    """The errors of an import that must leave nothing behind."""
    result = imported(folder, feed, {f"{name}.csv": text for name, text in files.items()})
    assert result.snapshot is None
    assert list((folder / "home" / "snapshots").glob("*")) == []
    return told(tuple(each for each in result.diagnostics if each.severity is Severity.ERROR))


def test_rows_become_typed_records(tmp_path: Path) -> None:
    """Values have their types; sorted by partner and key; unmapped fields are missing; places are kept."""
    result = imported(tmp_path, lines="sale,partner,day,amount\nS2,P2,2026-02-01,7\nS1,P1,2026-01-05,10.50\n")
    assert result.diagnostics == ()
    assert result.snapshot is not None
    assert rows_of(result.snapshot, "sales", "sale_id, partner_id, closed_on, amount, quantity, _source, _line") == [
        ("S1", "P1", date(2026, 1, 5), Decimal("10.50"), None, "lines.csv", 3),
        ("S2", "P2", date(2026, 2, 1), Decimal("7.00"), None, "lines.csv", 2),
    ]
    assert rows_of(result.snapshot, "partners", "partner_id, parent_id, name") == [
        ("P1", None, "Alpha"),
        ("P2", "P1", "Beta"),
    ]
    assert rows_of(result.snapshot, "reach") == [("P1", "P1"), ("P1", "P2"), ("P2", "P2")]


def test_control_totals(tmp_path: Path) -> None:
    """Sums of numbers and ranges of days, exact and as text; nothing for a column without values."""
    result = imported(tmp_path, lines="sale,partner,day,amount\nS1,P1,2026-01-05,0.10\nS2,P2,2026-02-01,0.20\n")
    (sales,) = [each for each in result.tables if each.name == "sales"]
    assert (sales.rows, sales.totals) == (
        2,
        {"amount": {"sum": "0.30"}, "closed_on": {"min": "2026-01-05", "max": "2026-02-01"}},
    )


def test_all_types_of_an_own_table(tmp_path: Path) -> None:
    """Decimals keep their scale, booleans and choices their words, texts their NFC form."""
    answers = "id,partner,answered_on,score,answers,size,public,comment\n"
    answers += "A1,P1,2026-01-05,4.5,12,small,true,Caf\u0065\u0301\nA2,P1,2026-01-05,,,,,\n"
    result = imported(tmp_path, SURVEYS_FEED, answers=answers)
    assert result.snapshot is not None
    assert rows_of(result.snapshot, "surveys", "survey_id, score, answers, size, public, comment") == [
        ("A1", Decimal("4.50"), 12, "small", True, "Caf\u00e9"),
        ("A2", None, None, None, None, None),
    ]


@pytest.mark.parametrize("bad", [2, 3, 4])
def test_a_fault_has_its_line_wherever_it_stands(tmp_path: Path, bad: int) -> None:
    """First, middle or last: the line is named, and nothing is written."""
    rows = ["S1,P1,2026-01-05,1", "S2,P1,2026-01-05,2", "S3,P1,2026-01-05,3"]
    rows[bad - 2] = rows[bad - 2].replace("2026-01-05", "05/01/2026")
    lines = "\n".join(["sale,partner,day,amount", *rows, ""])
    wrong = "column `day`: '05/01/2026' is not a day in the format year-month-day (`%Y-%m-%d`)"
    assert errors(tmp_path, lines=lines) == [f"lines.csv:{bad} RNG705 `sales.closed_on`: {wrong}"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (",P1,2026-01-05,1", "RNG700 `sales.sale_id`: column `sale` is empty in this row"),
        ("S 9,P1,2026-01-05,1", "RNG708 `sales.sale_id`: column `sale`: a space in the id 'S 9'"),
        ("S9,P9,2026-01-05,1", "RNG732 `sales.partner_id`: there is no record 'P9' in `partners`"),
        ("S9,P1,2026-01-05,", "RNG700 `sales.amount`: column `amount` is empty in this row"),
        (
            "S9,P1,2026-01-05,0.125",
            "RNG703 `sales.amount`: column `amount`: '0.125' has more decimals than USD keeps (2 decimals)",
        ),
        ("S9,P1,2026-01-05,-1", "RNG719 `sales.amount`: a sale of '-1' is negative"),
        ("S1,P1,2026-01-05,1", "RNG730 `sales.sale_id`: another row has `sale_id` 'S1' with other values"),
    ],
)
def test_faults_of_a_sale(tmp_path: Path, row: str, expected: str) -> None:
    """What can be wrong with a sale, at the line it stands on."""
    assert errors(tmp_path, lines=LINES + row + "\n") == [f"lines.csv:4 {expected}"]


def test_returns_and_adjustments_may_be_negative(tmp_path: Path) -> None:
    """What a return takes back is negative."""
    feed = FEED.replace("{constant: sale}", "{column: kind, map: {INV: sale, CRN: return, ADJ: adjustment}}")
    head = "sale,partner,day,amount,kind\n"
    result = imported(
        tmp_path, feed, lines=head + "S1,P1,2026-01-05,-1,CRN\nS2,P1,2026-01-05,-1,ADJ\nS3,P1,2026-01-05,1,INV\n"
    )
    assert result.snapshot is not None
    other = tmp_path / "other"
    other.mkdir()
    assert errors(other, feed, lines=head + "S1,P1,2026-01-05,-1,CNR\n") == [
        "lines.csv:2 RNG715 `sales.entry`: column `kind` has 'CNR', which `map` does not list"
    ]


def test_a_duplicate_names_both_lines(tmp_path: Path) -> None:
    """The first row of the key stands beside the second."""
    result = imported(tmp_path, lines=LINES + "S1,P1,2026-01-06,10.50\n")
    (finding,) = result.diagnostics
    assert finding.span is not None and finding.span.line == 4
    assert [(each.span.file, each.span.line, each.label) for each in finding.related] == [
        ("lines.csv", 2, "the key is first used here")
    ]


def test_rows_with_the_same_values_count_once(tmp_path: Path) -> None:
    """A line sent twice is one record where the feed says so, with a note; the first place is kept."""
    once = FEED.replace("    from: lines\n", "    from: lines\n    repeated: once\n")
    result = imported(tmp_path, once, lines=LINES + "S1,P1,2026-01-05,10.5\n" + "S1,P1,2026-01-05,10.50\n")
    assert told(result.diagnostics) == [
        "feed.yaml:9 RNG731 2 rows of `sales` are equal to another in all fields and count once"
    ]
    assert result.snapshot is not None
    assert rows_of(result.snapshot, "sales", "sale_id, _line") == [("S1", 2), ("S2", 3)]


def test_equal_rows_are_an_error(tmp_path: Path) -> None:
    """They may be two records: both lines are named, also where a column that is not read tells them apart."""
    lines = "sale,partner,day,amount,product\nS1,P1,2026-01-05,10.50,A\nS2,P2,2026-02-01,7,A\nS1,P1,2026-01-05,10.5,B\n"
    (finding,) = imported(tmp_path, lines=lines).diagnostics
    assert told((finding,)) == [
        "lines.csv:4 RNG756 `sales.sale_id`: the row of 'S1' is equal to another in all fields that the feed reads"
    ]
    assert [(each.span.line, each.label) for each in finding.related] == [(2, "the first of them")]
    aside = imported(tmp_path, lines=lines, quarantine=True)
    assert aside.snapshot is not None and aside.quarantined == {"sales": 2}
    assert rows_of(aside.snapshot, "sales", "sale_id") == [("S2",)]


def test_numbered_rows_are_records_of_their_own(tmp_path: Path) -> None:
    """Two lines of one order are two sales, in the order of the file; a single one is numbered too."""
    feed = FEED.replace("sale_id: sale", "sale_id: {column: sale, numbered: true}")
    result = imported(tmp_path, feed, lines=LINES + "S1,P1,2026-01-05,10.50\n")
    assert result.diagnostics == () and result.snapshot is not None
    assert rows_of(result.snapshot, "sales", "sale_id, _line") == [("S1-1", 2), ("S1-2", 4), ("S2-1", 3)]


def test_equal_rows_of_partners_count_once(tmp_path: Path) -> None:
    """A partner that is listed twice is one partner."""
    result = imported(tmp_path, accounts="id,parent,name\nP1,,Alpha\nP2,P1,Beta\nP2,P1,Beta\n")
    assert [each.code for each in result.diagnostics] == ["RNG731"]


def test_references_are_not_judged_by_broken_tables(tmp_path: Path) -> None:
    """A faulty partner is one finding, not one for each of its sales."""
    assert errors(tmp_path, accounts="id,parent,name\nP1,,Alpha\nP 2,,Beta\n") == [
        "accounts.csv:3 RNG708 `partners.partner_id`: column `id`: a space in the id 'P 2'"
    ]


def test_many_faults_are_counted(tmp_path: Path) -> None:
    """The first three are listed, all are counted."""
    lines = "sale,partner,day,amount\n" + "".join(f"S{n},P1,2026-01-05,x\n" for n in range(250))
    found = errors(tmp_path, lines=lines)
    assert [each.split()[0] for each in found] == ["lines.csv:2", "lines.csv:3", "lines.csv:4", "lines.csv:5"]
    assert found[-1].endswith("247 more rows have this fault in column `amount`, first at lines.csv:5")


def test_join_and_look_up(tmp_path: Path) -> None:
    """Keys from several columns; ids translated by another source, one row or an error."""
    feed = FEED.replace("sale_id: sale", "sale_id: {join: [sale, item], with: '.'}").replace(
        "partner_id: partner", "partner_id: {column: partner, look_up: {in: ids, match: theirs, take: ours}}"
    )
    feed = feed.replace("sources:", "sources:\n  ids: {file: ids.csv}")
    lines = "sale,item,partner,day,amount\nS1,1,a,2026-01-05,1\nS1,2,b,2026-01-05,2\n"
    result = imported(tmp_path, feed, lines=lines, ids="theirs,ours\na,P1\nb,P2\n,P2\n")
    assert result.snapshot is not None
    assert rows_of(result.snapshot, "sales", "sale_id, partner_id") == [("S1.1", "P1"), ("S1.2", "P2")]
    other = tmp_path / "other"
    other.mkdir()
    bad = lines + "S2,,a,2026-01-05,1\nS3,1,c,2026-01-05,1\nS4,1,b,2026-01-05,1\n"
    assert errors(other, feed, lines=bad, ids="theirs,ours\na,P1\nb,P2\nb,P2\n") == [
        "lines.csv:3 RNG717 `sales.partner_id`: several rows have 'b' in column `theirs` of `ids`",
        "lines.csv:4 RNG700 `sales.sale_id`: one of the columns `sale` and `item` is empty in this row",
        "lines.csv:5 RNG716 `sales.partner_id`: no row has 'c' in column `theirs` of `ids`",
        "lines.csv:6 RNG717 `sales.partner_id`: several rows have 'b' in column `theirs` of `ids`",
    ]


def test_maps_keep_drop_or_refuse(tmp_path: Path) -> None:
    """Values that a map does not list stay, become missing, or are faults."""
    for unmapped, expected in (("keep", "other"), ("missing", None)):
        feed = FEED.replace("name: name", f"type: {{column: name, map: {{Alpha: one}}, unmapped: {unmapped}}}")
        result = imported(tmp_path, feed, accounts=ACCOUNTS.replace("Beta", "other"))
        assert result.snapshot is not None
        assert rows_of(result.snapshot, "partners", "type") == [("one",), (expected,)]


def test_currency_of_a_row(tmp_path: Path) -> None:
    """An amount whose currency is another, or missing, is refused."""
    feed = FEED.replace("amount: amount", "amount: {column: amount, currency: cur}")
    lines = "sale,partner,day,amount,cur\nS1,P1,2026-01-05,1,USD\nS2,P1,2026-01-05,1,EUR\nS3,P1,2026-01-05,1,\n"
    assert errors(tmp_path, feed, lines=lines) == [
        "lines.csv:3 RNG718 `sales.amount`: column `cur` has 'EUR', but the program uses USD",
        "lines.csv:4 RNG718 `sales.amount`: column `cur` is empty, so the amount has no currency",
    ]


def test_texts_that_mean_missing(tmp_path: Path) -> None:
    """Each source may have its own; an empty text that does not mean missing stays a text."""
    feed = FEED.replace("accounts.csv}", "accounts.csv, missing: ['NULL', none]}")
    result = imported(tmp_path, feed, accounts="id,parent,name\nP1,NULL,none\nP2,P1,\n")
    assert result.snapshot is not None
    assert rows_of(result.snapshot, "partners", "parent_id, name") == [(None, None), ("P1", "")]
    none = FEED.replace("accounts.csv}", "accounts.csv, missing: []}")
    assert told(imported(tmp_path, none).diagnostics) == [
        "accounts.csv:2 RNG707 `partners.parent_id`: column `parent`: the id is an empty text"
    ]


def test_unpivot(tmp_path: Path) -> None:
    """Wide columns become rows, named as the feed says; empty cells make none, with a note."""
    feed = FEED.replace(
        "lines.csv}", "lines.csv, unpivot: {columns: {M01: 01-01, M02: 02-01}, name: month, value: net}}"
    )
    feed = feed.replace("sale_id: sale", "sale_id: {join: [partner, month]}")
    feed = feed.replace("closed_on: day", "closed_on: {join: [year, month]}").replace("amount: amount", "amount: net")
    result = imported(tmp_path, feed, lines="partner,year,M01,M02\nP1,2026,5,\nP2,2026,6,7\n")
    assert told(result.diagnostics) == ["feed.yaml:9 RNG739 1 cell of `lines.csv` without a value was skipped"]
    assert result.snapshot is not None
    assert rows_of(result.snapshot, "sales", "sale_id, closed_on, amount, _line") == [
        ("P1-01-01", date(2026, 1, 1), Decimal("5.00"), 2),
        ("P2-01-01", date(2026, 1, 1), Decimal("6.00"), 3),
        ("P2-02-01", date(2026, 2, 1), Decimal("7.00"), 3),
    ]


def test_numbers_and_days_of_another_country(tmp_path: Path) -> None:
    """Marks and formats are stated, not guessed."""
    feed = FEED.replace("lines.csv}", "lines.csv, delimiter: ;, decimal: ',', thousands: '.', date_format: '%d.%m.%Y'}")
    result = imported(tmp_path, feed, lines="sale;partner;day;amount\nS1;P1;5.1.2026;1.234,5\n")
    assert result.snapshot is not None
    assert rows_of(result.snapshot, "sales", "closed_on, amount") == [(date(2026, 1, 5), Decimal("1234.50"))]


def test_ids_that_look_alike_are_a_warning(tmp_path: Path) -> None:
    """`P-O01` and `P-001` are two partners, and a person should look."""
    result = imported(tmp_path, accounts="id,parent,name\nP1,,A\nP2,,B\nP-O01,,C\nP-001,,D\n")
    assert result.snapshot is not None
    assert told(result.diagnostics) == [
        "accounts.csv:5 RNG710 `partners.partner_id`: 'P-001' looks like the id of another partner"
    ]


def test_tables_without_rows(tmp_path: Path) -> None:
    """An empty file is a warning, a table declared empty is not; both are in the snapshot."""
    result = imported(tmp_path, FEED + "  surveys: empty\n", lines="sale,partner,day,amount\n")
    assert told(result.diagnostics) == ["feed.yaml:9 RNG736 `lines.csv` has no rows for `sales`"]
    assert [(each.name, each.rows) for each in result.tables] == [
        ("partners", 2),
        ("sales", 0),
        ("surveys", 0),
        ("reach", 3),
    ]


def test_personal_fields_never_reach_the_disk(tmp_path: Path) -> None:
    """A mapped name of a person is in no file of the workspace."""
    feed = FEED.replace(", name: name", "") + "  people: {from: accounts, fields: {person_id: id, email: name}}\n"
    result = imported(tmp_path, feed, accounts="id,parent,name\nP1,,secret@example.org\nP2,,x\n")
    assert result.snapshot is not None
    people = result.snapshot.table("people")
    assert people is not None and [name for name, _ in people.fields] == ["person_id", "partner_id"]
    files = [each for each in (tmp_path / "home").rglob("*") if each.is_file()]
    assert files and not any(b"secret" in each.read_bytes() for each in files)


def test_columns_that_do_not_exist(tmp_path: Path) -> None:
    """A wrong name of a column is found at its place in the feed."""
    feed = FEED.replace("closed_on: day", "closed_on: dya").replace(
        "amount: amount", "amount: {column: amount, currency: c}"
    )
    feed = feed.replace("name: name", "name: {column: name, look_up: {in: lines, match: x, take: amount}}")
    result = imported(tmp_path, feed)
    assert sorted(told(result.diagnostics)) == [
        "feed.yaml:11 RNG604 `lines.csv` has no column `c`",
        "feed.yaml:11 RNG604 `lines.csv` has no column `dya`",
        "feed.yaml:8 RNG604 `lines.csv` has no column `x`",
    ]
    assert any(each.help == "did you mean `day`?" for each in result.diagnostics)


def test_unreadable_files_stop_the_import(tmp_path: Path) -> None:
    """A finding of a reader leaves nothing behind."""
    found = errors(tmp_path, lines="sale,partner,day,amount\nS1,P1\n")
    assert len(found) == 1 and found[0].startswith("lines.csv:2 ")


def test_where_the_encoding_is_stated(tmp_path: Path) -> None:
    """A byte of an older Windows program: the cure names the key, the file and the place."""
    found = imported(tmp_path, files={"lines.csv": "sale,partner,day,amount\nSé,P1,,\n".encode("cp1252")}).diagnostics
    assert [each.help for each in found] == [
        "save the file as UTF-8, or write `encoding: windows-1252` under the source in feed.yaml"
    ]
    assert [(each.label, each.span.file, each.span.line) for each in found[0].related] == [
        ("the source", "feed.yaml", 6)
    ]


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    """Everything is checked, the id is told, no folder is made."""
    dry = imported(tmp_path, dry_run=True)
    assert not (tmp_path / "home").exists()
    assert dry.snapshot is None
    real = imported(tmp_path)
    assert real.snapshot is not None
    assert dry.id == real.id == real.snapshot.id
    assert dry.tables == real.tables
    assert [(each.name, list(each.totals)) for each in dry.tables] == [
        ("partners", []),
        ("sales", ["closed_on", "amount"]),
        ("reach", []),
    ]
    assert imported(tmp_path, lines="sale\n", dry_run=True).id == ""


def test_the_same_records_are_the_same_snapshot(tmp_path: Path) -> None:
    """Order of rows, columns and spelling of numbers do not matter; every import is recorded."""
    first = imported(tmp_path)
    again = imported(tmp_path)
    turned = imported(tmp_path, lines="amount,day,partner,sale\n7.0,2026-02-01,P2,S2\n10.5,2026-01-05,P1,S1\n")
    assert first.snapshot is not None
    assert first.id == again.id == turned.id
    records = sorted((first.snapshot.folder / "imports").glob("*/import.json"))
    assert len(records) == 2
    document = json.loads(records[0].read_bytes())
    assert document["feed"] == {"name": "desk", "file": "feed.yaml", "text": FEED}
    assert set(document["sources"]) == {"accounts", "lines"}
    changed = imported(tmp_path, lines=LINES.replace("10.50", "10.51"))
    assert changed.id != first.id
    assert [each.name for each in (tmp_path / "home" / "snapshots").iterdir() if each.name.startswith(".")] == []


def test_a_damaged_snapshot_is_not_taken_for_the_same(tmp_path: Path) -> None:
    """Importing again verifies what is there."""
    first = imported(tmp_path)
    assert first.snapshot is not None
    path = first.snapshot.path("sales")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    again = imported(tmp_path)
    assert again.snapshot is None
    assert [each.code for each in again.diagnostics] == ["RNG770"]
    assert len(verify_snapshot(first.snapshot)) == 1


def test_a_workspace_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    """A file in the place of the workspace stops the import before it reads."""
    (tmp_path / "home").write_text("")
    assert [each.code for each in imported(tmp_path).diagnostics] == ["RNG790"]
