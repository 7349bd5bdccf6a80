"""A run whose benefits have keys: stored, counted, listed, checked again, replayed. Figures are worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cli.listing import Show, listed
from engine.impact.model import Grant
from engine.runs.compiled import Compiled
from engine.runs.evaluate import EvaluationRequest, evaluate
from engine.runs.manifest import Meaning
from engine.runs.recheck import recheck
from engine.runs.replay import Engine, replay
from engine.runs.store import Run
from rules import compile_program
from tests.engine.authoring.services.programs import KEYED
from tests.engine.impact.evaluated import compared
from tests.engine.runs.workspaces import HASH, stored_snapshot
from tests.properties.programs import loaded
from tests.ridge.records import rows

DAY = date(2026, 6, 30)
RECORDS = {
    "partners": rows("partner_id", "P1", "P2", "P3"),
    "sales": rows(
        "sale_id partner_id entry closed_on amount area family",
        "S1|P1|sale|2026-05-01|260.00|emea|network",
        "S2|P1|sale|2026-05-02|50.00|na|security",
        "S3|P2|sale|2026-05-02|100.00|na|security",
        "S4|P3|sale|2026-05-02|100.00|-|-",
    ),
}
"""P1 is gold with 310 USD. P3 sold 100 USD in no area and of no family: whether it leads in one cannot be decided."""


def compiled(data: bytes = KEYED.encode()) -> Compiled:
    """The program as runs take it."""
    program = loaded(data.decode())
    plan, found = compile_program(program, DAY)
    assert plan is not None, found
    return Compiled(plan, program.records, HASH, "keyed", "v1", "")


def test_a_run_with_keyed_benefits(tmp_path: Path) -> None:
    """Its summary, its lists, the recheck of every partner, and the replay in both engines."""
    program = compiled()
    workspace, snapshot = stored_snapshot(tmp_path / "home", program.plan, RECORDS)
    request = EvaluationRequest(KEYED.encode(), "keyed.yaml", "keyed", "v1", "", Meaning(HASH, snapshot.id, DAY))
    result = evaluate(request, program, snapshot, workspace)
    assert result.run is not None
    assert result.document["benefits"] == {
        "badge.network": 1,
        "badge.security": 1,
        "lead.emea": 1,
        "lead.na": 0,
        "margin.network": 3,
        "margin.security": 1,
        "gift": 1,
    }
    assert recheck(result.run, program, snapshot, "all").count == 0
    for engine in Engine:
        replayed, findings = replay(workspace, result.run.id, lambda run: compiled(run.program), engine)
        assert replayed is not None
        assert (replayed.identical, findings) == (True, ())
    _lists(result.run, program)


def _lists(run: Run, program: Compiled) -> None:
    with listed(run, program.plan, Show.BENEFITS) as found:
        told = {row[:2]: row[2:] for row in found.rows}
    assert len(told) == 3 * 7  # no benefit is told in a scope of another
    assert told["P1", "badge.network"] == ("yes", "yes")
    assert told["P1", "badge.security"] == ("no", "")
    assert told["P1", "margin.security"] == ("yes", "0.08")
    assert told["P2", "margin.security"] == ("no", "")
    assert told["P2", "badge.security"] == ("yes", "yes")
    assert told["P3", "lead.emea"] == told["P3", "lead.na"] == ("undecided", "")
    assert told["P3", "badge.network"] == ("no", "")  # what cannot be decided of a status leaves the lower one
    assert told["P3", "gift"] == ("no", "")
    with listed(run, program.plan, Show.PARTNERS) as found:
        (first, *_) = found.rows
        own = dict(zip(found.columns, first, strict=True))
    assert not {"scope", "badge", "badge.granted"} & own.keys()
    assert (own["held"], own["specialist.network"]) == ("gold", "held")
    assert (own["gift"], own["gift.granted"]) == ("50", "yes")
    assert (own["margin.network"], own["margin.network.granted"], own["lead.na.granted"]) == ("0.10", "yes", "no")


@pytest.mark.long
def test_who_gains_and_loses_one() -> None:
    """From 50 USD on P1 and P2 lead in na, too; at 9% the margin of security changes for P1; a new one comes."""
    new = KEYED.replace("by_area >= 250 USD", "by_area >= 50 USD").replace("security: 8%", "security: 9%")
    new = new.replace("  gift:", "  extra: {value: flag, per: [territory], when: [by_area >= 100 USD]}\n  gift:")
    with compared(loaded(KEYED), loaded(new), RECORDS, DAY) as found:
        grants = found.measured.impact.grants
        assert {each.benefit: each for each in grants if each.gained or each.lost or each.changed} == {
            "lead.na": Grant("lead.na", 0, 2, 2, 0, 0),
            "margin.security": Grant("margin.security", 1, 1, 0, 0, 1),
            "extra.emea": Grant("extra.emea", None, 1, 1, 0, 0),
            "extra.na": Grant("extra.na", None, 1, 1, 0, 0),
        }
    with compared(loaded(new), loaded(KEYED), RECORDS, DAY) as found:
        assert Grant("extra.na", 1, None, 0, 1, 0) in found.measured.impact.grants
