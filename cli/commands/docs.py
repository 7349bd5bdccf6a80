"""`rung docs`: the guide a vendor sends to its partners."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.options import OutputOption, Settings, chosen, parse_day, settings_of
from engine.calendar import say_days

if TYPE_CHECKING:
    from engine.language.program import Program
    from engine.plan.plan import Plan


class GuideFormat(StrEnum):
    """Forms of a guide."""

    MD = "md"
    HTML = "html"


def docs(
    context: typer.Context,
    program: Annotated[str, typer.Argument(metavar="PROGRAM", help="The program file.")],
    format: Annotated[
        str | None,
        typer.Option("--format", metavar="md|html", show_default="by FILE, else md", help="Output format."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            show_default="the first day of its latest rules",
            help="The day whose values are shown, with later values beside them.",
        ),
    ] = None,
    previous: Annotated[
        str | None,
        typer.Option("--previous", metavar="FILE", help="The previous version; adds a section with the changes."),
    ] = None,
    output: OutputOption = None,
) -> None:
    """Write the program guide for partners: tiers, benefits, incentives with worked examples, calendar, terms.

    \b
    Example:
      rung docs 2026.yaml --format html --output guide.html
      rung docs 2026.yaml --previous 2025.yaml --output guide.md

    The HTML page is one file. It loads nothing, runs no scripts, and prints well. It leaves out comments and the
    reasons of parameters.
    """
    from cli.output import emit
    from engine.authoring.guide.guide import guide_of

    settings = settings_of(context)
    form = chosen(GuideFormat, format, False, output)
    stated = _sound(settings, program)
    day = parse_day(as_of) if as_of is not None else stated.first_day
    if not stated.effective[0] <= day < stated.effective[1]:
        raise Stop(
            ExitCode.USAGE,
            f"the program is in force {say_days(*stated.effective)}, not on {day}",
            "give a day in this range with `--as-of`, or leave it out",
        )
    guide = guide_of(stated, day, planned, _sound(settings, previous) if previous is not None else None)
    if form is GuideFormat.HTML:
        from cli.render.guide_html import render_guide_html

        text = render_guide_html(guide)
    else:
        from cli.render.guide_md import render_guide_md

        text = render_guide_md(guide)
    emit(text, output)
    if output not in (None, "-"):
        settings.say(f"wrote {output}")


def _sound(settings: Settings, name: str) -> Program:
    """The program without errors; its findings are shown."""
    from cli.findings import demand
    from cli.programs import diagnose, written

    text = written(name)
    found = diagnose(text.data, name, text.others)
    return demand(settings, *found, text.sources)


def planned(program: Program, day: date) -> Plan | None:
    """The plan of an example; one that cannot be compiled alone has no example."""
    from rules import compile_program

    return compile_program(program, day)[0]
