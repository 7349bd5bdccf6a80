"""Run the shell as a person would, in this process or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.app import run

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command line gave back."""

    code: int
    out: str
    err: str


Shell = Callable[..., Answer]


@pytest.fixture
def rung(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    """Run `rung ARGUMENTS` in this process, in an empty folder, with an untouched environment."""
    monkeypatch.chdir(tmp_path)
    for name in ("RUNG_HOME", "RUNG_DEBUG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def shell(*arguments: str) -> Answer:
        capsys.readouterr()
        code = run(arguments)
        seen = capsys.readouterr()
        return Answer(code, seen.out, seen.err)

    return shell


@pytest.fixture
def process(tmp_path: Path) -> Shell:
    """Run `rung ARGUMENTS` in a process of its own, in an empty folder."""

    def shell(*arguments: str, **environment: str) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return shell


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `rung init acme` makes. Do not write into it."""
    folder = tmp_path_factory.mktemp("starter") / "acme"
    assert run(["init", str(folder), "--quiet"]) == 0
    return folder


@dataclass(frozen=True, slots=True)
class Decided:
    """A workspace with one run of the program `acme` as of 2026-06-30."""

    home: Path
    run: str


@pytest.fixture(scope="session")
def decided(acme: Path, tmp_path_factory: pytest.TempPathFactory) -> Decided:
    """A workspace with a run. Do not write into it."""
    home = tmp_path_factory.mktemp("workspace") / "home"
    program = str(acme / "2026.yaml")
    line = ["evaluate", program, "--data", str(acme), "--as-of", "2026-06-30", "--home", str(home), "--quiet"]
    assert run(line) == 0
    return Decided(home, next((home / "runs").glob("run-*")).name)
