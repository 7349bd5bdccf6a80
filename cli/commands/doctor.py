"""`rung doctor`: is this environment safe to decide and to keep decisions in?"""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import typer

from cli.exits import ExitCode
from cli.options import Format, FormatOption, JsonOption, OutputOption, Settings, chosen_format, settings_of

PACKAGES = ("rung", "duckdb", "pyarrow", "lark", "jsonschema", "pyyaml", "python-calamine", "typer", "durable-rules")
LOW_DISK_BYTES = 1024**3  # a run over a million partners writes some hundred megabytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: fine, of note, or a reason to stop."""

    name: str
    state: str  # ok, note, bad
    text: str


def doctor(
    context: typer.Context,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Check whether this installation is safe: exit code 6 if it is not.

    \b
    Example:
      rung doctor
      rung doctor --json
    """
    from cli.output import Sheet, document, emit, render_sheet

    settings = settings_of(context)
    chosen = chosen_format(format, json)
    findings = examine(settings)
    healthy = all(each.state != "bad" for each in findings)
    if chosen is Format.JSON:
        checks = [{"name": each.name, "state": each.state, "text": each.text} for each in findings]
        emit(document("doctor", {"healthy": healthy, "checks": checks}), output)
    else:
        rows = tuple((each.name, each.state, each.text) for each in findings)
        emit(render_sheet(Sheet(("check", "state", "found"), rows), chosen), output)
    if not healthy:
        settings.say("not safe: fix what is marked `bad`")
        raise typer.Exit(ExitCode.REFUSED)


def examine(settings: Settings) -> tuple[Finding, ...]:
    """All checks, in order."""
    python = Finding("python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    return (python, *packages(), referee(), *workspace(settings), disk(settings), *preferences(settings))


def packages() -> tuple[Finding, ...]:
    """Versions of the libraries that decide and read."""
    return tuple(package(name) for name in PACKAGES)


def package(name: str) -> Finding:
    """The installed version of one package."""
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
    from engine.workspace import Workspace, check_workspace

    found = check_workspace(Workspace(settings.home))
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
