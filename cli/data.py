"""Records as the commands take them: a snapshot's id, a feed, or a folder that holds one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from cli.exits import ExitCode, Stop
from cli.findings import demand, stop_on_errors
from cli.options import Settings
from cli.process import PROGRESS, is_watched
from cli.programs import diagnose, read_program, written

if TYPE_CHECKING:
    from engine.language.diagnostic import Diagnostic
    from engine.language.program import Program
    from engine.records.control import ControlTotal
    from engine.records.feed import Feed
    from engine.records.importer import ImportResult
    from engine.records.readers.query import Databases
    from engine.records.snapshot import Snapshot

FEED = "feed.yaml"
FORMS = "give a snapshot's id (`snap-..`), a feed file, or a folder that holds `feed.yaml`"


def find_feed(name: str) -> Path:
    """The feed file that `name` means: itself, or the one in the folder, or the one above its records."""
    path = Path(name)
    if path.is_dir():
        for folder in (path, path.parent):
            if (folder / FEED).is_file():
                return folder / FEED
        raise Stop(ExitCode.USAGE, f"the folder `{name}` holds no `{FEED}`", FORMS)
    if path.is_file():
        return path
    raise Stop(ExitCode.USAGE, f"there is no file or folder `{name}`", FORMS)


def read_feed(settings: Settings, path: Path) -> tuple[Feed, Program, dict[str, bytes]]:
    """A feed and the program whose record tables it fills, with the sources for messages; faults end the command.

    Whether the two fit each other is seen by the import.
    """
    from engine.records.files import find_program
    from engine.records.parse import parse_feed

    data = read_program(str(path))
    sources = {str(path): data}
    feed = demand(settings, *parse_feed(data, str(path)), sources)
    name = str(demand(settings, *find_program(path.parent, feed), sources))
    text = written(name)
    sources |= text.sources
    program, findings = diagnose(text.data, name, text.others)
    program = demand(settings, program, errors_of(findings), sources)
    return feed, program, sources


def diagnose_feed(data: bytes, name: str, sources: dict[str, bytes]) -> tuple[tuple[Diagnostic, ...], bool]:
    """Every finding about a feed and whether it fits its program, which is added to `sources`; errors of that too.

    And whether errors ended the check before its last step, so that there may be more.
    """
    from engine.records.check import check_feed
    from engine.records.files import find_program
    from engine.records.naming import named_records
    from engine.records.parse import parse_feed

    feed, found = parse_feed(data, name)
    if feed is None:
        return found, True
    path, missing = find_program(Path(name).parent, feed)
    if path is None:
        return (*found, *missing), True
    text = written(str(path))
    sources |= text.sources
    program, findings = diagnose(text.data, text.name, text.others)
    found = (*found, *errors_of(findings))
    return (found, True) if program is None else ((*found, *check_feed(feed, named_records(program))), False)


def errors_of(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """What is wrong with a program; notes about it do not concern its records."""
    from engine.language.diagnostic import Severity

    return tuple(each for each in findings if each.severity is Severity.ERROR)


def import_records(
    settings: Settings,
    path: Path,
    files: str | None,
    *,
    quarantine: bool = False,
    control: str | None = None,
    dry_run: bool = False,
) -> tuple[ImportResult, dict[str, bytes]]:
    """Import the files of a feed; also the sources for messages. Findings are the caller's to show."""
    from datetime import UTC, datetime

    from engine.records.check import check_complete_through
    from engine.records.importer import import_feed
    from engine.records.naming import named_records

    feed, program, sources = read_feed(settings, path)
    stop_on_errors(settings, check_complete_through(feed, datetime.now(UTC).date()), sources)
    folder = Path(files) if files is not None else path.parent
    if not folder.is_dir():
        raise Stop(
            ExitCode.USAGE, f"there is no folder `{folder}`", "`--files` names the folder the feed's files are in"
        )
    totals = read_control(settings, control, sources) if control is not None else ()
    result = import_feed(
        feed,
        named_records(program),
        folder,
        settings.workspace,
        quarantine=quarantine,
        control=totals,
        dry_run=dry_run,
        databases=databases_of(feed),
        on_step=steps(settings),
    )
    return result, sources


def databases_of(feed: Feed) -> Databases | None:
    """What reads the feed's queries, by the URLs in the environment; None if it has none."""
    if not any(source.query for source in feed.sources):
        return None
    from engine.databases.reading import OpenDatabases

    return OpenDatabases(os.environ)


def read_control(settings: Settings, name: str, sources: dict[str, bytes]) -> tuple[ControlTotal, ...]:
    """The totals in a control file, added to the sources for messages; faults end the command."""
    from engine.records.control import parse_control

    sources[name] = read_program(name)
    return demand(settings, *parse_control(sources[name], name), sources)


def open_stored(settings: Settings, id: str) -> Snapshot:
    """The snapshot of the workspace whose id begins so, verified; faults are shown and end the command."""
    from engine.records.snapshot import open_snapshot
    from engine.records.verify import verify_snapshot

    workspace = settings.workspace
    snapshot = demand(settings, *open_snapshot(workspace, id))
    steps(settings)("verifying the records")
    stop_on_errors(settings, verify_snapshot(snapshot, workspace.memory))
    return snapshot


def open_records(settings: Settings, data: str, files: str | None, *, quarantine: bool = False) -> Snapshot:
    """The snapshot that `--data` means; a feed is imported first. Faults are shown and end the command."""
    if data.startswith("snap-"):
        if files is not None:
            raise Stop(ExitCode.USAGE, "`--files` has no meaning for a snapshot", FORMS)
        return open_stored(settings, data)
    result, sources = import_records(settings, find_feed(data), files, quarantine=quarantine)
    return demand(settings, result.snapshot, result.diagnostics, sources)


def steps(settings: Settings) -> Callable[[str], None]:
    """Shows progress on a terminal, in one line that is gone afterwards; silent in a pipe and with `--quiet`."""
    if settings.quiet or not is_watched():
        return lambda step: None
    return lambda step: PROGRESS.show(f"  {step} ..")
