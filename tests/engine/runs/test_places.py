"""Where records came from."""

from __future__ import annotations

from pathlib import Path

from engine.runs.evaluate import evaluate
from engine.runs.places import place_finder
from engine.runs.resources import USUAL
from engine.runs.worlds import open_world
from tests.engine.runs.workspaces import compiled, ridge_request, stored_snapshot


def test_a_record_is_found_in_its_source(tmp_path: Path) -> None:
    """Records of a partner, of a person and of nobody in particular, each with file and line; others have no place."""
    workspace, snapshot = stored_snapshot(tmp_path / "home")
    program = compiled()
    evaluated = evaluate(ridge_request(snapshot), program, snapshot, workspace)
    assert evaluated.run is not None
    with open_world(program, snapshot, (evaluated.run.folder,), USUAL) as world:
        evaluation = world.decide(["P1"])
        place_of = place_finder(snapshot, program.records, evaluation, world.connection)
        assert place_of("sales", ("S0",)) == ("sales.csv", 2)
        assert place_of("sales", ("S2",)) == ("sales.csv", 4)
        assert place_of("certifications", ("H3",)) == ("certifications.csv", 4)
        assert place_of("products", ("G2",)) == ("products.csv", 3)
        assert place_of("statuses", ("P2", "2025-01-01")) == ("statuses.csv", 3)
        assert place_of("sales", ("S99",)) is None
        assert place_of("reach", ("P1", "P1")) is None
