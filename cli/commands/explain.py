"""`rung explain`: the reasons of a partner's decisions, or the page of a diagnostic."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.options import JsonOption, OutputOption, Settings, chosen, settings_of

if TYPE_CHECKING:
    from engine.explain.model import Explanation
    from engine.language.diagnostic import Diagnostic
    from engine.language.program import Program
    from engine.plan.plan import Plan
    from engine.records.snapshot import Snapshot
    from engine.runs.store import Run

FORMS = "`rung explain RUN PARTNER` with a run's id, or `rung explain CODE` as in RNG304"
WIDTH = 100  # columns if the output is not a terminal: the same everywhere


class ExplainFormat(StrEnum):
    """Forms of an explanation."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Question:
    """The question about a partner: everything, or why not a tier, or one incentive; with all records or the first."""

    partner: str
    tier: str | None = None
    incentive: str | None = None
    all_records: bool = False


def explain(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="RUN|CODE", help="A run's id, or a code.", show_default=False)],
    partner: Annotated[str | None, typer.Argument(metavar="PARTNER", help="A partner's id.")] = None,
    why_not: Annotated[
        str | None, typer.Option("--why-not", metavar="TIER", help="Explain this tier instead of the next one.")
    ] = None,
    incentive: Annotated[str | None, typer.Option("--incentive", metavar="ID", help="Only this incentive.")] = None,
    records: Annotated[
        bool, typer.Option("--records", help="List all records behind a figure, not only the first few.")
    ] = False,
    format: Annotated[str | None, typer.Option("--format", metavar="text|json", help="Output format.")] = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Explain the tier, distances, benefits and earnings of a partner, or an error code.

    \b
    Example:
      rung explain run-5f3c P-0042
      rung explain run-5f3c P-0042 --why-not platinum --records
      rung explain RNG304
    """
    from cli.output import emit

    form = chosen(ExplainFormat, format, json)
    if re.fullmatch(r"RNG\d+", subject, re.IGNORECASE):
        if partner is not None:
            raise Stop(ExitCode.USAGE, f"a code takes no partner: leave out `{partner}`", FORMS)
        emit(code_page(subject, form), output)
    elif subject.startswith("run-"):
        if partner is None:
            raise Stop(ExitCode.USAGE, f"which partner of `{subject}`?", FORMS)
        question = Question(partner, why_not, incentive, records)
        emit(rendered(answered(settings_of(context), subject, question), form), output)
    else:
        raise Stop(ExitCode.USAGE, f"`{subject}` is neither a run nor a code", FORMS)


def code_page(name: str, form: ExplainFormat) -> str:
    """The page of a diagnostic."""
    from cli.catalogue import find_code, page_of
    from cli.output import document

    code = find_code(name)
    if code is None:
        raise Stop(ExitCode.USAGE, f"there is no diagnostic `{name}`", "docs/errors lists them all")
    if form is ExplainFormat.JSON:
        fields = {"code": code.code, "name": code.name, "severity": code.severity.value, "page": code.page.strip()}
        return document("code", fields)
    return page_of(code)


def lines_of(run: Run) -> dict[str, tuple[str, ...]]:
    """The lines of each file the run's program is written in."""
    from engine.language.lines import split_lines

    files = ((run.manifest.source.file, run.program), *((each.name, each.data) for each in run.builds_on))
    return {name: split_lines(data.decode("utf-8")) for name, data in files}


def answered(settings: Settings, id: str, question: Question) -> Explanation:
    """The explanation, from the run's own program and records, checked against what the run stored."""
    from cli.findings import stop_on_errors
    from cli.stored import compiled_of, trusted
    from engine.explain.aside import without_undecided
    from engine.explain.explain import SHOWN
    from engine.explain.explain import explain as explained
    from engine.explain.model import AsideRow, SetAside
    from engine.records.incomplete import rows_of
    from engine.runs.again import compare_partners
    from engine.runs.places import place_finder
    from engine.runs.resources import USUAL
    from engine.runs.undecided import RUN
    from engine.runs.worlds import open_world

    stored = trusted(settings, id)
    run, snapshot, program, plan = stored.run, stored.snapshot, stored.program, stored.plan
    check_question(program, plan, question)
    with open_world(compiled_of(program, plan), snapshot, (run.folder,), USUAL) as world:
        compared = compare_partners(run, plan, world.decide, [question.partner], world.connection)
        try:
            explanation = explained(
                plan,
                compared.evaluation,
                question.partner,
                source=lines_of(run),
                place_of=place_finder(snapshot, program.all_records, compared.evaluation, world.connection),
                records=None if question.all_records else SHOWN,
                tier=question.tier,
                incentive=question.incentive,
                incentives=[(each.name, each.title, each.span) for each in program.incentives],
            )
        except KeyError:
            stop_on_errors(settings, [unknown_partner(run, snapshot, question.partner)])
            raise
        undecided = {incentive for incentive, _ in world.withheld([question.partner])}
        if undecided:
            rows = tuple(AsideRow(*each) for each in rows_of(snapshot, question.partner, world.connection))
            set_aside = SetAside(RUN in undecided, tuple(sorted(undecided - {RUN})), rows)
            explanation = without_undecided(explanation, set_aside)
    if compared.differences:
        first = compared.differences[0]
        message = f"the records give {first.recomputed}, but `{run.id}` stored {first.stored} ({first.table})"
        raise Stop(ExitCode.INTEGRITY, message, f"rung replay {run.id}")
    return explanation


def check_question(program: Program, plan: Plan, question: Question) -> None:
    """Check that the requested tier and incentive exist."""
    earned = [each.incentive for each in plan.earnings]  # one that an amendment ended may still have earned
    incentives = list(dict.fromkeys([*earned, *(each.name for each in program.incentives)]))
    tiers = [*plan.tiers.tiers, *(each.of for each in plan.rungs if each.of not in plan.tiers.tiers)]
    for name, known, what in ((question.tier, tiers, "tier"), (question.incentive, incentives, "incentive")):
        if name is not None and name not in known:
            raise Stop(ExitCode.USAGE, f"the program has no {what} `{name}`", f"it has {', '.join(known) or 'none'}")


def unknown_partner(run: Run, snapshot: Snapshot, partner: str) -> Diagnostic:
    """A finding: the run has no partner with this id; with the ids that differ from it in capitals or marks only."""
    from engine.records.snapshot import partners_like
    from engine.runs.codes import UNKNOWN_PARTNER

    message = f"`{run.id}` has no partner `{partner}`"
    near = " or ".join(f"`{each}`" for each in partners_like(snapshot, partner))
    help = f"did you mean {near}?" if near else "`rung evaluate .. --show partners` lists the ids"
    return UNKNOWN_PARTNER.at(None, message, help=help)


def rendered(explanation: Explanation, form: ExplainFormat) -> str:
    """The explanation as text or as the document `rung.explain/v1`."""
    import json

    from cli.render.explain_text import render_explanation
    from engine.explain.document import to_json

    if form is ExplainFormat.JSON:
        return json.dumps(to_json(explanation), indent=2, ensure_ascii=False) + "\n"
    width = shutil.get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else WIDTH
    return render_explanation(explanation, width)
