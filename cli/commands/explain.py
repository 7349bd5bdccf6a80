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
    MD = "md"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Question:
    """The question about a partner: everything, or why not a tier, or one incentive; with all records or the first.

    `partner` is an id, or a name that only one partner has.
    """

    partner: str
    tier: str | None = None
    incentive: str | None = None
    all_records: bool = False
    benefits: bool = False
    metrics: bool = False


def explain(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="RUN|CODE", help="A run's id, or a code.", show_default=False)],
    partner: Annotated[str | None, typer.Argument(metavar="PARTNER", help="A partner's id or name.")] = None,
    why_not: Annotated[
        str | None, typer.Option("--why-not", metavar="TIER", help="Explain this tier instead of the next one.")
    ] = None,
    incentive: Annotated[str | None, typer.Option("--incentive", metavar="ID", help="Only this incentive.")] = None,
    records: Annotated[
        bool,
        typer.Option("--records", help="List every record behind a figure with what it added, so that it adds up."),
    ] = False,
    benefits: Annotated[bool, typer.Option("--benefits", help="Also the benefits, each with its cause.")] = False,
    metrics: Annotated[bool, typer.Option("--metrics", help="Also the metrics, with the records behind them.")] = False,
    format: Annotated[
        str | None,
        typer.Option("--format", metavar="text|json|md|html", help="Output format.", show_default="by FILE, else text"),
    ] = None,
    json: JsonOption = False,
    md: Annotated[bool, typer.Option("--md", help="Short for --format md.")] = False,
    html: Annotated[bool, typer.Option("--html", help="Short for --format html: one page that loads nothing.")] = False,
    output: OutputOption = None,
) -> None:
    """Explain the tier, distances, benefits and earnings of a partner, or an error code.

    \b
    Example:
      rung explain run-5f3c P-0042
      rung explain run-5f3c "Acme Trading" --incentive volume_rebate --records
      rung explain run-5f3c P-0042 --why-not platinum --metrics
      rung explain run-5f3c P-0042 --records --output why.html
      rung explain RNG304

    A partner is found by its id, or by its name in the records if no other partner has the same. With `--records`, each
    record is listed with its day, what it added, the fields that counted, its file and line, and the rows that were
    read through it. JSON always has benefits and metrics.
    """
    from cli.output import emit

    form = form_of(format, json, md, html, output)
    if re.fullmatch(r"RNG\d+", subject, re.IGNORECASE):
        if partner is not None:
            raise Stop(ExitCode.USAGE, f"a code takes no partner: leave out `{partner}`", FORMS)
        emit(code_page(subject, form), output)
    elif subject.startswith("run-"):
        if partner is None:
            raise Stop(ExitCode.USAGE, f"which partner of `{subject}`?", FORMS)
        question = Question(partner, why_not, incentive, records, benefits, metrics)
        emit(rendered(answered(settings_of(context), subject, question), form, question, output), output)
    else:
        raise Stop(ExitCode.USAGE, f"`{subject}` is neither a run nor a code", FORMS)


def form_of(format: str | None, json: bool, md: bool, html: bool, output: str | None) -> ExplainFormat:
    """The form that is asked for: by name, by one of the short options, or by the ending of the file."""
    named = [name for name, given in (("md", md), ("html", html)) if given]
    if len(named) + json > 1 or (named and format not in (None, *named)):
        raise Stop(ExitCode.USAGE, "two formats are asked for", "give one of --format, --json, --md, --html")
    return chosen(ExplainFormat, named[0] if named else format, json, output)


def code_page(name: str, form: ExplainFormat) -> str:
    """The page of a diagnostic."""
    from cli.catalogue import find_code, page_of
    from cli.output import document

    code = find_code(name)
    if code is None:
        raise Stop(ExitCode.USAGE, f"there is no code `{name}`", "docs/errors lists them all")
    if form is ExplainFormat.JSON:
        fields = {"code": code.code, "name": code.name, "severity": code.severity.value, "page": code.page.strip()}
        return document("code", fields)
    if form is ExplainFormat.HTML:
        raise Stop(ExitCode.USAGE, "the page of a code is text", "leave out `--html`; docs/errors has it as Markdown")
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
    partner = partner_meant(settings, run, snapshot, question.partner)
    with open_world(compiled_of(program, plan), snapshot, (run.folder,), USUAL) as world:
        compared = compare_partners(run, plan, world.decide, [partner], world.connection)
        try:
            explanation = explained(
                plan,
                compared.evaluation,
                partner,
                source=lines_of(run),
                place_of=place_finder(snapshot, program.all_records, compared.evaluation, world.connection),
                records=None if question.all_records else SHOWN,
                tier=question.tier,
                incentive=question.incentive,
                incentives=[(each.name, each.title, each.span) for each in program.incentives],
                dates={each.name: each.date for each in program.all_records.tables},
            )
        except KeyError:
            stop_on_errors(settings, [unknown_partner(run, snapshot, partner)])
            raise
        undecided = {incentive for incentive, _ in world.withheld([partner])}
        if undecided:
            rows = tuple(AsideRow(*each) for each in rows_of(snapshot, partner, world.connection))
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
    """A finding: the run has no partner with this id; with those that a person may have meant."""
    from engine.runs.codes import UNKNOWN_PARTNER
    from engine.runs.partners import find_partner

    meant = find_partner(snapshot, partner)
    near = " or ".join(f"`{each.id}`" + (f" ({each.name})" if each.name else "") for each in meant.near)
    if meant.shared:
        message = f"several partners of `{run.id}` are called `{partner}`"
        return UNKNOWN_PARTNER.at(None, message, help=f"give the id: {near}")
    help = f"did you mean {near}?" if near else "`rung evaluate .. --show partners` lists the ids"
    return UNKNOWN_PARTNER.at(None, f"`{run.id}` has no partner `{partner}`", help=help)


def partner_meant(settings: Settings, run: Run, snapshot: Snapshot, text: str) -> str:
    """The id of the partner that has this id or, alone, this name; a finding ends the command where there is none."""
    from cli.findings import demand
    from engine.runs.partners import find_partner

    partner = find_partner(snapshot, text).partner
    return demand(settings, partner, () if partner is not None else [unknown_partner(run, snapshot, text)])


def rendered(explanation: Explanation, form: ExplainFormat, question: Question, output: str | None) -> str:
    """The explanation as text, as a page, or as the document `rung.explain/v1`."""
    import json

    from cli.render.explain_pages import render_explanation_html, render_explanation_md
    from cli.render.explain_text import Shown, render_explanation
    from engine.explain.document import to_json

    if form is ExplainFormat.JSON:
        return json.dumps(to_json(explanation), indent=2, ensure_ascii=False) + "\n"
    shown = Shown(question.benefits, question.metrics)
    if form is ExplainFormat.HTML:
        return render_explanation_html(explanation, shown)
    if form is ExplainFormat.MD:
        return render_explanation_md(explanation, shown)
    on_screen = output in (None, "-") and sys.stdout.isatty()
    return render_explanation(explanation, shutil.get_terminal_size((WIDTH, 24)).columns if on_screen else WIDTH, shown)
