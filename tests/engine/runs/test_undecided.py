"""Rows set aside by an import, and what a run then cannot decide. Every figure is worked out by hand.

Of three partners P1 has a sale without an amount and P3 one without a day; P2 and its sales are whole. A fourth row
names a partner that does not exist. P2's tier is registered (99.99 is below 100) and its record earns 10.00.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.duck import open_connection
from engine.plan.outputs import EARNINGS, ENTITLEMENTS, RUNNING, STATUSES
from engine.plan.scalar import Value
from engine.records.incomplete import SetAside
from engine.records.snapshot import Snapshot
from engine.runs.compiled import Compiled
from engine.runs.decisions import check_decisions
from engine.runs.evaluate import Evaluated, EvaluationRequest, evaluate
from engine.runs.manifest import Meaning, manifest_text
from engine.runs.recheck import recheck
from engine.runs.replay import Engine, replay
from engine.runs.resources import Resources
from engine.runs.results import columns_of_output, read_rows
from engine.runs.undecided import RUN, check_whole, readings
from engine.workspace import Workspace
from rules import load_program
from tests.engine.records.desk import FEED, imported
from tests.engine.runs.test_summary import FILE, compiled
from tests.engine.runs.test_summary import PROGRAM as THREE_TIERS
from tests.engine.runs.workspaces import HASH

pytestmark = pytest.mark.search

DAY = date(2026, 5, 15)
PROGRAM = (
    THREE_TIERS.replace(b"      - quantity >= 1\n", b"")
    + b"""\
  launch:
    kind: spiff
    title: Launch
    from: sales
    measured: each row
    amount: 10 USD
    payee: partner
    accounting: contra_revenue
    settle_by: credit_note
"""
)
ACCOUNTS = "id,parent,name\nP1,,Alpha\nP2,,Beta\nP3,,Gamma\n"
WHOLE = "sale,partner,day,amount\nS1,P1,2026-02-05,150\nS3,P2,2026-05-15,99.99\n"
LINES = WHOLE + "S2,P1,2026-05-05,x\nS4,P3,2026-99-01,7\nS5,P9,2026-05-15,3\n"


def snapshot_of(folder: Path, lines: str = LINES, program: bytes = PROGRAM) -> Snapshot:
    """What an import of these sales keeps."""
    loaded, found = load_program(program, FILE)
    assert loaded is not None, found
    result = imported(folder, FEED, schema=loaded.records, accounts=ACCOUNTS, lines=lines, quarantine=True)
    assert result.snapshot is not None, result.diagnostics
    return result.snapshot


def evaluated(
    folder: Path, snapshot: Snapshot, program: bytes = PROGRAM, shards: int = 1, *, dry_run: bool = False
) -> tuple[Compiled, Evaluated]:
    """The run over a snapshot."""
    plan = compiled(program, FILE, DAY)
    request = EvaluationRequest(program, FILE, "three", "2026", "Three tiers", Meaning(HASH, snapshot.id, DAY))
    resources = Resources(shards, 1, "1GB")
    return plan, evaluate(request, plan, snapshot, Workspace(folder / "home"), resources, dry_run=dry_run)


def rows_of(done: Evaluated, plan: Compiled, output: str, *columns: str) -> list[tuple[Value, ...]]:
    """Columns of a result, in its order."""
    assert done.run is not None
    (node,) = (each for each in plan.plan.outputs if each.name == output)
    connection = open_connection(1, folders=[done.run.folder])
    rows = list(read_rows(done.run.path(output), columns_of_output(node), node.key, connection))
    return [tuple(row[name] for name in columns) for row in rows]


def test_what_reads_rows_set_aside_is_undecided(tmp_path: Path) -> None:
    """P1 and P3 are undecided in everything that reads sales, and P2 is decided as if they were not there."""
    plan, done = evaluated(tmp_path, snapshot_of(tmp_path))
    assert rows_of(done, plan, STATUSES.name, "partner_id", "held", "floor", "ceiling", "undecided") == [
        ("P1", None, None, None, True),
        ("P2", "registered", "registered", "registered", False),
        ("P3", None, None, None, True),
    ]
    assert rows_of(done, plan, ENTITLEMENTS.name, "partner_id", "coaching", "coaching.granted") == [
        ("P1", None, None), ("P2", True, True), ("P3", None, None),
    ]  # fmt: skip
    first, end = date(2026, 1, 1), date(2026, 4, 1)
    names = ("partner_id", "incentive", "period", "period_from", "period_before", "source_id", "amount")
    assert rows_of(done, plan, EARNINGS.name, *names) == [
        ("P1", "launch", None, None, None, None, None),
        ("P1", "rebate", "2026-Q1", first, end, None, None),
        ("P2", "launch", None, None, None, "S3", Decimal("10.00")),
        ("P3", "launch", None, None, None, None, None),
        ("P3", "rebate", "2026-Q1", first, end, None, None),
    ]
    running = rows_of(done, plan, RUNNING.name, "partner_id", "incentive", "period", "complete_on", "amount")
    assert running == [
        (partner, "rebate", "2026-Q2", date(2026, 6, 30), amount)
        for partner, amount in (("P1", None), ("P2", Decimal("1.00")), ("P3", None))
    ]


def test_the_run_says_what_was_set_aside(tmp_path: Path) -> None:
    """Its manifest and its document count the rows by table, and those of which no partner is known."""
    _, done = evaluated(tmp_path, snapshot_of(tmp_path))
    assert done.manifest is not None and done.manifest.set_aside == (SetAside("sales", 3, 1),)
    document = done.document
    assert document["set_aside"] == {"sales": {"rows": 3, "partner_unknown": 1}}
    assert document["partners"] == 3
    assert document["tiers"] == {"registered": 1, "silver": 0}
    assert document["totals"] == {"rebate": {"USD": "0.00"}, "launch": {"USD": "10.00"}}
    undecided = document["undecided"]
    assert isinstance(undecided, Mapping)
    assert (undecided["count"], undecided["first"]) == (2, ["P1", "P3"])
    assert (undecided["benefits"], undecided["earnings"]) == ({"coaching": 2}, 4)


def test_all_evaluators_agree(tmp_path: Path) -> None:
    """Recheck, replay by both evaluators, and any number of shards."""
    snapshot = snapshot_of(tmp_path)
    plan, done = evaluated(tmp_path, snapshot)
    assert done.run is not None and done.manifest is not None
    found = recheck(done.run, plan, snapshot, "all")
    assert (found.checked, found.count) == (3, 0)
    for engine in Engine:
        again, _ = replay(Workspace(tmp_path / "home"), done.run.id, lambda _: plan, engine)
        assert again is not None and again.identical
    _, parts = evaluated(tmp_path, snapshot, shards=3, dry_run=True)
    assert parts.found  # the run is there
    other = tmp_path / "other"
    other.mkdir()
    _, parts = evaluated(other, snapshot, shards=3, dry_run=True)
    assert parts.manifest is not None and parts.manifest.root == done.manifest.root


def test_a_manifest_that_counts_other_rows_is_damaged(tmp_path: Path) -> None:
    """The numbers of rows set aside follow from the records of the run, and are compared with them."""
    snapshot = snapshot_of(tmp_path)
    plan, done = evaluated(tmp_path, snapshot)
    assert done.run is not None and check_decisions(done.run, plan, snapshot) == ()
    for said, text in (((SetAside("sales", 1, 1),), "1 of sales"), ((), "none")):
        forged = replace(done.run, manifest=replace(done.run.manifest, set_aside=said))
        (done.run.folder / "manifest.json").write_bytes(manifest_text(forged.manifest))
        (found,) = check_decisions(forged, plan, snapshot)
        assert found.message.endswith(f"`set_aside`, `rows`: stored {text}, recomputed 3 of sales")


def test_without_such_rows_nothing_is_said(tmp_path: Path) -> None:
    """A whole snapshot has nothing set aside, and P1 is silver: 150.00, of which the first quarter pays 1.50."""
    snapshot = snapshot_of(tmp_path, WHOLE)
    plan, done = evaluated(tmp_path, snapshot)
    assert (done.document["set_aside"], check_whole(snapshot)) == ({}, ())
    assert rows_of(done, plan, STATUSES.name, "partner_id", "held") == [
        ("P1", "silver"), ("P2", "registered"), ("P3", "registered"),
    ]  # fmt: skip
    totals = rows_of(done, plan, EARNINGS.name, "partner_id", "incentive", "amount")
    assert totals == [
        ("P1", "launch", Decimal("10.00")), ("P1", "rebate", Decimal("1.50")), ("P2", "launch", Decimal("10.00")),
    ]  # fmt: skip


BOUNTY = PROGRAM.replace(b"kind: spiff", b"kind: bounty").replace(
    b"measured: each row\n", b"during: {from: 2026-01-01, before: 2027-01-01}\n    new_to: anybody\n"
)


def test_what_others_share_is_undecided_for_them_too() -> None:
    """A bounty for a customer's first sale reads the sales of all partners; tiers read only the partner's own."""
    found = {each.incentive: each for each in readings(compiled(BOUNTY, FILE, DAY).plan)}
    assert set(found) == {RUN, "rebate", "launch"}
    assert [each.table for sharing in found["launch"].needs.shared for each in sharing.places] == ["sales", "sales"]
    assert not found[RUN].needs.shared
    assert "sales" in found[RUN].tables


@pytest.mark.parametrize("undecided", [False, True])
def test_a_bounty_is_undecided_for_everybody(tmp_path: Path, undecided: bool) -> None:
    """The row set aside may be the first sale to any customer. P2's tier is decided all the same."""
    feed = FEED.replace("amount: amount}", "amount: amount, customer_id: customer}")
    feed = feed.replace("  partners:", "  customers: {from: customers, fields: {customer_id: customer}}\n  partners:")
    feed = feed.replace("sources:", "sources:\n  customers: {file: customers.csv}")
    loaded, _ = load_program(BOUNTY, FILE)
    assert loaded is not None
    bad = "S2,P1,2026-05-05,x,C1\n" if undecided else ""
    lines = f"sale,partner,day,amount,customer\nS1,P1,2026-02-05,150,C1\nS3,P2,2026-05-15,99.99,C2\n{bad}"
    files = {"customers.csv": "customer\nC1\nC2\n"}
    made = imported(tmp_path, feed, files, schema=loaded.records, accounts=ACCOUNTS, lines=lines, quarantine=True)
    assert made.snapshot is not None, made.diagnostics
    plan, done = evaluated(tmp_path, made.snapshot, BOUNTY)
    assert rows_of(done, plan, STATUSES.name, "partner_id", "held")[1] == ("P2", "registered")
    earned = rows_of(done, plan, EARNINGS.name, "partner_id", "incentive", "source_id", "amount")
    paid = [("P1", "launch", "S1", Decimal("10.00")), ("P2", "launch", "S3", Decimal("10.00"))]
    nothing = [(partner, "launch", None, None) for partner in ("P1", "P2", "P3")]
    assert [each for each in earned if each[1] == "launch"] == (nothing if undecided else paid)
