"""`rung replay`: compute a stored run again from its stored inputs, and compare every decision."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.options import JsonOption, OutputOption, Settings, chosen, settings_of

if TYPE_CHECKING:
    from engine.runs.compiled import Compiled
    from engine.runs.replay import Replay
    from engine.runs.store import Run


FORMS = "a run's id begins with `run-`; `rung runs` lists them"


class ReplayFormat(StrEnum):
    """Forms of the answer."""

    TEXT = "text"
    JSON = "json"


def replay(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's id, or its beginning.", show_default=False)],
    by: Annotated[str, typer.Option("--by", metavar="columnar|reference", help="The evaluator to use.")] = "columnar",
    format: Annotated[str | None, typer.Option("--format", metavar="text|json", help="Output format.")] = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Compute a stored run again and compare: exit code 5 if it differs, 7 if it was changed.

    \b
    Example:
      rung replay run-5f3c
      rung replay run-5f3c --by reference

    It needs only the workspace and writes nothing: the run contains its program and names its records.
    """
    from cli.findings import demand, exit_code_of, show
    from cli.output import document, emit
    from engine.runs.replay import Engine
    from engine.runs.replay import replay as replayed

    form = chosen(ReplayFormat, format, json, output)
    if by not in tuple(Engine):
        raise Stop(ExitCode.USAGE, f"there is no evaluator `{by}` for replay", f"use one of {', '.join(Engine)}")
    if not run.startswith("run-"):
        raise Stop(ExitCode.USAGE, f"`{run}` is not a run's id", FORMS)
    settings = settings_of(context)
    done, findings = replayed(settings.workspace, run, partial(plan_of, settings), Engine(by))
    done = demand(settings, done, () if done else findings)
    emit(document("replay", fields(done)) if form is ReplayFormat.JSON else text(done), output)
    show(settings, findings)
    code = exit_code_of(findings)
    if code:
        raise typer.Exit(code)


def plan_of(settings: Settings, run: Run) -> Compiled:
    """What a run's program compiles to."""
    from cli.findings import demand
    from cli.stored import compiled_of, program_of, sources_of

    return compiled_of(*demand(settings, *program_of(run), sources_of(run)))


def text(done: Replay) -> str:
    """The answer in one or a few lines.

    Every table is named with its number of rows, so that an empty comparison cannot pass for one.
    """
    rows = ", ".join(f"{count:,} {name}" for name, count in done.rows) or "nothing"
    verdict = "identical" if done.identical else "not identical" if done.rows else "not compared"
    return f"{done.run} by {done.engine}: {verdict}\ncompared: {rows}\nroot: {done.root}\n"


def fields(done: Replay) -> dict[str, object]:
    """The answer as a document."""
    first = done.first
    return {
        "run": done.run,
        "engine": str(done.engine),
        "identical": done.identical,
        "root": done.root,
        "rows": dict(done.rows),
        "first_difference": None
        if first is None
        else {
            "table": first.table,
            "partner": first.partner,
            "key": list(first.key),
            "column": first.column,
            "stored": first.stored,
            "recomputed": first.recomputed,
        },
        "findings": [{"code": each.code, "name": each.name, "message": each.message} for each in done.findings],
    }
