"""`rung doctor`: what it looks at, and when it says no."""

from __future__ import annotations

import json
import shutil
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from cli.commands import doctor as doctor_command
from cli.exits import ExitCode
from engine.runs.notes import write_note
from engine.runs.store import open_run
from engine.workspace import Workspace

if TYPE_CHECKING:
    from tests.cli.conftest import Decided, Shell


class Usage(NamedTuple):
    """Like the answer of `shutil.disk_usage`."""

    total: int
    used: int
    free: int


def test_this_environment_is_safe(rung: Shell) -> None:
    """In an empty folder all is well, and nothing is made."""
    answer = rung("doctor", "--json")
    document = json.loads(answer.out)
    assert answer.code == 0
    assert document["format"] == "rung.doctor/v1"
    assert document["healthy"] is True
    names = [check["name"] for check in document["checks"]]
    assert {"python", "duckdb", "referee", "workspace", "free disk", "home"} <= set(names)
    assert not Path(".rung").exists()


def test_the_table_names_each_check(rung: Shell) -> None:
    """On a terminal the checks are lines: name, state, what was found."""
    answer = rung("doctor")
    assert answer.out.splitlines()[0].split() == ["check", "state", "found"]


def test_a_workspace_that_is_a_file_is_refused(rung: Shell, tmp_path: Path) -> None:
    """What stands in the workspace's place is marked bad, and the exit code is 6."""
    (tmp_path / "work").write_text("", "utf-8")
    answer = rung("--home", "work", "doctor")
    assert answer.code == ExitCode.REFUSED
    assert "workspace" in next(line for line in answer.out.splitlines() if " bad " in line)
    assert answer.err == "not safe: fix what is marked `bad`\n"


def test_a_workspace_that_is_there_is_named(rung: Shell, tmp_path: Path) -> None:
    """The workspace of `--home` is shown with its whole path."""
    (tmp_path / "work").mkdir()
    assert str(tmp_path / "work") in rung("doctor", "--home", "work").out


def test_damage_is_a_line_with_place_reason_and_cure(rung: Shell, decided: Decided, tmp_path: Path) -> None:
    """One line for each finding; damage is exit code 7, also beside rights that are too wide."""
    shutil.copytree(decided.home, tmp_path / "copy")
    run = tmp_path / "copy" / "runs" / decided.run
    (run / "earnings.parquet").unlink()
    (tmp_path / "copy" / "runs").chmod(0o770)
    answer = rung("doctor", "--home", "copy", "--format", "csv")
    assert answer.code == ExitCode.INTEGRITY
    lines = answer.out.splitlines()
    damaged = f"RNG800 `{decided.run}` is damaged: `earnings.parquet` cannot be read"
    assert f'runs/{decided.run},bad,"{damaged}: restore the folder from a copy, or delete it' in answer.out
    assert any(line.startswith("runs,bad,RNG794 ") and "chmod -R go-rwx copy" in line for line in lines)
    assert lines[-1] == 'contents,bad,"damaged. Examined: 1 snapshot, 1 run, 0 publications, 0 attestations"'


def test_rights_are_a_control_and_leftovers_a_note(rung: Shell, decided: Decided, tmp_path: Path) -> None:
    """What others may write is refused with 6; what was left behind is named, and is no reason to stop."""
    shutil.copytree(decided.home, tmp_path / "copy")
    (tmp_path / "copy" / "snapshots" / ".pending-abc").mkdir()
    answer = rung("doctor", "--home", "copy", "--json")
    document = json.loads(answer.out)
    assert (answer.code, document["healthy"]) == (0, True)
    assert document["contents"] == {"snapshots": 1, "runs": 1, "publications": 0, "attestations": 0}
    (left,) = (each for each in document["checks"] if each["name"] == "snapshots/.pending-abc")
    assert (left["state"], left["cure"]) == ("note", "delete `copy/snapshots/.pending-abc`")
    (tmp_path / "copy" / "snapshots").chmod(0o777)
    answer = rung("doctor", "--home", "copy", "--format", "csv")
    assert answer.code == ExitCode.REFUSED
    assert answer.out.splitlines()[-1] == (
        'contents,ok,"sound. Examined: 1 snapshot, 1 run, 0 publications, 0 attestations"'
    )
    assert "damaged" not in answer.out


@pytest.mark.long
def test_a_failed_recheck_is_told(rung: Shell, decided: Decided, tmp_path: Path) -> None:
    """A run of which a recheck found mismatches is not sound, though nothing is damaged: exit code 5; the rights 6."""
    shutil.copytree(decided.home, tmp_path / "copy")
    run, _ = open_run(Workspace(tmp_path / "copy"), decided.run)
    assert run is not None
    write_note(run, "recheck", {"mismatches": 2})
    answer = rung("doctor", "--home", "copy", "--format", "csv")
    assert answer.code == ExitCode.DIFFERENCES
    assert f'runs/{decided.run},bad,"RNG808 ' in answer.out
    assert answer.out.splitlines()[-1].startswith('contents,bad,"a recheck found mismatches. Examined: 1 snapshot')
    (tmp_path / "copy" / "snapshots").chmod(0o777)
    assert rung("doctor", "--home", "copy").code == ExitCode.REFUSED


def test_a_full_disk_is_refused(rung: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Less than a gigabyte free is a reason to stop before a run breaks off."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 9, 1))
    assert rung("doctor").code == ExitCode.REFUSED


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing package is bad; a missing referee or an uninstalled source tree only of note."""

    def absent(_: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr("importlib.metadata.version", absent)
    assert doctor_command.package("duckdb").state == "bad"
    assert doctor_command.package("durable-rules").state == "note"


def test_a_missing_referee_is_of_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the referee all else works, and the reason is shown."""
    from engine.referee import judge

    monkeypatch.setattr(judge, "available", lambda: (False, "durable-rules is not installed"))
    assert doctor_command.referee() == doctor_command.Finding("referee", "note", "durable-rules is not installed")
