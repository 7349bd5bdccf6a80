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
from cli.programs import diagnose, read_program, top_level, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from engine.authoring.cases.coverage import Coverage, GoalsOn, Key
    from engine.authoring.cases.model import Draft, Outcome, Suite
    from engine.authoring.cases.typed import Files, PlanAt
    from engine.authoring.cases.updating import Change
    from engine.language.diagnostic import Diagnostic
    from engine.language.program import Program
    from engine.plan.plan import Plan
    from engine.reference.evaluate import Evaluation

    Subjects = Callable[[str], "Subject"]

ENDING = ".test.yaml"
WHOSE = "test file"
TOP_LEVEL = top_level("rung_test")
MOST_RECORDS = 200_000  # of all cases of a file: they are held together, for what they reach
MOST_FILES = 100  # that one test file takes records from
MOST_SUITES = 1_000  # of one call; a folder with more is some other folder


@dataclass(frozen=True, slots=True)
class Tried:
    """One case of a test file: what became of it, and of one that failed how it was decided."""

    outcome: Outcome
    plan: Plan
    evaluation: Evaluation | None


@dataclass(frozen=True, slots=True)
class Subject:
    """The program of test files: its Plans by day, the files it is written in, and what is wrong with it."""

    name: str
    program: Program | None
    plan_at: PlanAt
    goals_on: GoalsOn
    findings: tuple[Diagnostic, ...]
    sources: dict[str, bytes]


@dataclass(slots=True)
class Tests:
    """One test file with its program. Where nothing was run, its findings say why."""

    name: str
    subject: Subject | None = None
    suite: Suite | None = None
    tried: list[Tried] = field(default_factory=list)
    reached: set[Key] = field(default_factory=set)
    findings: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, bytes] = field(default_factory=dict)

    @property
    def invalid(self) -> bool:
        """Whether the program or the test file has an error."""
        from engine.language.diagnostic import has_errors

        return has_errors(self.findings)


@dataclass(frozen=True, slots=True)
class Tested:
    """All test files of one call. `coverage` is by program file, and empty where only some cases were run."""

    files: tuple[Tests, ...]
    coverage: dict[str, Coverage]
    changes: tuple[tuple[Tests, Change], ...] = ()

    @property
    def invalid(self) -> bool:
        """Whether any file could not be run."""
        return any(each.invalid for each in self.files)

    def cases(self) -> Iterator[tuple[Tests, Tried]]:
        """Every case with its file."""
        for file in self.files:
            for each in file.tried:
                yield file, each

    @property
    def passed(self) -> int:
        """How many cases passed."""
        return sum(each.outcome.passed for _, each in self.cases())

    @property
    def skipped(self) -> int:
        """How many cases were skipped."""
        return sum(bool(each.outcome.case.skip) for _, each in self.cases())

    @property
    def failed(self) -> int:
        """How many cases failed."""
        return sum(bool(each.outcome.mismatches) for _, each in self.cases())

    @property
    def share(self) -> int:
        """Hundredths of all goals that were reached, rounded down."""
        goals = sum(len(each.goals) for each in self.coverage.values())
        reached = sum(len(each.reached) for each in self.coverage.values())
        return 100 * reached // goals if goals else 100


def tested(settings: Settings, places: Iterable[str], only: str = "", update: bool = False) -> Tested:
    """Run the cases of these programs, test files and folders whose name has `only` in it; show findings.

    With `update`, expectations that do not hold are written again first.
    """
    names = list(dict.fromkeys(name for place in places for name in found_at(place)))
    subject_of = cache(read_subject)
    changed: list[tuple[Tests, Change]] = []
    files = []
    for name in names:
        data = read_program(name)
        if update:
            file = run_file(name, data, subject_of)
            made = wanted_changes(file, only)
            changed += [(file, each) for each in made]
            data = corrected(name, data, made)
        files.append(run_file(name, data, subject_of, only))
    for file in files:
        show(settings, file.findings, file.sources)
    return Tested(tuple(files), {} if only else covered(files), tuple(changed))


def found_at(place: str) -> list[str]:
    """The test files that a place on the command line means."""
    path = Path(place)
    if path.is_dir():
        found = [str(each) for each in sorted(path.rglob(f"*{ENDING}")) if not is_hidden(each.relative_to(path))]
        if not found:
            help = f"put tests beside the program: `2026{ENDING}` for `2026.yaml`"
            raise Stop(ExitCode.USAGE, f"there is no test file in `{place}`", help)
        if len(found) > MOST_SUITES:
            raise Stop(ExitCode.USAGE, f"there are more than {MOST_SUITES:,} test files in `{place}`", "name a folder")
        return found
    if place.endswith(ENDING) or is_tests(read_program(place)):
        return [place]
    beside = path.with_name(path.stem + ENDING)
    if not beside.is_file():
        help = f"write cases into `{beside}`, or take one from a decision: `rung test --from RUN PARTNER`"
        raise Stop(ExitCode.USAGE, f"`{place}` has no tests yet: there is no `{beside.name}` beside it", help)
    return [str(beside)]


def is_hidden(path: Path) -> bool:
    """Whether a folder on the way, or the file, is hidden."""
    return any(part.startswith(".") for part in path.parts)


def is_tests(data: bytes) -> bool:
    """Whether the file holds cases, by its top-level key."""
    return TOP_LEVEL.search(data) is not None


def diagnose_tests(data: bytes, name: str, sources: dict[str, bytes]) -> tuple[tuple[Diagnostic, ...], bool]:
    """Every finding about a test file, without deciding its cases; adds the files it reads to `sources`.

    And whether errors ended the check before its last step, so that there may be more. Where its program has errors,
    these are reported: the same findings as those about the program itself, so that one mistake counts once.
    """
    from engine.language.diagnostic import Severity, in_file_order

    file = run_file(name, data, read_subject, decide=False)
    subject = file.subject
    sources |= file.sources
    if subject is None or subject.program is not None:
        return in_file_order(file.findings), subject is None
    return tuple(each for each in file.findings if each.severity is Severity.ERROR), True


def run_file(name: str, data: bytes, subject_of: Subjects, only: str = "", decide: bool = True) -> Tests:
    """Read one test file and its program, and run the cases whose name has `only` in it."""
    from engine.authoring.cases import codes
    from engine.authoring.cases.parse import parse_suite
    from engine.language.diagnostic import has_errors

    file = Tests(name, sources={name: data})
    file.suite, found = parse_suite(data, name)
    file.findings += found
    if file.suite is None:
        return file
    target = program_beside(file, file.suite)
    if target is None:
        return file
    file.subject = subject_of(target)
    file.sources |= file.subject.sources
    if file.subject.program is None:
        file.findings += file.subject.findings
        return file
    attached, records = read_files(file, file.suite), 0
    for draft in file.suite.drafts:
        if only.lower() in draft.name.lower():
            records += read_draft(file, draft, file.subject, attached, decide)
        if records > MOST_RECORDS:
            message = f"the cases up to here have more than {MOST_RECORDS:,} records together"
            file.findings.append(codes.BAD_RECORDS.at(draft.span, message, help="split the file, or use fewer records"))
            break
    if has_errors(file.findings):
        file.tried.clear()  # a case that passed beside a fault proves nothing yet
    return file


def program_beside(file: Tests, suite: Suite) -> str | None:
    """The program that a test file names, or the one beside it; None after a finding."""
    from engine.authoring.cases import codes
    from engine.records.files import outside

    path = Path(file.name)
    named = suite.program.text if suite.program else path.name.removesuffix(ENDING) + ".yaml"
    span = suite.program.span if suite.program else suite.span
    reason = outside(named, WHOSE) if suite.program else ""
    target = path.parent / named
    if not reason and target.is_file():
        return str(target)
    message = f"the program `{named}` {reason or 'does not exist'}"
    help = "name a file in the folder of the test file" if suite.program else "add `program: FILE`"
    file.findings.append(codes.NO_PROGRAM.at(span, message, help=help))
    return None


def read_subject(name: str) -> Subject:
    """A program with its Plans by day, each made once; without a program where it has an error."""
    from engine.authoring.cases.coverage import goals_by_day
    from engine.language.diagnostic import has_errors
    from rules import compile_program

    text = written(name)
    program, found = diagnose(text.data, name, text.others)

    @cache
    def plan_at(day: date) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
        return compile_program(program, day) if program is not None else (None, ())

    usable = None if has_errors(found) else program
    goals_on = goals_by_day(usable, plan_at) if usable is not None else lambda day: ()
    return Subject(name, usable, plan_at, goals_on, found, text.sources)


def read_files(file: Tests, suite: Suite) -> Files:
    """The CSV files that cases name, from the folder of the test file and nowhere else."""
    from engine.authoring.cases import codes
    from engine.authoring.cases.csv_records import MAX_BYTES, parse_csv
    from engine.authoring.cases.parse import files_named
    from engine.records.files import outside

    folder, read = Path(file.name).parent, {}
    named = files_named(suite)
    if len(named) > MOST_FILES:
        message = f"the cases take records from more than {MOST_FILES} files"
        file.findings.append(codes.CASE_FILE.at(named[-1].span, message, help="put records of one kind into one file"))
        return {}
    for word in named:
        path = folder / word.text
        reason = outside(word.text, WHOSE)
        if not reason and not path.is_file():
            reason = "does not exist"
        elif not reason and not path.resolve().is_relative_to(folder.resolve()):
            reason = "is outside the folder of the test file"
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


def read_draft(file: Tests, draft: Draft, subject: Subject, attached: Files, decide: bool) -> int:
    """Type one case, and run it; the number of its records."""
    from engine.authoring.cases.coverage import reached_by
    from engine.authoring.cases.running import run_case
    from engine.authoring.cases.typed import read_case

    assert subject.program is not None  # nothing is read for a program with errors
    case, found = read_case(draft, subject.program, subject.plan_at, attached)
    file.findings += found
    plan, _ = subject.plan_at(case.as_of) if case is not None else (None, ())
    if decide and case is not None and plan is not None:
        outcome, evaluation = run_case(case, subject.program, plan)
        file.tried.append(Tried(outcome, plan, evaluation if outcome.mismatches else None))
        if evaluation is not None:
            goals = subject.goals_on(plan.as_of)
            file.reached |= reached_by(goals, plan, evaluation, case.partner, outcome.observed, file.reached)
    return sum(map(len, case.records.values())) if case is not None else 0


def covered(files: Iterable[Tests]) -> dict[str, Coverage]:
    """What the cases of each program reach, by the program's file."""
    from engine.authoring.cases.coverage import coverage_of

    sound = [each for each in files if each.subject is not None and not each.invalid]
    found = {}
    for subject in {each.subject.name: each.subject for each in sound if each.subject}.values():
        reached = {key for each in sound if each.subject is subject for key in each.reached}
        if subject.program is not None:
            found[subject.name] = coverage_of(subject.program, subject.goals_on, reached)
    return found


def wanted_changes(file: Tests, only: str) -> tuple[Change, ...]:
    """What to write into a test file so that its cases whose name has `only` in it pass."""
    from engine.authoring.cases.updating import changes

    if file.suite is None or file.invalid:
        return ()
    names = [each.outcome.case.name for each in file.tried]
    return changes(
        [each.outcome for each in file.tried],
        file.suite.drafts,
        [each for each in names if only.lower() in each.lower()],
    )


def corrected(name: str, data: bytes, made: tuple[Change, ...]) -> bytes:
    """The test file with the changes, written where there are any."""
    from cli.output import write_whole
    from engine.authoring.cases.updating import apply

    if all(each.refused for each in made):
        return data
    new = apply(data, made)
    write_whole(Path(name).resolve(), new)
    return new
