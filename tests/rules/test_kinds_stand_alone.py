"""A kind of incentive lives in its own file: nothing but the catalogue's tuple knows its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from rules import KINDS

ROOT = Path(__file__).resolve().parents[2]


@cache
def words_in(path: Path) -> frozenset[str]:
    """The words of a file, in small letters."""
    return frozenset(word.lower() for word in words(ast.parse(path.read_text(encoding="utf-8"))))


def words(tree: ast.AST) -> Iterator[str]:
    """Every identifier and every text that is one word; prose and examples are not code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("kind", [each.name for each in KINDS])
def test_only_its_file_and_the_catalogue_name_a_kind(kind: str) -> None:
    """No room branches on a kind: a new one is a new file and one place in a tuple."""
    own = {ROOT / "rules" / f"{kind}.py", ROOT / "rules" / "__init__.py"}
    own.add(ROOT / "rules" / "editing.py")  # shows a whole program as an example, and branches on nothing
    naming = [
        str(path.relative_to(ROOT))
        for room in ("engine", "rules", "cli")
        for path in sorted((ROOT / room).rglob("*.py"))
        if path not in own and kind in words_in(path)
    ]
    assert naming == []
