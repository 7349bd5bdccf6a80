"""The page on versions is true: its examples build on the shipped program and check, and what it prints is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.commands.show import last_day, origin, tree_on
from cli.programs import diagnose, written
from engine.authoring.layout.outline import outline_of
from engine.authoring.layout.writer import render_tree
from engine.language.diagnostic import has_errors
from rules import SCHEMA

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "versions.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
PRINTED = re.findall(r"```\n(tiers:.*?)```", PAGE, re.DOTALL)
NAMES = ("2027.yaml", "2026.amendment-1.yaml")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The examples beside the program they build on."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "2026.yaml").write_bytes((ROOT / "programs" / "summit" / "2026.yaml").read_bytes())
    for name, text in zip(NAMES, BLOCKS, strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_examples_check(folder: Path, name: str) -> None:
    """Both examples are programs without errors."""
    text = written(name)
    program, found = diagnose(text.data, text.name, text.others)
    assert program is not None
    assert not has_errors(found), [each.message for each in found]


def test_what_is_printed(folder: Path) -> None:
    """The lines shown are those `rung show` prints."""
    text = written("2027.yaml")
    program, _ = diagnose(text.data, text.name, text.others)
    assert program is not None
    shown = render_tree(tree_on(text, program, last_day(program)), outline_of(SCHEMA), None, origin)
    (printed,) = PRINTED
    assert printed in shown
