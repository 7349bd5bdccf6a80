"""`rung doctor`: is this environment safe to decide and to keep decisions in, and is what it keeps sound?"""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from cli.exits import ExitCode
from cli.options import Format, FormatOption, JsonOption, OutputOption, Settings, chosen_format, settings_of

if TYPE_CHECKING:
    from engine.audit.audit import Audit

PACKAGES = ("rung", "duckdb", "pyarrow", "lark", "jsonschema", "pyyaml", "python-calamine", "typer", "durable-rules")
LOW_DISK_BYTES = 1024**3  # a run over a million partners writes some hundred megabytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: fine, of note, or a reason to stop."""

    name: str
    state: str  # ok, note, bad
    text: str
    cure: str = ""
    code: ExitCode = ExitCode.REFUSED  # of the command, if this is bad


def doctor(
    context: typer.Context,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Check whether this installation is safe, and whether everything in the workspace is what it was.

    \b
    Example:
      rung doctor
      rung doctor --json

    Every snapshot and publication is verified again, and every run computed again. Nothing is changed. Exit code 5
    if a recheck of a run found mismatches, 6 if the installation or the rights are not safe, 7 if something is damaged;
    the highest that applies.
    """
    from cli.output import Sheet, document, emit, render_sheet

    settings = settings_of(context)
    chosen = chosen_format(format, json, output)
    checks = (*examine(settings), *ledgers(settings))
    found = audited(settings) if all(each.state != "bad" for each in checks if each.name == "workspace") else None
    codes = reasons(checks, found)
    checks = (*checks, *contents(settings, found))
    healthy = not codes
    if chosen is Format.JSON:
        listed = [{"name": each.name, "state": each.state, "text": each.text, "cure": each.cure} for each in checks]
        counts = {} if found is None else found.counts
        emit(document("doctor", {"healthy": healthy, "checks": listed, "contents": counts}), output)
    else:
        rows = tuple((each.name, each.state, joined(each)) for each in checks)
        emit(render_sheet(Sheet(("check", "state", "found"), rows), chosen), output)
    if not healthy:
        settings.say("not safe: fix what is marked `bad`")
        raise typer.Exit(max(codes))


def examine(settings: Settings) -> tuple[Finding, ...]:
    """All checks, in order."""
    python = Finding("python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    return (python, *packages(), referee(), *workspace(settings), disk(settings), *preferences(settings))


def audited(settings: Settings) -> Audit:
    """Everything in the workspace, examined anew."""
    from cli.data import steps
    from cli.stored import examined, load_published
    from engine.audit.audit import audit

    return audit(
        settings.workspace, lambda workspace, run: examined(workspace, run)[1], load_published, steps(settings)
    )


def reasons(checks: tuple[Finding, ...], found: Audit | None) -> set[ExitCode]:
    """The exit code of everything that is bad: of the environment and the rights, of a failed recheck, of damage."""
    from cli.findings import exit_code_of

    known = {exit_code_of([each]) for _, each in found.findings} - {ExitCode.DONE} if found else set()
    codes = {ExitCode.INTEGRITY} if known - {ExitCode.REFUSED, ExitCode.DIFFERENCES} else set()
    codes |= {each for each in (ExitCode.REFUSED, ExitCode.DIFFERENCES) if each in known}
    return codes | {each.code for each in checks if each.state == "bad"}


def ledgers(settings: Settings) -> Iterator[Finding]:
    """What is wrong with each ledger, or that it is sound."""
    folder = settings.home / "ledgers"
    for place in sorted(each for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else ():
        from engine.ledger.examine import examine_ledger

        name, found = f"ledger {place.name}", tuple(examine_ledger(place))
        for each in found:
            code = ExitCode.INTEGRITY if each.is_damage else ExitCode.REFUSED
            yield Finding(name, "note" if each.is_note else "bad", each.text, each.cure, code)
        if all(each.is_note for each in found):
            yield Finding(name, "ok", "sound: guards, settings, sums, plans, and its head in the outbox")


def verdict(found: Audit) -> tuple[str, str]:
    """State and words for what is in the workspace; rights say nothing about it and have lines of their own."""
    codes = reasons((), found)
    if ExitCode.INTEGRITY in codes:
        return "bad", "damaged"
    return ("bad", "a recheck found mismatches") if ExitCode.DIFFERENCES in codes else ("ok", "sound")


def contents(settings: Settings, found: Audit | None) -> Iterator[Finding]:
    """One line for each finding of the audit, and what is in the workspace."""
    from cli.words import counted
    from engine.language.diagnostic import Severity

    if found is None:
        return
    for place, each in found.findings:
        name = str(place.relative_to(settings.home)) if place != settings.home else "workspace"
        yield Finding(
            name, "bad" if each.severity is Severity.ERROR else "note", f"{each.code} {each.message}", each.help
        )
    numbers = ", ".join(counted(number, kind.removesuffix("s")) for kind, number in found.counts.items())
    state, words = verdict(found)
    yield Finding("contents", state, f"{words}. Examined: {numbers}")


def joined(check: Finding) -> str:
    """What was found, with the cure."""
    return f"{check.text}: {check.cure}" if check.cure else check.text


def packages() -> tuple[Finding, ...]:
    """Versions of the libraries that decide and read."""
    return tuple(package(name) for name in PACKAGES)


def package(name: str) -> Finding:
    """The installed version of one package."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return Finding(name, "ok", version(name))
    except PackageNotFoundError:
        return Finding(name, "note" if name in ("rung", "durable-rules") else "bad", "not installed")


def referee() -> Finding:
    """Whether the second opinion on conditions can be had."""
    from engine.referee.judge import available

    ready, reason = available()
    return Finding("referee", "ok", "available") if ready else Finding("referee", "note", reason)


def workspace(settings: Settings) -> tuple[Finding, ...]:
    """Whether the workspace is the user's own."""
    from engine.workspace import check_workspace

    found = check_workspace(settings.workspace)
    if found:
        return tuple(Finding("workspace", "bad", each.message) for each in found)
    where = settings.home.absolute()
    return (Finding("workspace", "ok", f"{where}" if where.is_dir() else f"{where} (made at the first import)"),)


def disk(settings: Settings) -> Finding:
    """Free space where the workspace is or will be."""
    place = next(each for each in (settings.home.absolute(), *settings.home.absolute().parents) if each.exists())
    free = shutil.disk_usage(place).free
    state = "ok" if free >= LOW_DISK_BYTES else "bad"
    return Finding("free disk", state, f"{free // 1024**2:,} MiB")


def preferences(settings: Settings) -> tuple[Finding, ...]:
    """What the command line and the environment set."""
    return (
        Finding("home", "ok", str(settings.home)),
        Finding("quiet", "ok", "yes" if settings.quiet else "no"),
        Finding("no input", "ok", "yes" if settings.no_input else "no"),
        Finding("debug", "ok", "yes" if settings.debug else "no"),
        Finding(
            "encoding", "ok" if (sys.stdout.encoding or "").lower() == "utf-8" else "note", sys.stdout.encoding or "?"
        ),
    )
