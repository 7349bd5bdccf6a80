"""`rung show`: a program as it holds on a day, with the place each value comes from."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.options import JsonOption, OutputOption, chosen, parse_day, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from cli.options import Settings
    from cli.programs import Written
    from engine.authoring.layout.remarks import Element
    from engine.language.lineage import Lineage
    from engine.language.program import Program
    from engine.language.source import Mapping, Node
    from engine.plan.words import Told


class ShowFormat(StrEnum):
    """Forms of a program as it holds on a day."""

    YAML = "yaml"
    JSON = "json"


class PlanFormat(StrEnum):
    """Forms of a calculation."""

    TEXT = "text"
    JSON = "json"


def show(
    context: typer.Context,
    program: Annotated[
        str, typer.Argument(metavar="PROGRAM", help="A program file, or FAMILY@VERSION.", show_default=False)
    ],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="The day; by default the last day of the program.")
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="The calculation in words: every table and column, with its line.")
    ] = False,
    incentive: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --plan: only this incentive, phase by phase.")
    ] = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Print the complete program in force on a day, with the file and line of each value.

    \b
    Example:
      rung show programs/summit/2027.yaml
      rung show summit@2026 --as-of 2026-06-30
      rung show programs/summit/2026.yaml --plan --incentive volume_rebate

    Inherited rules and amendments are merged. The output is a program with the same meaning. With --plan, the
    output is the calculation of that day.
    """
    from cli.data import errors_of
    from cli.findings import demand
    from cli.output import document, emit
    from cli.programs import diagnose, written
    from engine.authoring.layout.outline import outline_of
    from engine.authoring.layout.writer import render_tree
    from rules import SCHEMA

    settings = settings_of(context)
    form = chosen(PlanFormat if plan else ShowFormat, None, json, output, has_format=False)
    json = form in (PlanFormat.JSON, ShowFormat.JSON)
    text = written(program, settings)
    found, findings = diagnose(text.data, text.name, text.others)
    known = demand(settings, found, errors_of(findings), text.sources)
    day = last_day(known) if as_of is None else parse_day(as_of)
    if incentive is not None and not plan:
        raise Stop(ExitCode.USAGE, "`--incentive` goes with `--plan`", "add `--plan`")
    if plan:
        told = list(plan_told(known, day, incentive, settings, text))
        if json:
            lines = [{"text": each.text, "depth": each.depth, **place_of(each)} for each in told]
            emit(document("plan", {"program": known.family, "edition": known.edition, "lines": lines}), output)
        else:
            emit("".join(f"{line}\n" for line in aligned_lines(told)), output)
        return
    tree = tree_on(text, known, day)
    if json:
        values = [{"path": path, "value": value, "file": file, "line": line}
                  for path, value, file, line in values_of(tree)]  # fmt: skip
        emit(document("program", {"program": known.family, "edition": known.edition, "values": values}), output)
    else:
        emit(render_tree(tree, outline_of(SCHEMA), None, origin), output)


def plan_told(program: Program, day: date, incentive: str | None, settings: Settings, text: Written) -> Iterator[Told]:
    """The Plan of the day in words, or one incentive of it phase by phase."""
    from cli.findings import demand
    from engine.compiler.course.phases import PHASES
    from engine.language.near import suggest
    from engine.plan.words import say_incentive, say_plan
    from rules import compile_program

    compiled, findings = compile_program(program, day)
    plan = demand(settings, compiled, findings, text.sources)
    if incentive is None:
        return say_plan(plan)
    found = next((each for each in plan.earnings if each.incentive == incentive), None)
    if found is None:
        names = [each.incentive for each in plan.earnings]
        cure = suggest(incentive, names)
        raise Stop(ExitCode.USAGE, f"no incentive `{incentive}` can earn anything by {day}", cure)
    return say_incentive(found, plan, PHASES)


def place_of(told: Told) -> dict[str, str | int | None]:
    """The file and line of a line of the Plan."""
    return {"file": told.place.file if told.place else None, "line": told.place.line if told.place else None}


def aligned_lines(told: Sequence[Told]) -> Iterator[str]:
    """Each line with its place in front, so that long calculations do not push it out of sight."""
    places = [f"{PurePath(each.place.file).name}:{each.place.line}" if each.place else "" for each in told]
    width = max(map(len, places), default=0)
    for each, place in zip(told, places, strict=True):
        yield f"{place:<{width}}  {'  ' * each.depth}{each.text}".rstrip()


def last_day(program: Program) -> date:
    """The last day on which the program is in force."""
    from engine.language.header import effective_days

    return effective_days(program)[1]


def tree_on(text: Written, program: Program, day: date) -> Mapping:
    """Everything that holds on a day, as one tree whose values keep their places."""
    from engine.language.header import effective_days

    first, last = effective_days(program)
    if not first <= day <= last:
        cure = f"it is in force from {first} through {last}"
        raise Stop(ExitCode.USAGE, f"{program.family} {program.version} is not in force on {day}", cure)
    stages = lineage_of(text).stages
    return next(each.tree for each in reversed(stages) if each.start is None or each.start <= day)


def lineage_of(text: Written) -> Lineage:
    """What a program builds on; it was read before without a fault."""
    from engine.language.lineage import trace_lineage
    from engine.language.loader import load_tree
    from engine.language.reading import Reader
    from engine.language.source import Mapping

    tree, _ = load_tree(text.data, text.name)
    assert isinstance(tree, Mapping)  # it was parsed just before
    found = trace_lineage(tree, text.name, text.others, Reader())
    assert found is not None  # as above
    return found


def origin(element: Element) -> str:
    """Where an entry or an item was written."""
    from engine.language.source import Entry

    span = element.key.span if isinstance(element, Entry) else element.span
    return f"{PurePath(span.file).name}:{span.line}"


def values_of(node: Node, path: str = "") -> Iterator[tuple[str, str, str, int]]:
    """Each single value with its path of keys, its text, file and line."""
    from engine.language.source import Mapping, Scalar

    if isinstance(node, Scalar):
        yield path, node.text, node.span.file, node.span.line
    elif isinstance(node, Mapping):
        for entry in node:
            yield from values_of(entry.value, f"{path}.{entry.key.text}" if path else entry.key.text)
    else:
        for place, item in enumerate(node):
            yield from values_of(item, f"{path}[{place}]")
