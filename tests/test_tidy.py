"""Rules of the house that no linter knows: sizes, names, numbers and the purity of the pure rooms."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.search

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("engine", "rules", "cli")
PURE = (
    "engine/authoring",
    "engine/bank",
    "engine/compiler",
    "engine/language",
    "engine/plan",
    "engine/reference",
    "rules",
)
MAX_FILE = 500
MAX_BODY = 60
BANNED_NAMES = ("utils", "util", "helpers", "helper", "manager", "misc", "common")
IMPURE_CALLS = (
    "open",
    "print",
    "input",
    "eval",
    "exec",
    "compile",
    "__import__",
    "breakpoint",
    "globals",
    "hash",  # of a text it differs from process to process
)
IMPURE_METHODS = (
    "now",
    "utcnow",
    "today",
    "fromtimestamp",
    "getenv",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "strftime",  # reads the locale
    "uuid4",
)


def sources(*rooms: str) -> list[Path]:
    """Every Python file of the given rooms."""
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def tracked() -> list[Path]:
    """Every text file the repository keeps, or would keep if it were committed now."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = listing.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def nodes(path: Path) -> Iterator[ast.AST]:
    """The syntax tree of a file, node by node."""
    return ast.walk(parsed(path))


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, node: ast.AST) -> str:
    """`file:line` of a node."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body, its docstring not counted."""
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    if not body or body[-1].end_lineno is None:
        return 0
    return body[-1].end_lineno - body[0].lineno + 1


def test_files_stay_short() -> None:
    """No file is longer than 500 lines."""
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources(*ROOMS, "tests")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_FILE
    }
    assert long == {}


def test_function_bodies_stay_short() -> None:
    """No function body is longer than 60 lines."""
    long = [
        f"{place(path, node)} {node.name}: {lines} lines"
        for path in sources(*ROOMS, "tests")
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (lines := body_lines(node)) > MAX_BODY
    ]
    assert long == []


def test_no_float_in_engine_and_rules() -> None:
    """Nothing that can reach a decision is written as a float or made into one."""
    found = []
    for path in sources("engine", "rules"):
        for node in nodes(path):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
            call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
            if literal or call:
                found.append(place(path, node))
    assert found == []


def test_pure_rooms_open_nothing_and_read_no_clock() -> None:
    """The pure rooms call neither the file system, nor the clock, nor anything that differs from run to run."""
    found = []
    for path in sources(*PURE):
        for node in nodes(path):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id in IMPURE_CALLS and node.func.id != "compile":
                found.append(f"{place(path, node)} {node.func.id}()")
            if isinstance(node.func, ast.Attribute) and node.func.attr in IMPURE_METHODS:
                found.append(f"{place(path, node)} .{node.func.attr}()")
    assert found == []


def test_module_names_say_what_they_hold() -> None:
    """No module is a drawer for everything."""
    drawers = [
        str(path.relative_to(ROOT))
        for path in sources(*ROOMS, "tests")
        if path.stem in BANNED_NAMES or path.parent.name in BANNED_NAMES
    ]
    assert drawers == []


def test_nothing_is_left_to_do_in_the_text() -> None:
    """Open work stands in the issues, not in the code."""
    word = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources(*ROOMS, "tests")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if word.search(line)
    ]
    assert found == []


def test_exemptions_carry_their_reason() -> None:
    """Every `type: ignore`, `noqa` and `pragma: no cover` says why, on its own line."""
    exemption = re.compile(r"#\s*(?:type:\s*ignore|noqa|pragma:\s*no\s*(?:cover|branch))(?P<rest>.*)")
    bare = []
    for path in sources(*ROOMS, "tests"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = exemption.search(line)
            if match is None or path == Path(__file__):
                continue
            reason = re.sub(r"^\s*(?:\[[\w\-, ]+\]|:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?", "", match["rest"])
            if len(re.sub(r"\W", "", reason)) < 4:
                bare.append(f"{path.relative_to(ROOT)}:{number}")
    assert bare == []


def test_no_registry_host_in_any_file() -> None:
    """Packages come from wherever the machine is told; no file names a registry's host."""
    host = re.compile("py" + r"pi\.org|python" + r"hosted\.org", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix not in (".parquet", ".xlsx", ".png")
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if host.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_hold_a_mirror_of_tests(room: str) -> None:
    """Tests mirror the rooms: no test folder stands for a folder that is gone."""
    tests = ROOT / "tests" / room
    for path in tests.rglob("*"):
        if path.is_dir() and any(path.glob("test_*.py")):
            source = ROOT / path.relative_to(ROOT / "tests")
            assert source.is_dir() or source.with_suffix(".py").is_file(), path
