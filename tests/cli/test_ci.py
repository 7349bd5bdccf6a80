"""docs/ci.md and the hooks for pre-commit do what they say, in a repository of programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = [pytest.mark.long, pytest.mark.search]

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/ci.md").read_text("utf-8")
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


def block(word: str) -> dict[str, Any]:
    """The YAML block of the page that holds a word."""
    (found,) = (each for each in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if word in each)
    return dict(yaml.safe_load(found))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with the shipped programs."""
    shutil.copytree(ROOT / "programs", tmp_path / "programs")
    for line in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *line], cwd=tmp_path, check=True)
    return tmp_path


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A line as a runner's shell executes it, with `rung` on the path."""
    (folder / "bin").mkdir(exist_ok=True)
    command = folder / "bin" / "rung"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m cli "$@"\n', "utf-8")
    command.chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", line],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def steps() -> list[dict[str, Any]]:
    """The steps of the workflow that run a command, behind the one that installs."""
    install, *rest = [each for each in block("runs-on")["jobs"]["programs"]["steps"] if "run" in each]
    assert install["run"].startswith("pip install ")
    return rest


@pytest.mark.long
def test_the_workflow_passes_on_the_shipped_programs(repository: Path) -> None:
    """Every step ends well, and the file that is uploaded is written."""
    for step in steps():
        done = shell(step["run"], repository)
        assert done.returncode == 0, (step["name"], done.stdout, done.stderr)
    assert (repository / "rung.sarif").is_file()
    assert (repository / "tests.xml").is_file()


def test_the_workflow_shows_a_fault_beside_its_line(repository: Path) -> None:
    """A misspelt tier: the check fails with an annotation, and the step that always runs still writes its file."""
    file = repository / "programs/summit/2026.yaml"
    text = file.read_text("utf-8").replace("eligible: [tier >= silver]", "eligible: [tier >= sliver]")
    file.write_text(text, "utf-8")
    line = text.splitlines().index("    eligible: [tier >= sliver]") + 1
    check, *_, scanning = steps()
    done = shell(check["run"], repository)
    assert done.returncode == 3
    assert f"::error file=programs/summit/2026.yaml,line={line},endLine={line},col=24," in done.stdout
    assert scanning["if"] == "always()"
    assert shell(scanning["run"], repository).returncode == 3
    assert '"RNG209"' in (repository / "rung.sarif").read_text("utf-8")


def test_the_page_names_the_hooks_there_are() -> None:
    """The example for pre-commit asks for ids that the hook file has."""
    (repo,) = block("rev:")["repos"]
    assert [each["id"] for each in repo["hooks"]] == [each["id"] for each in HOOKS]


@pytest.mark.parametrize("hook", HOOKS, ids=lambda each: str(each["id"]))
def test_a_hook_runs_as_pre_commit_would(hook: dict[str, Any], repository: Path) -> None:
    """Its entry, with the files that match when it takes names, ends well on the shipped programs."""
    assert {"id", "name", "entry", "language", "files"} <= hook.keys()
    assert hook["language"] == "python"
    tracked = subprocess.run(["git", "ls-files"], cwd=repository, capture_output=True, text=True, check=True).stdout
    ending = ".yaml" if "types" in hook else (".yaml", ".csv")
    files = [name for name in tracked.split() if re.search(hook["files"], name) and name.endswith(ending)]
    assert "programs/summit/2026.yaml" in files
    names = " ".join(files) if hook.get("pass_filenames", True) else ""
    done = shell(f"{hook['entry']} {names}", repository)
    assert done.returncode == 0, (done.stdout, done.stderr)
    changed = subprocess.run(
        ["git", "diff", "--stat"], cwd=repository, capture_output=True, text=True, check=True
    ).stdout
    assert changed == ""
