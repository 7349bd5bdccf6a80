"""Every slip in a feed or in records is told in exactly the words that are written down for it; nothing is imported.

A case is a folder laid over `data-base`: it holds only what differs from a small faultless feed, and perhaps
`arguments.txt` for the command line.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.gallery.conftest import Gallery, Shown
from tests.gallery.made_data import FILES, PREPARED, write_made
from tests.gallery.rooms import HERE, Room

pytestmark = pytest.mark.search

BASE = HERE / "data-base"
BAD, GOOD = (Room(name, tuple(sorted(path.name for path in (HERE / name).iterdir()))) for name in ("data", "data-good"))


def first_of_each_code(cases: Sequence[str]) -> list[str | ParameterSet]:
    """The cases; all but the first with a code are `long`, for the code has been shown."""
    codes = [name.split("-")[0] for name in cases]
    again = [code in codes[:place] for place, code in enumerate(codes)]
    return [pytest.param(name, marks=pytest.mark.long) if it else name for name, it in zip(cases, again, strict=True)]


def laid_out(case: Path, folder: Path) -> Path:
    """The folder of a case as an analyst would have it."""
    shutil.copytree(BASE, folder)
    shutil.copytree(case, folder, dirs_exist_ok=True)
    for name in ("expected.txt", "arguments.txt", "made.txt"):
        (folder / name).unlink(missing_ok=True)
    write_made(case.name, folder)
    return folder


def imported(room: Room, name: str, gallery: Gallery, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What `rung import feed.yaml` says of a case, as the gallery shows it."""
    case = room.folder / name
    monkeypatch.chdir(laid_out(case, folder / "case"))
    monkeypatch.setenv("DESK_URL", "sqlite:///desk.db")  # what a feed with a query names
    more = case / "arguments.txt"
    line = more.read_text(encoding="utf-8").split() if more.is_file() else []
    shown = gallery.show(room, name, "import", "feed.yaml", "--home", "../home", *line)
    assert str(folder) not in shown.text
    return shown


@pytest.mark.parametrize("name", first_of_each_code(BAD.cases))
def test_bad_records_have_their_message(
    name: str, gallery: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The findings written down for it, an error with the code of the folder's name; nothing left in the workspace."""
    shown = imported(BAD, name, gallery, tmp_path, monkeypatch)
    assert shown.code == 3
    assert f"error {name.split('-')[0]}" in shown.text
    assert left_in(tmp_path / "home") == []


def left_in(home: Path) -> list[str]:
    """Everything in the workspace but its two empty folders."""
    found = [name for _, folders, files in os.walk(home) for name in (*folders, *files)]
    return [name for name in found if name not in ("snapshots", "runs")]


@pytest.mark.parametrize("name", GOOD.cases)
def test_good_records_become_a_snapshot(
    name: str, gallery: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What looks odd and is right is imported, with the notes and totals that are written down for it."""
    shown = imported(GOOD, name, gallery, tmp_path, monkeypatch)
    assert shown.code == 0
    assert len(list((tmp_path / "home" / "snapshots").iterdir())) == 1


ELSEWHERE = {
    "RNG617": "the file changes while it is read: tests/engine/records/readers/test_stage.py",
    "RNG622": "the clock: tests/engine/runs/test_complete.py",
    "RNG712": "every reader refuses such a character before, as RNG654; tests/engine/records/test_convert.py",
    "RNG770": "a snapshot, not a file of the vendor: tests/cli/test_hostile.py",
    "RNG771": "a snapshot and a program: tests/cli/test_hostile.py",
    "RNG772": "a snapshot, not a file of the vendor: tests/cli/test_hostile.py",
    "RNG790": "the workspace: tests/cli/commands/test_runs.py",
    "RNG791": "an id on the command line: tests/cli/commands/test_explain.py",
    "RNG792": "an id on the command line: tests/cli/test_hostile.py",
    "RNG815": "the clock: tests/engine/runs/test_complete.py",
    "RNG816": "a snapshot with rows set aside: tests/cli/test_rows_set_aside.py",
    "RNG793": "the workspace: tests/engine/audit/test_leftovers.py",
    "RNG794": "the workspace: tests/engine/audit/test_rights.py",
    "RNG795": "the workspace: tests/engine/audit/test_rights.py",
    "RNG840": "publishing: tests/cli/commands/test_publish.py",
    "RNG841": "publishing: tests/cli/commands/test_publish.py",
    "RNG842": "publishing: tests/cli/commands/test_publish.py",
    "RNG843": "publishing: tests/cli/commands/test_publish.py",
    "RNG844": "a damaged publication: tests/cli/commands/test_publish.py",
    "RNG845": "a name on the command line: tests/cli/commands/test_publish.py",
    "RNG846": "publishing: tests/cli/commands/test_publish.py",
    "RNG800": "a damaged run: tests/cli/test_hostile.py",
    "RNG801": "a folder among the runs: tests/cli/test_hostile.py",
    "RNG802": "evaluators that disagree: tests/engine/runs/test_recheck.py",
    "RNG803": "a forged run: tests/engine/runs/test_replay.py",
    "RNG804": "a damaged snapshot behind a run: tests/cli/test_hostile.py",
    "RNG805": "a machine without the referee: tests/engine/runs/test_recheck.py",
    "RNG811": "a snapshot and a program: tests/engine/runs/test_rates.py",
    "RNG806": "the referee's own limits: tests/engine/runs/test_summary.py",
    "RNG807": "an id on the command line: tests/cli/test_hostile.py",
    "RNG808": "a note beside a run: tests/engine/runs/test_recheck.py",
    "RNG809": "another version of the engine: tests/engine/runs/test_evaluate.py",
    "RNG810": "a damaged run: tests/cli/test_hostile.py",
    "RNG812": "notes beside a run: tests/engine/runs/test_store.py",
}
"""Codes without a folder, and why."""


def test_every_made_file_belongs_to_a_folder() -> None:
    """Nothing is made for a case that is gone."""
    made = {case for _, makers in FILES for case in makers} | set(PREPARED)
    assert made <= {*BAD.cases, *GOOD.cases}
