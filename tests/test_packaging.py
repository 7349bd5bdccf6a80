"""What is shipped: the wheel holds our three rooms, and a stranger under their names is noticed."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from cli.template import Template

pytestmark = pytest.mark.search

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built by the locked hatchling without any network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_wheel_holds_exactly_the_three_rooms(wheel: Path) -> None:
    """The wheel's top level is engine, rules and cli, and nothing else ever ships."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"engine", "rules", "cli"}


def test_wheel_starts_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """The unpacked wheel alone answers `--version`: it needs no file of the repository."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    run = start(tmp_path, tmp_path / "site", "--version")
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("rung ")


def test_wheel_makes_pages(wheel: Path, tmp_path: Path) -> None:
    """Templates and the style sheet are in the wheel: a guide is made from an empty folder."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    program = ROOT / "programs" / "adventureworks" / "2020.yaml"
    run = start(tmp_path, tmp_path / "site", "docs", str(program), "--format", "html")
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("<!doctype html>")


def start(folder: Path, path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the shell with `path` first on the import path, from `folder`."""
    return subprocess.run(
        [sys.executable, "-c", "from cli.__main__ import entry; entry()", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.long
def test_wheel_brings_the_templates(wheel: Path, tmp_path: Path) -> None:
    """The unpacked wheel alone makes a program of every template, and finds no fault in it."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    for template in Template:
        made = start(tmp_path, tmp_path / "site", "init", template.value, "--template", template.value)
        assert made.returncode == 0, made.stderr
        checked = start(
            tmp_path, tmp_path / "site", "check", f"{template.value}/2026.yaml", f"{template.value}/feed.yaml"
        )
        assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("marker", ["", 'PROJECT = "somebody else"\n'])
def test_start_up_notices_a_stranger(wheel: Path, tmp_path: Path, marker: str) -> None:
    """A foreign package named `rules` stops start-up with one sentence that tells the cure."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    for path in sorted((tmp_path / "site" / "rules").rglob("*.py")):
        path.unlink()
    (tmp_path / "site" / "rules" / "__init__.py").write_text(marker, encoding="utf-8")
    run = start(tmp_path, tmp_path / "site", "--version")
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.count("\n") == 1
    assert "`rules`" in run.stderr
    assert "separate environment" in run.stderr
    assert "Traceback" not in run.stderr
