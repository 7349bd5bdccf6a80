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

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


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


def test_a_full_disk_is_refused(rung: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Less than a gigabyte free is a reason to stop before a run breaks off."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 9, 1))
    assert rung("doctor").code == ExitCode.REFUSED


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing package is bad; a missing referee or an uninstalled source tree only of note."""

    def absent(_: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(doctor_command, "version", absent)
    assert doctor_command.package("duckdb").state == "bad"
    assert doctor_command.package("durable-rules").state == "note"


def test_a_missing_referee_is_of_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the referee all else works, and the reason is shown."""
    from engine.referee import judge

    monkeypatch.setattr(judge, "available", lambda: (False, "durable-rules is not installed"))
    assert doctor_command.referee() == doctor_command.Finding("referee", "note", "durable-rules is not installed")
