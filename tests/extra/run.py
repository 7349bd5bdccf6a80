"""What `make test` leaves out: run it where this machine can, and say what did not run and why.

`run.py --table REPORT` only prints the table; `run.py --run REPORT` runs first. REPORT is the JUnit file of the tests
that ran before; what they skipped stands in the table too.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WATCHED = "tests/extra/test_reads_only.py"
DATABASE = "tests/extra/test_postgresql.py"
SIGNATURES = "tests/engine/signing/test_ssh_keygen.py"
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
PARALLEL = (*PYTEST, "-n", "2", "--dist", "worksteal")


@dataclass(frozen=True, slots=True)
class Extra:
    """A part of the tests that needs more: tools on the path, or minutes. No command: nothing needs the tool yet."""

    name: str
    tools: tuple[str, ...]
    command: tuple[str, ...] = ()
    report: str = ""  # a JUnit file the command writes


EXTRAS = (
    Extra(
        "reading commands, watched by strace",
        ("strace",),
        (*PYTEST, "-m", "tools", WATCHED, "--junitxml=.report/strace.xml"),
        ".report/strace.xml",
    ),
    Extra(
        "pages in Chromium and what else is marked `tools`",
        ("node",),
        (
            *(*PYTEST, "-m", "tools", "--junitxml=.report/tools.xml"),
            *(f"--ignore={each}" for each in (WATCHED, DATABASE, SIGNATURES)),
        ),
        ".report/tools.xml",
    ),
    Extra(
        "queries of feeds on PostgreSQL",
        ("psql",),
        (*PYTEST, "-m", "tools", DATABASE, "--junitxml=.report/postgresql.xml"),
        ".report/postgresql.xml",
    ),
    Extra(
        "signatures and keys beside those of ssh-keygen",
        ("ssh-keygen",),
        (*PYTEST, "-m", "tools", SIGNATURES, "--junitxml=.report/signatures.xml"),
        ".report/signatures.xml",
    ),
    Extra(
        "properties with three times the examples (hypothesis profile `ci`; `long` has 200)",
        (),
        (*PARALLEL, "--hypothesis-profile=ci", "tests/properties", "--junitxml=.report/properties.xml"),
        ".report/properties.xml",
    ),
    Extra(
        "what else is marked `long`",
        (),
        (*PARALLEL, "-m", "long and not tools", "--ignore=tests/properties", "--junitxml=.report/long.xml"),
        ".report/long.xml",
    ),
    Extra(
        "fuzzing, 20 seconds a target (`make fuzz`: ten minutes)",
        (),
        (sys.executable, "-m", "tests.fuzz.run", "--seconds", "20"),
    ),
    Extra(
        "ten mutants of one room against its own tests: shows that the tool works (`make mutants`: 200, all tests)",
        (),
        (
            *(sys.executable, "-m", "tests.mutants.run", "--count", "10", "--seed", "1", "--at-most", "50"),
            *("--only", "engine/plan", "--tests", "tests/engine/plan"),
        ),
    ),
    Extra("Java", ("java",)),
)
NO_TESTS = 5  # pytest's exit code when nothing was selected


@dataclass(frozen=True, slots=True)
class Left:
    """One thing that did not run, and why."""

    what: str
    why: str


def skipped(report: Path) -> list[Left]:
    """Tests that a report says were skipped, one row a reason and file."""
    if not report.is_file():
        return []
    found: dict[Left, int] = {}
    for case in ET.parse(report).getroot().iter("testcase"):
        skip = case.find("skipped")
        if skip is not None:
            module = case.get("classname", "") or case.get("name", "")  # a whole module has no class
            left = Left(module.replace(".", "/") + ".py", _reason(skip))
            found[left] = found.get(left, 0) + 1
    return [Left(f"{left.what} ({count} skipped)", left.why) for left, count in found.items()]


def _reason(skip: ET.Element) -> str:
    """Why a test was skipped. Of a whole module the element's text says it: (file, line, reason)."""
    message = skip.get("message", "no reason given")
    if message != "collection skipped":
        return message
    _, _, reason = ast.literal_eval(skip.text or "")
    return str(reason).removeprefix("Skipped: ")


def missing(extra: Extra) -> tuple[str, ...]:
    """Tools of an extra that this machine does not have."""
    return tuple(tool for tool in extra.tools if shutil.which(tool) is None)


def reason(extra: Extra, running: bool) -> str:
    """Why an extra does not run, or nothing when it does."""
    if not extra.command:
        return "nothing needs it yet"
    absent = missing(extra)
    if absent:
        return f"{', '.join(absent)} is not on this machine"
    return "" if running else "runs in `make test-all`"


def run(extra: Extra) -> bool:
    """Run one extra; whether it went well."""
    print(f"\n== {extra.name}", flush=True)
    code = subprocess.run(extra.command, cwd=ROOT, check=False).returncode
    return code in (0, NO_TESTS)


def print_table(rows: list[Left]) -> None:
    """The closing table."""
    print("\nWhat did not run, and why")
    if not rows:
        print("  nothing was left out")
    width = max((len(row.what) for row in rows), default=0)
    for row in rows:
        print(f"  {row.what.ljust(width)}  {row.why}")


def main(arguments: list[str]) -> int:
    """Run what can run when asked to, print the table, and return 1 if something failed."""
    running = arguments[:1] == ["--run"]
    rows = [row for report in arguments[1:] for row in skipped(ROOT / report)]
    failed = []
    for extra in EXTRAS:
        why = reason(extra, running)
        if why:
            rows.append(Left(extra.name, why))
        elif not run(extra):
            failed.append(extra.name)
        elif extra.report:
            rows += skipped(ROOT / extra.report)
    rows.append(Left("benchmarks", "run by `make bench`"))
    print_table(rows)
    for name in failed:
        print(f"failed: {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
