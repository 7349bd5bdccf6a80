"""Imports go one way: the contracts of pyproject.toml hold."""

from __future__ import annotations

import subprocess
import sys
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
