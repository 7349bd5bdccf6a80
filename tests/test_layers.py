"""Imports go one way: the contracts of pyproject.toml hold."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

from grimp import build_graph

ROOT = Path(__file__).resolve().parent.parent


def test_contracts_hold() -> None:
    """import-linter finds no import against the direction of the rooms."""
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_no_module_waits_for_itself() -> None:
    """Modules can be put in an order in which each imports earlier ones alone; imports for types are left out."""
    graph = build_graph("engine", "rules", "cli", exclude_type_checking_imports=True)
    imports = {each: graph.find_modules_directly_imported_by(each) for each in graph.modules}
    order = list(TopologicalSorter(imports).static_order())  # a cycle is an error that names it
    assert len(order) == len(imports) > 200


def room(module: str) -> str:
    """The room a module is in; a module that lies beside the rooms of the engine is one by itself."""
    names = module.split(".")
    return ".".join(names[: 1 if names[0] != "engine" else 3 if names[1:2] == ["authoring"] else 2])


def test_no_room_waits_for_itself() -> None:
    """Rooms can be put in an order as well, imports for types included."""
    graph = build_graph("engine", "rules", "cli", exclude_type_checking_imports=False)
    imports: dict[str, set[str]] = defaultdict(set)
    for each in graph.modules:
        imports[room(each)] |= {room(other) for other in graph.find_modules_directly_imported_by(each)} - {room(each)}
    order = list(TopologicalSorter(imports).static_order())
    assert len(order) > 30
    assert order.index("engine.language") < order.index("engine.compiler") < order.index("rules")
