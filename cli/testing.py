"""Test files as `rung test` takes them: found, read, run against their programs, and corrected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cli.exits import ExitCode, Stop
from cli.findings import show
from cli.options import Settings
from cli.programs import diagnose, read_program, written

if TYPE_CHECKING:
    from datetime import date

    from engine.cases.model import Draft, Outcome, Suite
    from engine.cases.typed import Files, PlanAt
    from engine.language.diagnostic import Diagnostic
    from engine.language.program import Program
    from engine.plan.plan import Plan
    from engine.reference.evaluate import Evaluation

ENDING = ".test.yaml"
MOST_SUITES = 1_000  # of one call; a folder with more is some other folder


@dataclass(frozen=True, slots=True)
class Ran:
    """One case of a test file: what became of it, and how it was decided unless it was skipped."""

    outcome: Outcome
    plan: Plan
    evaluation: Evaluation | None


@dataclass(slots=True)
class TestedFile:
    """One test file with its program. Without cases, its findings say why."""

    name: str
    program_name: str = ""
    program: Program | None = None
    suite: Suite | None = None
    ran: list[Ran] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, bytes] = field(default_factory=dict)

    @property
    def invalid(self) -> bool:
        """Whether the program or the test file has an error."""
        from engine.language.diagnostic import has_errors

        return has_errors(self.findings)


@dataclass(frozen=True, slots=True)
class Tested:
    """All test files of one call."""

    files: tuple[TestedFile, ...]

    @property
    def invalid(self) -> bool:
        """Whether any file could not be run."""
        return any(each.invalid for each in self.files)

    def outcomes(self) -> Iterator[tuple[TestedFile, Ran]]:
        """Every case with its file."""
        for file in self.files:
            for each in file.ran:
                yield file, each

    @property
    def passed(self) -> int:
        """How many cases passed."""
        return sum(each.outcome.passed for _, each in self.outcomes())

    @property
    def skipped(self) -> int:
        """How many cases were skipped."""
        return sum(bool(each.outcome.case.skip) for _, each in self.outcomes())

    @property
    def failed(self) -> int:
        """How many cases failed."""
        return sum(bool(each.outcome.mismatches) for _, each in self.outcomes())


def tested(settings: Settings, places: Iterable[str], only: str) -> Tested:
    """Run the cases of these programs, test files and folders whose name has `only` in it; show findings."""
    names = list(dict.fromkeys(name for place in places for name in found_at(place)))
    files = tuple(tested_file(name, only) for name in names)
    for file in files:
        show(settings, file.findings, file.sources)
    return Tested(files)


def found_at(place: str) -> list[str]:
    """The test files that a place on the command line means."""
    path = Path(place)
    if path.is_dir():
        found = [str(each) for each in sorted(path.rglob(f"*{ENDING}")) if not is_hidden(each.relative_to(path))]
        if not found:
            help = f"tests stand beside the program: `2026{ENDING}` for `2026.yaml`"
            raise Stop(ExitCode.USAGE, f"there is no test file in `{place}`", help)
        if len(found) > MOST_SUITES:
            raise Stop(ExitCode.USAGE, f"there are more than {MOST_SUITES:,} test files in `{place}`", "name a folder")
        return found
    if place.endswith(ENDING):
        return [place]
    read_program(place)  # says what is wrong with the name, if anything is
    beside = path.with_suffix("").with_name(path.stem + ENDING)
    if not beside.is_file():
        help = f"write cases into `{beside}`, or take one from a decision: `rung test --from RUN PARTNER`"
        raise Stop(ExitCode.USAGE, f"`{place}` has no tests yet: there is no `{beside.name}` beside it", help)
    return [str(beside)]


def is_hidden(path: Path) -> bool:
    """Whether a folder on the way, or the file, is hidden."""
    return any(part.startswith(".") for part in path.parts)


def tested_file(name: str, only: str = "") -> TestedFile:
    """Read one test file and its program, and run the cases."""
    from engine.cases.parse import parse_suite
    from engine.language.diagnostic import has_errors

    data = read_program(name)
    file = TestedFile(name, sources={name: data})
    file.suite, found = parse_suite(data, name)
    file.findings += found
    if file.suite is None:
        return file
    load_program(file, file.suite)
    if file.program is None or has_errors(file.findings):
        return file
    attached = read_files(file, file.suite)
    plan_at = planner(file.program)
    for draft in file.suite.drafts:
        if only.lower() in draft.name.lower():
            run_draft(file, file.program, draft, plan_at, attached)
    if has_errors(file.findings):
        file.ran.clear()  # what passed beside a fault says nothing yet
    return file


def load_program(file: TestedFile, suite: Suite) -> None:
    """The program that a test file names, or the one beside it."""
    from engine.cases import codes
    from engine.language.diagnostic import has_errors
    from engine.records.files import outside

    path = Path(file.name)
    named = suite.program.text if suite.program else path.name.removesuffix(ENDING) + ".yaml"
    span = suite.program.span if suite.program else suite.span
    reason = outside(named) if suite.program else ""
    target = path.parent / named
    if reason or not target.is_file():
        message = f"the program `{named}` {reason or 'is not there'}"
        help = "name a file in the folder of the test file" if suite.program else "add `program: FILE`"
        file.findings.append(codes.NO_PROGRAM.at(span, message, help=help))
        return
    file.program_name = str(target)
    text = written(file.program_name)
    file.sources |= text.sources
    program, found = diagnose(text.data, file.program_name, text.others)
    if program is None or has_errors(found):
        file.findings += found
        return
    file.program = program


def planner(program: Program) -> PlanAt:
    """Plans of a program by day, each made once."""
    from rules import compile_program

    @cache
    def plan_at(day: date) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
        return compile_program(program, day)

    return plan_at


def read_files(file: TestedFile, suite: Suite) -> Files:
    """The CSV files that cases name, from the folder of the test file and nowhere else."""
    from engine.cases import codes
    from engine.cases.csv_records import MAX_BYTES, parse_csv
    from engine.cases.parse import files_named
    from engine.records.files import outside

    folder, read = Path(file.name).parent, {}
    for word in files_named(suite):
        path = folder / word.text
        reason = outside(word.text)
        if not reason and not path.is_file():
            reason = "is not there"
        elif not reason and not path.resolve().is_relative_to(folder.resolve()):
            reason = "leads out of the folder of the test file"
        if reason:
            help = "name a CSV file beside the test file"
            file.findings.append(codes.CASE_FILE.at(word.span, f"the file `{word.text}` {reason}", help=help))
            continue
        with path.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
        file.sources[str(path)] = data
        rows, found = parse_csv(data, str(path))
        file.findings += found
        if rows is not None:
            read[word.text] = rows
    return read


def run_draft(file: TestedFile, program: Program, draft: Draft, plan_at: PlanAt, attached: Files) -> None:
    """Type one case and run it."""
    from engine.cases.running import run_case
    from engine.cases.typed import read_case

    case, found = read_case(draft, program, plan_at, attached)
    file.findings += found
    plan, _ = plan_at(case.as_of) if case is not None else (None, ())
    if case is not None and plan is not None:
        outcome, evaluation = run_case(case, program, plan)
        file.ran.append(Ran(outcome, plan, evaluation))
