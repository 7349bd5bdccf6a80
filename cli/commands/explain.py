"""`rung explain`: the reasons of a partner's decisions, or the page of a diagnostic."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.options import Format, FormatOption, JsonOption, OutputOption, chosen_format

FORMS = "`rung explain RUN PARTNER` with a run's id, or `rung explain CODE` as in RNG304"


def explain(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="RUN|CODE", help="A run's id, or a code.", show_default=False)],
    partner: Annotated[str | None, typer.Argument(metavar="PARTNER", help="A partner's id.")] = None,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Say why: tier, distances, benefits and earnings of a partner, or what a code means.

    \b
    Example:
      rung explain run-5f3c P-0042
      rung explain RNG304
    """
    chosen = chosen_format(format, json)
    if re.fullmatch(r"RNG\d+", subject, re.IGNORECASE):
        explain_code(subject, partner, chosen, output)
    elif subject.startswith("run-"):
        raise Stop(ExitCode.INTERNAL, "explanations are not there yet")
    else:
        raise Stop(ExitCode.USAGE, f"`{subject}` is neither a run nor a code", FORMS)


def explain_code(name: str, partner: str | None, chosen: Format, output: str | None) -> None:
    """The page of a diagnostic."""
    from cli.catalogue import find_code, page_of
    from cli.output import document, emit

    if partner is not None:
        raise Stop(ExitCode.USAGE, f"`{partner}` is too much: a code is explained alone", FORMS)
    code = find_code(name)
    if code is None:
        raise Stop(ExitCode.USAGE, f"there is no diagnostic `{name}`", "docs/errors lists them all")
    if chosen is Format.JSON:
        fields = {"code": code.code, "name": code.name, "severity": code.severity.value, "page": code.page.strip()}
        emit(document("code", fields), output)
    else:
        emit(page_of(code), output)
