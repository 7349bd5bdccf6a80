"""Which tests run which line, and how long each takes: recorded once for a state of the tree, kept in `.mutants`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from coverage import CoverageData

from tests.mutants.tree import ROOT, Tree, tracked

KEPT = ROOT / ".mutants"
SECONDS = 3_600  # all tests under coverage take ten to fifteen minutes on two idle cores
OWN = "tests/mutants/"  # a change of the tool changes no test of the rooms
SETTINGS = """\
[run]
data_file = {data}
source =
    engine
    rules
parallel = true
relative_files = true
"""


@dataclass(frozen=True, slots=True)
class Record:
    """Tests that pass on the unchanged tree, with their processor seconds, and the lines they run."""

    seconds: dict[str, float]
    failing: tuple[str, ...]
    data: CoverageData

    def of_lines(self, file: str, first: int, last: int) -> set[str]:
        """Tests that run one of the lines, counted from 1, both included."""
        return self.tests(tests for line, tests in self.contexts(file).items() if first <= line <= last)

    def of_file(self, file: str) -> set[str]:
        """Tests that run any line of a file; lines run on import belong to no test."""
        return self.tests(self.contexts(file).values())

    def contexts(self, file: str) -> dict[int, list[str]]:
        """Line -> contexts, as pytest-cov names them: the test and its phase."""
        return self.data.contexts_by_lineno(file) if file in self.data.measured_files() else {}

    def tests(self, contexts: Iterable[list[str]]) -> set[str]:
        """The passing tests among contexts."""
        return {name for each in contexts for context in each if (name := name_of(context)) in self.seconds}


def name_of(context: str) -> str:
    """The test of a context: `tests/test_a.py::test_b[x|y]|run` -> all before the last bar."""
    return context.rpartition("|")[0]


def state(root: Path, tests: Sequence[str]) -> str:
    """A digest of everything the record depends on."""
    digest = sha256("\n".join(tests).encode())
    for name in tracked(root):
        if ("/" in name or name == "pyproject.toml") and not name.startswith(OWN) and not name.endswith(".md"):
            digest.update(f"\0{name}\0".encode() + sha256((root / name).read_bytes()).digest())
    return digest.hexdigest()


def read(digest: str) -> Record | None:
    """The record kept for this state of a tree, or None."""
    listed = KEPT / "tests.json"
    kept = json.loads(listed.read_text(encoding="utf-8")) if listed.is_file() else {}
    if kept.get("state") != digest:
        return None
    data = CoverageData(basename=str(KEPT / "lines"))
    data.read()
    return Record(kept["seconds"], tuple(kept["failing"]), data)


def record(tree: Tree, tests: Sequence[str], processes: int) -> Record:
    """Run the tests once under coverage and keep what they ran; RuntimeError if pytest itself did not work."""
    KEPT.mkdir(exist_ok=True)
    (KEPT / "tests.json").unlink(missing_ok=True)
    lines, settings = KEPT / "lines", tree.folder / "coverage.ini"
    lines.unlink(missing_ok=True)
    settings.write_text(SETTINGS.format(data=lines), encoding="utf-8")
    run = tree.run(
        [
            *("-n", str(processes), "-m", "not tools and not long"),
            "--hypothesis-profile=default",  # few examples run the same lines; the trials draw more
            *("--cov", f"--cov-config={settings}", "--cov-context=test", "--cov-report="),
            *tests,
        ],
        SECONDS,
    )
    if run.code not in (0, 1):
        raise RuntimeError(f"the tests could not be recorded (exit code {run.code}):\n{run.output[-4_000:]}")
    seconds = {name: spent for name, (state, spent) in run.tests.items() if state == "passed"}
    failing = sorted(name for name, (state, _) in run.tests.items() if state == "failed")
    text = json.dumps({"state": state(tree.path, tests), "seconds": seconds, "failing": failing})
    (KEPT / "tests.json").write_text(text, encoding="utf-8")
    data = CoverageData(basename=str(lines))
    data.read()
    return Record(seconds, tuple(failing), data)
