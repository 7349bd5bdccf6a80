"""What a run came to, for a program compiled from text. Every figure is worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from engine.language.source import File
from engine.plan.scalar import Value
from engine.runs.codes import exit_code
from engine.runs.compiled import Compiled
from engine.runs.evaluate import EvaluationRequest, evaluate
from engine.runs.manifest import Meaning
from engine.runs.recheck import recheck
from engine.runs.replay import Engine, replay
from engine.runs.summary import OpenBenefit
from rules import compile_program, load_program
from tests.engine.runs.workspaces import HASH, stored_snapshot

FILE = "three/2026.yaml"
PROGRAM = b"""\
rung: 1
program: three
title: Three tiers
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
rounding: {mode: half_up, at: earning}
records:
  extends: standard
metrics:
  revenue: {title: Revenue, from: sales, sum: amount, window: trailing 12 months}
  quantity: {title: Units, from: sales, sum: quantity, window: trailing 12 months}
tiers:
  ladder: [registered, silver]
  silver:
    requires:
      - revenue >= 100 USD
      - quantity >= 1
benefits:
  coaching:
    value: flag
    when:
      - revenue < 100 USD
incentives:
  rebate:
    kind: rebate
    title: Rebate
    from: sales
    measured: each period
    period: quarter
    sum: amount
    method: marginal
    bands:
      - {from: 0 USD, rate: 1%}
    payee: partner
    accounting: contra_revenue
    settle_by: credit_note
"""


def sale(id: str, partner: str, amount: str, quantity: int | None) -> dict[str, Value]:
    """A sale on 15 May 2026."""
    day = date(2026, 5, 15)
    return {
        "sale_id": id, "partner_id": partner, "entry": "sale", "closed_on": day, "recorded_on": day,
        "amount": Decimal(amount), "quantity": quantity,
    }  # fmt: skip


RECORDS: Mapping[str, Sequence[Mapping[str, Value]]] = {
    "partners": [{"partner_id": partner} for partner in ("P1", "P2", "P3")],
    "sales": [
        sale("S1", "P1", "150.00", 2),
        sale("S2", "P1", "0.50", 1),
        sale("S3", "P2", "99.99", 1),
        sale("S4", "P3", "500.00", None),
    ],
}


def compiled(program: bytes, file: str, as_of: date, builds_on: tuple[File, ...] = ()) -> Compiled:
    """The program as runs take it."""
    loaded, findings = load_program(program, file, builds_on)
    assert loaded is not None, findings
    plan, findings = compile_program(loaded, as_of)
    assert plan is not None, findings
    return Compiled(plan, loaded.records, HASH, loaded.family, loaded.version, loaded.title)


def test_tiers_benefits_totals_and_the_undecided(tmp_path: Path) -> None:
    """P1 is silver, P2 is not and is coached, P3 has no quantity and cannot be decided.

    Rebates: 1 % of 150.50, 99.99 and 500.00, each rounded half up to 1.51, 1.00 and 5.00.
    """
    day = date(2026, 6, 30)
    program = compiled(PROGRAM, FILE, day)
    workspace, snapshot = stored_snapshot(tmp_path / "home", program.plan, RECORDS)
    request = EvaluationRequest(PROGRAM, FILE, "three", "2026", "Three tiers", Meaning(HASH, snapshot.id, day))
    result = evaluate(request, program, snapshot, workspace)
    document = result.document
    assert document["partners"] == 3
    assert document["tiers"] == {"registered": 2, "silver": 1}
    assert document["benefits"] == {"coaching": 1}
    assert document["totals"] == {"rebate": {"USD": "7.51"}}
    assert document["undecided"] == {
        "count": 1, "first": ["P3"], "benefits": {}, "earnings": 0, "first_earnings": [],
        "by_open_status": 0, "first_by_open_status": [],
    }  # fmt: skip
    assert document["program"] == {"family": "three", "version": "2026", "file": FILE, "hash": HASH}
    assert result.run is not None
    assert recheck(result.run, program, snapshot, "all").count == 0
    for engine in Engine:
        replayed, findings = replay(workspace, result.run.id, lambda run: compiled(run.program, FILE, day), engine)
        assert replayed is not None
        assert (replayed.identical, findings) == (True, ())


def test_a_benefit_that_cannot_be_decided_is_counted(tmp_path: Path) -> None:
    """P3 has no quantity, so its coaching is open, though its tier is not; P1 and P2 have one."""
    day = date(2026, 6, 30)
    text = PROGRAM.replace(b"      - quantity >= 1\n", b"").replace(b"revenue < 100 USD", b"quantity >= 1")
    program = compiled(text, FILE, day)
    workspace, snapshot = stored_snapshot(tmp_path / "home", program.plan, RECORDS)
    request = EvaluationRequest(text, FILE, "three", "2026", "Three tiers", Meaning(HASH, snapshot.id, day))
    result = evaluate(request, program, snapshot, workspace)
    assert result.document["benefits"] == {"coaching": 2}
    assert result.document["undecided"] == {
        "count": 0, "first": [], "benefits": {"coaching": 1}, "earnings": 0, "first_earnings": [],
        "by_open_status": 0, "first_by_open_status": [],
    }  # fmt: skip
    assert result.summary is not None
    assert result.summary.undecided_benefits == (OpenBenefit("coaching", 1, "P3"),)


def test_what_the_referee_leaves_out_is_told(tmp_path: Path) -> None:
    """A product beyond 62 bits is a note with its number, no mismatch, and no reason to stop.

    90 million million dollars times a thousand units are 9 * 10**18 in cents; 2**62 is 4.6 * 10**18.
    """
    day = date(2026, 6, 30)
    text = PROGRAM.replace(b"- quantity >= 1\n", b"- revenue * quantity >= 100 USD\n")
    program = compiled(text, FILE, day)
    records: dict[str, list[dict[str, Value]]] = {
        "partners": [{"partner_id": "P1"}],
        "sales": [sale("S1", "P1", "90000000000000.00", 1000)],
    }
    workspace, snapshot = stored_snapshot(tmp_path / "home", program.plan, records)
    request = EvaluationRequest(text, FILE, "three", "2026", "Three tiers", Meaning(HASH, snapshot.id, day))
    evaluated = evaluate(request, program, snapshot, workspace)
    assert evaluated.run is not None
    result = recheck(evaluated.run, program, snapshot, "all")
    assert result.count == 0
    assert [each.code for each in result.findings] == ["RNG806"]
    assert "a value beyond 62 bits" in result.findings[0].message
    assert exit_code(result.findings) == 0


BARE = b"""\
rung: 1
program: bare
title: Nothing but a metric
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
rounding: {mode: half_up, at: earning}
records:
  extends: standard
metrics:
  revenue: {title: Revenue, from: sales, sum: amount, window: trailing 12 months}
"""


def test_a_program_of_metrics_alone(tmp_path: Path) -> None:
    """Without tiers, benefits and incentives a run still counts its partners, and replays."""
    day = date(2026, 6, 30)
    program = compiled(BARE, FILE, day)
    workspace, snapshot = stored_snapshot(tmp_path / "home", program.plan, RECORDS)
    request = EvaluationRequest(BARE, FILE, "bare", "2026", "Bare", Meaning(HASH, snapshot.id, day))
    result = evaluate(request, program, snapshot, workspace)
    assert result.document["partners"] == 3
    assert (result.document["tiers"], result.document["benefits"], result.document["totals"]) == ({}, {}, {})
    assert result.run is not None
    assert recheck(result.run, program, snapshot, "all").count == 0


def test_nobody_earned_anything(tmp_path: Path) -> None:
    """Without partners every figure is zero, in the currency's own form."""
    day = date(2026, 6, 30)
    program = compiled(PROGRAM, FILE, day)
    workspace, snapshot = stored_snapshot(tmp_path / "home", program.plan, {})
    request = EvaluationRequest(PROGRAM, FILE, "three", "2026", "Three tiers", Meaning(HASH, snapshot.id, day))
    result = evaluate(request, program, snapshot, workspace, dry_run=True)
    assert result.document["partners"] == 0
    assert result.document["tiers"] == {"registered": 0, "silver": 0}
    assert result.document["totals"] == {"rebate": {"USD": "0.00"}}
