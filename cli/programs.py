"""Program files as the commands take them: read, checked, compiled; faults shown where the author sees them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cli.exits import ExitCode, Stop
from cli.findings import demand
from cli.options import Settings

if TYPE_CHECKING:
    from engine.language.diagnostic import Diagnostic
    from engine.language.program import Program
    from engine.language.source import File
    from engine.plan.plan import Plan


def top_level(*keys: str) -> re.Pattern[bytes]:
    """One of the keys at the start of a line, as YAML takes it: lines may end with CR alone, the file may begin with a
    byte order mark, and the key may be in quotes or behind `{`.
    """
    return re.compile(
        rf"(?:^|(?<=\r))(?:\xef\xbb\xbf)?\{{?['\"]?({'|'.join(keys)})['\"]?[ \t]*:".encode("latin-1"), re.MULTILINE
    )


MAX_BYTES = 4 * 1024 * 1024  # a program is a page or ten; more is some other file
TOP_LEVEL = top_level("feed", "program")
BUILDS_ON = top_level("extends", "amends")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.yaml")  # of a version beside this one: never a path
PUBLISHED = re.compile(r"[a-z][a-z0-9_]*@[A-Za-z0-9][A-Za-z0-9._-]*")
MOST_FILES = 150  # that one program builds on
KEYS = re.compile(rb'^[ \t{]*"?(?:rung|feed|program|rung_test|control)"?[ \t]*:', re.MULTILINE)  # in JSON, too
BINARY = (b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"SQLite format 3", b"%PDF")
"""Beginnings of workbooks and archives, Parquet, older workbooks, packed files, databases and pages."""


@dataclass(frozen=True, slots=True)
class Written:
    """A program as written: its file, and those it builds on or is evaluated together with."""

    name: str
    data: bytes
    others: tuple[File, ...] = ()

    @property
    def sources(self) -> dict[str, bytes]:
        """The bytes of each file by name, for messages."""
        return {self.name: self.data} | {each.name: each.data for each in self.others}


def read_program(name: str) -> bytes:
    """The bytes of a program file named on the command line."""
    path = Path(name)
    if path.is_dir():
        found = sorted(child.name for child in path.glob("*.yaml") if child.name[:1].isdigit())
        cure = f"name the file, as in `{path / (found[-1] if found else '2026.yaml')}`"
        raise Stop(ExitCode.USAGE, f"`{name}` is a folder, not a program", cure)
    try:
        if is_named_pipe(path):
            raise Stop(ExitCode.USAGE, f"`{name}` is a pipe, which may never end", "write the text into a file first")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # a device may have no end, and a pipe has no size
        if is_records(path, data):
            cure = "name a feed that reads it, or the folder of the feed; `rung init` writes one"
            beside = (folder / "feed.yaml" for folder in (path.parent, path.parent.parent))
            feed = next((each for each in beside if each.is_file()), None)
            if feed is not None:
                cure = f"name the feed, `{feed}`, or its folder"
            message = f"`{name}` is neither a program nor a feed: rung reads records only as a feed describes them"
            raise Stop(ExitCode.USAGE, message, cure)
        if len(data) > MAX_BYTES:
            message = f"`{name}` has more than {MAX_BYTES:,} bytes: too large for a program"
            raise Stop(ExitCode.INVALID, message, "is it the right file?")
        return data
    except FileNotFoundError:
        raise Stop(
            ExitCode.USAGE, f"there is no file `{name}`", "check the path; it is relative to this folder"
        ) from None
    except OSError as fault:
        raise Stop(ExitCode.USAGE, f"cannot read `{name}`: {fault.strerror}") from None


def is_records(path: Path, data: bytes) -> bool:
    """Whether a file contains records, by its ending or its beginning, and nothing that a file of rung begins with."""
    if data.startswith(BINARY):
        return True
    if path.suffix.lower() in (".yaml", ".yml", ""):
        return False
    from engine.records.endings import ENDINGS, OTHERS

    known = {*ENDINGS, *(ending for endings, _ in OTHERS.values() for ending in endings)}
    return path.suffix.lower() in known and not KEYS.search(data)


def is_named_pipe(path: Path) -> bool:
    """Whether opening the file waits until somebody writes into it; the pipes of a shell, below `/dev`, are open."""
    return path.is_fifo() and not str(path).startswith("/dev/")


def is_feed(data: bytes) -> bool:
    """Whether the file is a feed, by its top-level keys: it has `feed`, and no `program`."""
    keys = {match[1] for match in TOP_LEVEL.finditer(data)}
    return b"feed" in keys and b"program" not in keys


def foundations_of(data: bytes, name: str) -> tuple[File, ...]:
    """The files beside it that a program builds on, and those that these build on, as far as they are there."""
    if not BUILDS_ON.search(data):
        return ()
    from engine.language.lineage import foundations
    from engine.language.loader import load_tree
    from engine.language.source import File

    folder, pending = Path(name).parent, [data]
    found: dict[str, File] = {}
    while pending and len(found) < MOST_FILES:
        tree, _ = load_tree(pending.pop(), name)
        for each in foundations(tree) if tree is not None else ():
            path = folder / each
            if FILE_NAME.fullmatch(each) and each not in found and path.is_file() and not path.is_symlink():
                found[each] = File(str(path), read_program(str(path)))
                pending.append(found[each].data)
    return tuple(found.values())


def changed_beside(data: bytes, name: str) -> frozenset[str]:
    """The incentives of a program that versions and amendments beside it say something of."""
    folder = Path(name).parent
    if b"incentives" not in data or not folder.is_dir():
        return frozenset()
    from engine.authoring.layout.migrations import incentives_changed
    from engine.language.loader import load_tree
    from engine.language.source import Mapping

    found: set[str] = set()
    for path in sorted(folder.glob("*.yaml")):
        if FILE_NAME.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            other = read_program(str(path))
            tree = load_tree(other, path.name)[0] if BUILDS_ON.search(other) else None
            found |= incentives_changed(tree) if isinstance(tree, Mapping) else set()
    return frozenset(found)


def written(name: str, settings: Settings | None = None) -> Written:
    """The program named on the command line, with the files it builds on.

    With `settings` it may be a published one: FAMILY@VERSION, where no file is called so.
    """
    if settings is not None and PUBLISHED.fullmatch(name) and not Path(name).exists():
        return _published(settings, name)
    data = read_program(name)
    return Written(name, data, foundations_of(data, name))


def _published(settings: Settings, name: str) -> Written:
    """A published program with its files as they were."""
    from cli.stored import load_published
    from engine.publications.shelf import find_edition, read_files, trusted_publications

    workspace = settings.workspace
    known, findings = trusted_publications(workspace, load_published)
    demand(settings, known, findings)
    publication = demand(settings, *find_edition(known, name))
    first, *others = demand(settings, *read_files(workspace, publication))
    return Written(first.name, first.data, tuple(others))


def diagnose(
    data: bytes, name: str, others: tuple[File, ...] | None = None
) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """The program in `data`, with every finding of every layer.

    `others` are the files it may build on; without them, those beside the file `name`.
    """
    program, found, _ = diagnose_steps(data, name, foundations_of(data, name) if others is None else others)
    return program, found


@lru_cache(maxsize=8)  # a program and its feed both lead to it; what it gives is frozen and depends on nothing else
def diagnose_steps(
    data: bytes, name: str, others: tuple[File, ...]
) -> tuple[Program | None, tuple[Diagnostic, ...], bool]:
    """As `diagnose`, and whether errors ended the check before its last step, so that there may be more."""
    from engine.language.diagnostic import has_errors, in_file_order
    from rules import analyse_program, check_program, load_program

    program, found = load_program(data, name, others)
    if program is not None and not has_errors(found):
        found = (*found, *check_program(program))
    stopped = program is None or has_errors(found)
    if program is not None and not stopped:
        found = (*found, *analyse_program(program))
    return program, in_file_order(found), stopped


def compiled(settings: Settings, names: Sequence[str], as_of: date) -> tuple[Written, Program, Plan]:
    """A program, or versions of one as one, ready to run at a date; faults are shown and end the command.

    Warnings are one line each: `rung check` shows them whole.
    """
    from engine.language.chain import chain_programs
    from engine.language.diagnostic import has_errors, in_file_order
    from rules import compile_program

    versions: dict[str, Program] = {}
    texts: dict[str, Written] = {}
    noted: list[Diagnostic] = []
    for name in names:
        text = _program(settings, name)
        read, found = diagnose(text.data, text.name, text.others)
        if len(names) > 1 or has_errors(found):
            whole = None if has_errors(found) else read
            read, found = demand(settings, whole, found, text.sources, briefly=True), ()
        if text.name in versions:
            raise Stop(ExitCode.USAGE, f"`{name}` is named twice", "name each version once")
        versions[text.name], texts[text.name] = demand(settings, read, ()), text
        noted += found
    sources = {name: data for text in texts.values() for name, data in text.sources.items()}
    chained, more = chain_programs(list(versions.values()))
    program = demand(settings, chained, more, sources)
    plan, more = compile_program(program, as_of)
    plan = demand(settings, plan, in_file_order((*noted, *more)), sources, briefly=True)
    return _together(texts, program), program, plan


def _program(settings: Settings, name: str) -> Written:
    """The file named, which must not be a feed."""
    text = written(name, settings)
    if is_feed(text.data):
        raise Stop(
            ExitCode.INVALID, f"`{name}` is a feed, not a program", "name the program, and the feed with `--data`"
        )
    return text


def _together(texts: Mapping[str, Written], program: Program) -> Written:
    """The last version, with the files of all."""
    from engine.language.source import File

    last = program.file
    files = {each.name: each for text in texts.values() for each in (File(text.name, text.data), *text.others)}
    beside: dict[str, str] = {}
    for name, file in files.items():
        other = beside.setdefault(Path(name).name, name)
        if files[other].data != file.data:
            cure = "a version finds the files it builds on by name: put all of them into one folder"
            raise Stop(ExitCode.USAGE, f"`{other}` and `{name}` have the same name but different contents", cure)
    others = tuple(each for name, each in files.items() if name != last)
    return Written(last, files[last].data, others)
