"""Rules between rows: periods, parents, references; and what quarantine sets aside with them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from engine.language.diagnostic import Severity
from engine.language.records import Field, RecordSchema, RecordTable
from engine.records.rules import MAX_PARENTS
from engine.types import DATE, ID
from tests.engine.records.desk import FEED, SCHEMA, imported, rows_of, told

HISTORY = FEED.replace("tables:", "  tiers: {file: tiers.csv}\ntables:") + (
    "  statuses: {from: tiers, fields: {partner_id: partner, tier: tier, from: start, before: end}}\n"
)
TIERS = "partner,tier,start,end\nP1,silver,2025-01-01,2026-01-01\nP1,gold,2026-01-01,\nP2,silver,2025-06-01,\n"


def tree(*pairs: tuple[str, str]) -> str:
    """Partners with their parents."""
    return "id,parent,name\n" + "".join(f"{child},{parent},x\n" for child, parent in pairs)


def test_history_without_overlap(tmp_path: Path) -> None:
    """Periods that touch are fine; an open one is the last."""
    result = imported(tmp_path, HISTORY, tiers=TIERS)
    assert result.diagnostics == ()
    assert result.snapshot is not None
    assert rows_of(result.snapshot, "statuses", "partner_id, tier") == [
        ("P1", "silver"),
        ("P1", "gold"),
        ("P2", "silver"),
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            "P1,silver,2025-12-31,2026-01-01",
            "RNG733 `statuses.from`: a period starts on 2025-12-31, before the previous period ends",
        ),
        (
            "P2,gold,2026-01-01,",
            "RNG733 `statuses.from`: a period starts on 2026-01-01, before the previous period ends",
        ),
        (
            "P2,x,2024-01-01,2024-01-01",
            "RNG720 `statuses.before`: the period ends on '2024-01-01', not after its first day",
        ),
    ],
)
def test_history_that_overlaps(tmp_path: Path, row: str, expected: str) -> None:
    """Two tiers on one day, or a period of no days, is a fault at its line."""
    result = imported(tmp_path, HISTORY, tiers=TIERS + row + "\n")
    assert told(result.diagnostics) == [f"tiers.csv:5 {expected}"]


def test_parents_in_a_circle(tmp_path: Path) -> None:
    """Every partner of the circle is named, those below it are not."""
    result = imported(tmp_path, accounts=tree(("P1", "P2"), ("P2", "P3"), ("P3", "P1"), ("P4", "P1"), ("P5", "")))
    assert told(result.diagnostics) == [
        f"accounts.csv:{line} RNG734 `partners.parent_id`: 'P{line - 1}' is its own ancestor" for line in (2, 3, 4)
    ]
    alone = imported(tmp_path, accounts=tree(("P1", "P1"), ("P2", "")))
    assert told(alone.diagnostics) == ["accounts.csv:2 RNG734 `partners.parent_id`: 'P1' is its own ancestor"]


def test_depth_of_parents(tmp_path: Path) -> None:
    """Sixteen parents above a partner are taken, seventeen are not."""
    chain = [(f"P{n}", f"P{n - 1}" if n else "") for n in range(MAX_PARENTS + 1)]
    result = imported(tmp_path, accounts=tree(*chain))
    assert result.snapshot is not None
    assert len(rows_of(result.snapshot, "reach")) == 17 * 18 // 2
    deeper = imported(tmp_path, accounts=tree(*chain, ("P17", "P16")))
    assert told(deeper.diagnostics) == [
        "accounts.csv:19 RNG735 `partners.parent_id`: 'P17' has more than 16 parents above it"
    ]


def test_repeated_partners_do_not_confuse_the_parents(tmp_path: Path) -> None:
    """A duplicate partner is one finding; its parents are not judged."""
    result = imported(tmp_path, accounts=tree(("P1", "P2"), ("P1", ""), ("P2", "P1")))
    assert told(result.diagnostics) == [
        "accounts.csv:3 RNG730 `partners.partner_id`: another row has `partner_id` 'P1' with other values"
    ]


def test_quarantine_takes_what_refers_to_a_bad_row(tmp_path: Path) -> None:
    """A bad partner, its child, its child's sale and its own go aside; the rest is imported, with a count."""
    accounts = tree(("P1", ""), ("P 2", ""), ("P3", "P2"), ("P4", "P3"))
    lines = "sale,partner,day,amount\nS1,P1,2026-01-05,1\nS2,P4,2026-01-05,1\nS3,P1,2026-01-05,=1+1\nS4,P1,x,y\n"
    result = imported(tmp_path, accounts=accounts, lines=lines, quarantine=True)
    assert result.snapshot is not None
    assert rows_of(result.snapshot, "partners", "partner_id") == [("P1",)]
    assert rows_of(result.snapshot, "sales", "sale_id") == [("S1",)]
    assert result.quarantined == {"partners": 3, "sales": 3}
    assert {each.severity for each in result.diagnostics} == {Severity.WARNING}
    assert "RNG738 3 rows of `sales` were set aside" in told(result.diagnostics)
    assert result.quarantine is not None
    with result.quarantine.open(encoding="utf-8", newline="") as file:
        cells = [(row["table"], row["line"], row["code"], row["value"]) for row in csv.DictReader(file)]
    assert sorted(cells) == [
        ("partners", "3", "RNG708", "P 2"),
        ("partners", "4", "RNG732", "P2"),
        ("partners", "5", "RNG732", "P3"),
        ("sales", "3", "RNG732", "P4"),
        ("sales", "4", "RNG701", "'=1+1"),
        ("sales", "5", "RNG701", "y"),
        ("sales", "5", "RNG705", "x"),
    ]


def test_no_value_of_the_quarantine_file_runs(tmp_path: Path) -> None:
    """Formulas behind blanks and in full width, too; two different values are never the same cell; numbers stay."""
    values = ["=1+1", "'=1+1", " =1+1", "\uff1d1+1", "@x", "'t", "-1.2345"]
    lines = "sale,partner,day,amount\n" + "".join(f"S{n},P1,2026-01-05,{each}\n" for n, each in enumerate(values))
    result = imported(tmp_path, lines=lines, quarantine=True)
    assert result.quarantine is not None
    with result.quarantine.open(encoding="utf-8", newline="") as file:
        cells = [row["value"] for row in csv.DictReader(file)]
    assert cells == ["'=1+1", "''=1+1", "' =1+1", "'\uff1d1+1", "'@x", "'t", "-1.2345"]


def test_quarantine_takes_both_of_a_pair(tmp_path: Path) -> None:
    """Of two rows that contradict each other neither is believed."""
    lines = "sale,partner,day,amount\nS1,P1,2026-01-05,1\nS1,P1,2026-01-05,2\nS2,P1,2026-01-05,2\n"
    tiers = TIERS + "P2,gold,2026-01-01,\n"
    result = imported(tmp_path, HISTORY, lines=lines, tiers=tiers, quarantine=True)
    assert result.snapshot is not None
    assert rows_of(result.snapshot, "sales", "sale_id") == [("S2",)]
    assert rows_of(result.snapshot, "statuses", "partner_id") == [("P1",), ("P1",)]
    assert result.quarantined == {"sales": 2, "statuses": 2}


def test_quarantine_of_a_circle(tmp_path: Path) -> None:
    """The circle goes aside, and then what hangs on it."""
    accounts = tree(("P1", ""), ("P2", "P3"), ("P3", "P2"), ("P4", "P3"))
    lines = "sale,partner,day,amount\nS1,P1,2026-01-05,1\n"
    result = imported(tmp_path, accounts=accounts, lines=lines, quarantine=True)
    assert result.snapshot is not None
    assert rows_of(result.snapshot, "partners", "partner_id") == [("P1",)]
    assert rows_of(result.snapshot, "reach") == [("P1", "P1")]
    assert result.quarantined == {"partners": 3}


def test_quarantine_of_nothing(tmp_path: Path) -> None:
    """Without faults there is no file."""
    result = imported(tmp_path, quarantine=True)
    assert (result.quarantined, result.quarantine, result.diagnostics) == ({}, None, ())


def test_a_clean_import_is_another_snapshot_than_one_with_rows_set_aside(tmp_path: Path) -> None:
    """Decisions depend on what was set aside, so the id does, even where all other rows are the same."""
    clean = imported(tmp_path)
    lines = "sale,partner,day,amount\nS1,P1,2026-01-05,10.50\nS2,P2,2026-02-01,7\nS3,P2,2026-02-01,x\n"
    dirty = imported(tmp_path, lines=lines, quarantine=True)
    assert clean.id != dirty.id
    assert clean.snapshot is not None and clean.snapshot.table("set-aside") is None
    assert dirty.id == imported(tmp_path, lines=lines, quarantine=True).id
    assert dirty.quarantine is not None and dirty.quarantine.is_file()


NAMES = (
    "row",
    "value",
    "other",
    "led",
    "start",
    "previous",
    "h",
    "place",
    "key",
    "matches",
    "t0",
    "x1",
    "f2",
    "v0",
    "rows",
)


def test_names_of_fields_do_not_meet_our_own(tmp_path: Path) -> None:
    """A vendor may call fields as the queries call theirs: keys, periods and values stay what they are."""
    fields = [Field("row", ID), Field("start", DATE), Field("value", DATE, optional=True)]
    fields += [Field(name, ID, optional=True) for name in NAMES if name not in ("row", "start", "value")]
    table = RecordTable("odd", ("row", "start"), tuple(fields), period=("start", "value"))
    feed = FEED.replace("tables:", "  odd: {file: odd.csv}\ntables:")
    feed += "  odd: {from: odd, fields: {" + ", ".join(f"{name}: {name}" for name in NAMES) + "}}\n"

    def odd(*rows: tuple[str, str, str]) -> str:
        cells = [{"row": row, "start": start, "value": end} for row, start, end in rows]
        lines = [",".join(each.get(name, f"{name}-1") for name in NAMES) for each in cells]
        return "\n".join([",".join(NAMES), *lines, ""])

    schema = RecordSchema((*SCHEMA.tables, table))
    good = odd(("A", "2026-01-01", "2026-02-01"), ("A", "2026-02-01", ""), ("B", "2026-01-15", ""))
    result = imported(tmp_path, feed, schema=schema, odd=good + good.split("\n")[1] + "\n")
    assert result.snapshot is not None
    assert rows_of(result.snapshot, "odd", "row, other, f2, v0") == [(row, "other-1", "f2-1", "v0-1") for row in "AAB"]
    bad = odd(
        ("A", "2026-01-01", "2026-02-01"),
        ("A", "2026-01-31", ""),
        ("B", "2026-01-15", ""),
        ("B", "2026-01-15", "2026-02-01"),
    )
    found = told(imported(tmp_path, feed, schema=schema, odd=bad).diagnostics)
    assert [each.split(" ")[:2] for each in found] == [
        ["odd.csv:3", "RNG733"],
        ["odd.csv:5", "RNG730"],
        ["odd.csv:5", "RNG733"],
    ]
