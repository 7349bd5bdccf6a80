"""The files of `rung check`: found in folders, recognised, and checked on all cores if there are many."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from cli.exits import ExitCode, Stop
from cli.programs import diagnose_steps, foundations_of, is_feed, read_program, top_level
from engine.calendar import say_days

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

    from engine.language.diagnostic import Diagnostic
    from engine.language.program import Program
    from engine.language.source import Span

SHARE = 24  # files that are worth a process of their own: starting one takes as long as checking about one
MOST_PROCESSES = 8
YOUNG = 50_000  # objects between two collections: nearly all that a check makes is freed without one
PATIENCE = 2  # seconds for a child that is done to leave
MOST_FILES = 20_000  # of one call; a folder with more is some other folder
ENDINGS = (".yaml", ".yml")
TEST_ENDING = ".test.yaml"
TESTS = top_level("rung_test")
OURS = top_level("program", "feed", "rung_test")


class Kind(StrEnum):
    """What a file is, by its top-level keys."""

    PROGRAM = "program"
    FEED = "feed"
    TESTS = "test file"


@dataclass(frozen=True, slots=True)
class Governing:
    """The days on which a version is in force."""

    family: str
    version: str
    days: tuple[date, date]
    span: Span


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings of one file, and the bytes of the files that findings may be in. `governing` is set for a version,
    not for an amendment. `is_stopped` says that the file was not checked to the end.
    """

    kind: Kind
    found: tuple[Diagnostic, ...]
    sources: dict[str, bytes]
    governing: Governing | None = None
    is_stopped: bool = False


def files_at(places: Sequence[str]) -> dict[str, bytes]:
    """The files named on the command line, each once, in order; a folder means all rung files in it."""
    given: dict[str, bytes] = {}
    for place in places:
        if not Path(place).is_dir():
            name = str(Path(place))  # as a feed or a test file names its program: what is wrong is told once
            given.setdefault(name, read_program(place) if name not in given else b"")
            continue
        inside = {name: data for name in _names_in(Path(place)) if OURS.search(data := read_program(name))}
        if not inside:
            raise Stop(ExitCode.USAGE, f"there is no program in `{place}`", "name a file, or `rung init` a program")
        given = {**given, **{name: data for name, data in inside.items() if name not in given}}
    return given


def _names_in(folder: Path) -> list[str]:
    """YAML files below a folder, in order; what is hidden is left alone."""
    found = []
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix in ENDINGS and not hidden and path.is_file():
            found.append(str(path))
        if len(found) > MOST_FILES:
            message = f"there are more than {MOST_FILES:,} YAML files in `{folder}`"
            raise Stop(ExitCode.USAGE, message, "name a folder of programs")
    return sorted(found)


def kind_of(data: bytes, name: str = "") -> Kind:
    """The kind of a file; without a known key it follows from the name, and the missing key is reported."""
    if TESTS.search(data) or (name.endswith(TEST_ENDING) and not OURS.search(data)):
        return Kind.TESTS
    return Kind.FEED if is_feed(data) else Kind.PROGRAM


def check_file(name: str, data: bytes) -> Checked:
    """All findings about one file before any record is read."""
    kind = kind_of(data, name)
    sources = {name: data}
    if kind is Kind.FEED:
        from cli.data import diagnose_feed

        found, is_stopped = diagnose_feed(data, name, sources)
        return Checked(kind, found, sources, is_stopped=is_stopped)
    if kind is Kind.TESTS:
        from cli.testing import diagnose_tests

        found, is_stopped = diagnose_tests(data, name, sources)
        return Checked(kind, found, sources, is_stopped=is_stopped)
    others = foundations_of(data, name)
    program, found, is_stopped = diagnose_steps(data, name, others)
    sources |= {each.name: each.data for each in others}
    return Checked(kind, found, sources, _governing(program), is_stopped)


def _governing(program: Program | None) -> Governing | None:
    if program is None or program.amendments:
        return None
    return Governing(program.family, program.version, program.effective, program.span)


def overlapping(checked: Sequence[Checked]) -> Iterator[Diagnostic]:
    """Findings for versions of one program, in one folder that are in force on the same day."""
    from engine.language.codes.lineage import OVERLAPPING_VERSIONS
    from engine.language.diagnostic import Related

    seen: dict[tuple[Path, str], list[Governing]] = {}
    for each in checked:
        own = each.governing
        if own is None:
            continue
        beside = seen.setdefault((Path(own.span.file).parent, own.family), [])
        for other in beside:
            first, before = max(own.days[0], other.days[0]), min(own.days[1], other.days[1])
            if first < before:
                related = [Related(other.span, f"version {other.version}")]
                message, help = _overlap(other, own, say_days(first, before))
                yield OVERLAPPING_VERSIONS.at(own.span, message, related=related, help=help)
        beside.append(own)


def _overlap(other: Governing, own: Governing, days: str) -> tuple[str, str]:
    """What is wrong with two versions, and the cure."""
    if other.version == own.version:
        names = " and ".join(f"`{Path(each.span.file).name}`" for each in (other, own))
        message = f"{names} are both version {own.version} of `{own.family}`, in force {days}"
        moved = "if one of them is a draft, move it to another folder"
        return message, f"{moved}; if it is a new version, change its `version` and its `effective` days"
    message = f"versions {other.version} and {own.version} of `{own.family}` are both in force {days}"
    return message, "end one on the day the other begins: `before` is the first day after the range"


def check_files(given: dict[str, bytes]) -> list[Checked]:
    """Every file checked, in the order given, by as many processes as there are cores and work for them."""
    files = list(given.items())
    count = min(_cores(), MOST_PROCESSES, len(files) // SHARE)
    if count < 2 or not sys.platform.startswith("linux"):  # elsewhere a process starts again and imports everything
        return [check_file(*each) for each in files]
    first, *rest = files
    before = check_file(*first)  # imports what the children need, once for all
    gc.freeze()  # modules and schemas stay to the end: no collection of garbage looks at them again
    gc.set_threshold(YOUNG)
    found: list[Checked | None] = [None] * len(rest)
    for start, checked in enumerate(_in_processes([rest[start::count] for start in range(count)])):
        found[start::count] = checked
    return [before, *(each or check_file(*file) for each, file in zip(found, rest, strict=True))]


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _in_processes(shares: Sequence[Sequence[tuple[str, bytes]]]) -> Iterator[list[Checked] | list[None]]:
    """The first share checked here, the others each by a child; a share whose child failed comes back empty.

    Whoever asked checks such a share again in this process, where a fault is reported as any other. Children end with
    this process: they are stopped when it is interrupted, and have nowhere to write after it has ended.
    """
    import multiprocessing

    context = multiprocessing.get_context("fork")
    children: list[tuple[ForkProcess, Connection]] = []
    try:
        for share in shares[1:]:
            receiving, sending = context.Pipe(duplex=False)
            child = context.Process(target=_check_share, args=(share, sending), daemon=True)
            with _uninterrupted():  # a signal within a fork would leave a child that nobody knows and that never saw it
                child.start()
                children.append((child, receiving))
            sending.close()
        yield [check_file(*each) for each in shares[0]]
        for (_, receiving), share in zip(children, shares[1:], strict=True):
            try:
                yield receiving.recv()
            except EOFError:
                yield [None] * len(share)
        for child, _ in children:
            child.join(PATIENCE)  # it has sent what it had, and ends by itself
    finally:
        for child, receiving in children:
            receiving.close()
            child.kill()  # it holds nothing; a signal that it may handle could leave it waiting for a lock of its own
            child.join()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Signals that end the process wait until this is over."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ending_signals())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ending_signals() -> tuple[signal.Signals, ...]:
    return signal.SIGINT, signal.SIGTERM, signal.SIGHUP


def _check_share(share: Sequence[tuple[str, bytes]], sending: Connection) -> None:
    """Work of a child: silent, whatever happens; the parent looks again at what it does not send."""
    for number in _ending_signals():  # they end a child without a word: the parent says one
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ending_signals())  # one that came meanwhile ends it now
    try:
        sending.send([check_file(*each) for each in share])
    except Exception:  # noqa: BLE001 - reported by the parent, where it occurs again
        sending.close()
