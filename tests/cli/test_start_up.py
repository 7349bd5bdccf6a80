"""`cli/__main__.py`: the guard at the door, and how soon it opens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli import __main__ as door

ROOT = Path(__file__).resolve().parent.parent.parent
HEAVY = ("duckdb", "pydantic", "pyarrow", "sqlmodel", "durable", "lark", "jsonschema", "rich", "python_calamine")


def test_every_room_carries_our_mark() -> None:
    """The three rooms as installed here are ours."""
    assert door.strangers() == ()


def test_foreign_rooms_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of another project, a plain module and a folder without `__init__.py` are all strangers."""
    (tmp_path / "foreign_package").mkdir()
    (tmp_path / "foreign_package" / "__init__.py").write_text("raise SystemExit('it ran')\n", "utf-8")
    (tmp_path / "foreign_folder").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    rooms = ("foreign_package", "foreign_folder", "nowhere_at_all", "engine")
    monkeypatch.setattr(door, "ROOMS", rooms)
    assert door.strangers() == rooms[:3]


def test_entry_stops_with_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start-up ends with one sentence that names the rooms and the cure."""
    monkeypatch.setattr(door, "ROOMS", ("json", "email"))
    with pytest.raises(SystemExit) as stopped:
        door.entry([])
    expected = "rung: `json` and `email` here belongs to another package; install rung in a separate environment"
    assert stopped.value.code == expected


def test_entry_ends_with_the_code_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The process ends with the code the command gave, here of a usage error."""
    with pytest.raises(SystemExit) as stopped:
        door.entry(["nonsense"])
    assert stopped.value.code == 2
    assert "No such command 'nonsense'" in capsys.readouterr().err


def test_help_loads_nothing_heavy() -> None:
    """`rung --help` imports no database, no grammar and no terminal library."""
    code = (
        "import sys\nfrom cli.app import run\nrun(['--help'])\n"
        f"sys.exit(', '.join(sorted(set({HEAVY!r}) & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_check_loads_only_what_it_needs(tmp_path: Path) -> None:
    """`rung check` loads the language, and neither a database nor what Typer would turn texts with."""
    program = tmp_path / "empty.yaml"
    program.write_text("rung: 1\n", "utf-8")
    unneeded = set(HEAVY) - {"lark", "jsonschema"}
    code = (
        f"import sys\nfrom cli.app import run\nrun(['check', {str(program)!r}])\n"
        f"sys.exit(', '.join(sorted({unneeded!r} & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_explaining_loads_nothing_that_makes_leaves() -> None:
    """One partner is explained without Arrow, which takes as long to load as the answer takes."""
    rooms = ("explain.explain", "records.snapshot", "runs.again", "runs.damage", "runs.places", "runs.worlds")
    script = f"import sys, {', '.join(f'engine.{each}' for each in rooms)}; print('pyarrow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
