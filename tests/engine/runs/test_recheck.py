"""Rechecks: the reference and the referee must agree with what is stored."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.plan.scalar import Value
from engine.records.snapshot import Snapshot
from engine.runs import again
from engine.runs.codes import exit_code
from engine.runs.compiled import Compiled
from engine.runs.evaluate import evaluate
from engine.runs.notes import check_notes, read_notes
from engine.runs.recheck import Recheck, recheck
from engine.runs.store import Run
from tests.engine.runs.forging import forge
from tests.engine.runs.workspaces import compiled, ridge_request, stored_snapshot

pytestmark = pytest.mark.search

REFEREE = ("durable-rules 2.0.28",) if sys.version_info < (3, 13) else ()


def stored(home: Path) -> tuple[Run, Compiled, Snapshot]:
    """A run of the hand-built plan, with what it was computed from."""
    workspace, snapshot = stored_snapshot(home)
    program = compiled()
    evaluated = evaluate(ridge_request(snapshot), program, snapshot, workspace)
    assert evaluated.run is not None
    return evaluated.run, program, snapshot


def test_all_partners_are_decided_again(tmp_path: Path) -> None:
    """Every row of every table is compared, and a note says who looked at what."""
    run, program, snapshot = stored(tmp_path / "home")
    result = recheck(run, program, snapshot, "all")
    assert (result.checked, result.count, result.findings) == (4, 0, ())
    assert result.document == {"engines": ["reference", *REFEREE], "checked": 4, "mismatches": 0}
    compared = dict(result.compared)
    assert {name: compared[name] for name in ("statuses", "conditions", "spiffs")} == {
        "statuses": 4,
        "conditions": 4,
        "spiffs": 4,
    }
    (note,) = read_notes(run, "recheck")
    assert (note["checked"], note["mismatches"], note["sample"], note["first"]) == (4, 0, "all", [])
    assert check_notes(run) == ()


def test_a_sample_is_the_same_every_time(tmp_path: Path) -> None:
    """Two of four partners, chosen by the run alone; a larger sample contains a smaller one."""
    run, program, snapshot = stored(tmp_path / "home")
    first, second = (recheck(run, program, snapshot, 2) for _ in range(2))
    assert first == second
    assert first.checked == 2
    assert recheck(run, program, snapshot, 99).checked == 4
    assert len(read_notes(run, "recheck")) == 2


def mismatches(result: Recheck) -> list[tuple[str, str, dict[str, str]]]:
    """Partner, what differs, and the answers by engine."""
    return [(each.partner, each.condition, dict(each.answers)) for each in result.mismatches]


def test_a_wrong_condition_is_named(tmp_path: Path) -> None:
    """A condition stored otherwise names partner, condition and both answers, and stays beside the run."""
    run, program, snapshot = stored(tmp_path / "home")
    outcome = next(each.outcome for each in program.plan.conditions if each.id == "tier.silver.1")
    change = (
        f"""SELECT * REPLACE (CASE partner_id WHEN 'P1' THEN NOT "{outcome}" ELSE "{outcome}" END AS "{outcome}")"""
    )
    forged = forge(run, program.plan, "conditions", f"{change} FROM stored")
    result = recheck(forged, program, snapshot, "all")
    assert mismatches(result) == [("P1", f"conditions {outcome}", {"columnar": "no", "reference": "yes"})]
    assert exit_code(result.findings) == 5
    assert {each.code for each in result.findings} == {"RNG802"}
    assert f"partner `P1`, `conditions {outcome}`: columnar says no, reference says yes" in result.findings[0].message
    assert [each.code for each in check_notes(forged)] == ["RNG808"]


def test_a_wrong_floor_is_seen_by_both(tmp_path: Path) -> None:
    """The reference and the referee each refute a stored floor."""
    run, program, snapshot = stored(tmp_path / "home")
    forged = forge(run, program.plan, "statuses", "SELECT * REPLACE ('gold' AS floor) FROM stored")
    found = mismatches(recheck(forged, program, snapshot, "all"))
    assert ("P1", "statuses floor tiers missing", {"columnar": "gold", "reference": "silver"}) in found
    if REFEREE:
        assert ("P1", "tiers floor", {REFEREE[0]: "silver", "columnar": "gold"}) in found


def test_a_wrong_amount_is_named_with_its_key(tmp_path: Path) -> None:
    """An amount one cent off names the row it stands in."""
    run, program, snapshot = stored(tmp_path / "home")
    forged = forge(
        run, program.plan, "spiffs", "SELECT * REPLACE (amount + 0.01 AS amount) FROM stored WHERE event = 'S2'"
    )
    found = mismatches(recheck(forged, program, snapshot, "all"))
    assert ("P1", "spiffs amount S2", {"columnar": "400.01", "reference": "400.00"}) in found
    assert ("P3", "spiffs S6", {"columnar": "no row", "reference": "one row"}) in found


def test_rows_of_nobody_are_found(tmp_path: Path) -> None:
    """A row of a partner the records do not have shows when all are rechecked."""
    run, program, snapshot = stored(tmp_path / "home")
    more = "SELECT * FROM stored UNION ALL SELECT * REPLACE ('P9' AS partner_id) FROM stored WHERE partner_id = 'P1'"
    forged = forge(run, program.plan, "statuses", f"SELECT * FROM ({more})")
    found = mismatches(recheck(forged, program, snapshot, "all"))
    assert found == [("", "statuses of unknown partners", {"columnar": "1 more rows", "reference": "no row"})]


def test_many_mismatches_are_counted_and_the_first_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty are findings, the rest a number; chunks of one partner give the same count."""
    run, program, snapshot = stored(tmp_path / "home")
    monkeypatch.setattr(again, "CHUNK", 1)
    outcomes = ", ".join(f'NOT "{each.outcome}" AS "{each.outcome}"' for each in program.plan.conditions)
    forged = forge(run, program.plan, "conditions", f"SELECT * REPLACE ({outcomes}) FROM stored")
    result = recheck(forged, program, snapshot, "all")
    assert result.count > 20
    assert len(result.findings) == 21
    assert result.findings[-1].message == f"{result.count - 20} more mismatches in `{run.id}`"


def test_nothing_is_rechecked_from_damaged_records(tmp_path: Path) -> None:
    """Other records than the pinned ones would prove nothing."""
    run, program, snapshot = stored(tmp_path / "home")
    _, other = stored_snapshot(tmp_path / "other", records={"partners": [{"partner_id": "P1"}]})
    result = recheck(run, program, other, "all")
    assert (result.checked, [each.code for each in result.findings]) == (0, ["RNG804"])
    with snapshot.path("sales").open("ab") as file:
        file.write(b" ")
    result = recheck(run, program, snapshot, "all")
    assert (result.checked, [each.code for each in result.findings]) == (0, ["RNG804"])
    assert exit_code(result.findings) == 7
    assert read_notes(run) == ()


def test_without_the_referee_the_reference_decides_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above Python 3.12 the note names one engine, and a warning says why."""
    run, program, snapshot = stored(tmp_path / "home")
    monkeypatch.setattr(sys, "version_info", (3, 13, 0))
    result = recheck(run, program, snapshot, "all")
    assert result.engines == ("reference",)
    assert [each.code for each in result.findings] == ["RNG805"]
    assert exit_code(result.findings) == 0


def test_a_note_keeps_the_first_hundred(tmp_path: Path) -> None:
    """However many mismatches there are, all are counted and a hundred are kept."""
    many: list[dict[str, Value]] = [{"partner_id": f"P{n:03}"} for n in range(150)]
    workspace, snapshot = stored_snapshot(tmp_path / "home", records={"partners": many})
    evaluated = evaluate(ridge_request(snapshot), compiled(), snapshot, workspace)
    assert evaluated.run is not None
    forged = forge(evaluated.run, compiled().plan, "statuses", "SELECT * REPLACE ('gold' AS held) FROM stored")
    result = recheck(forged, compiled(), snapshot, "all")
    assert result.count == 150
    assert len(result.mismatches) == 100
