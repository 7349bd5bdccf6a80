"""`incentives`: money for doing something, by kind. Each kind is a preset of one skeleton."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.language.catalogue import IncentiveKind, Section
from engine.language.codes import shape
from engine.language.diagnostic import Diagnostic
from engine.language.program import Incentive, Program
from engine.language.reading import Reader, text_of
from engine.language.shapes import named
from engine.language.source import Entry, Mapping, Node
from engine.plan.compiler import Compiler


def section(kinds: tuple[IncentiveKind, ...]) -> Section:
    """The section for these kinds of incentive."""
    by_name = {each.name: each for each in kinds}

    def parse(node: Node, program: Program, reader: Reader) -> Program:
        entries = node if isinstance(node, Mapping) else ()
        parsed = [_incentive(entry, by_name, program, reader) for entry in entries]
        return replace(program, incentives=tuple(each for each in parsed if each is not None))

    def check(program: Program) -> Iterator[Diagnostic]:
        for incentive in program.incentives:
            yield from by_name[incentive.kind].check(incentive, program)

    def lower(program: Program, compiler: Compiler) -> None:
        for incentive in program.incentives:
            by_name[incentive.kind].lower(incentive, program, compiler)

    schema = named(
        {
            "type": "object",
            "required": ["kind"],
            "properties": {
                "kind": {"type": "string", "description": "The kind of incentive", "examples": list(by_name)}
            },
            "allOf": [
                {
                    "if": {"properties": {"kind": {"const": each.name}}, "required": ["kind"]},
                    "then": each.schema,
                }
                for each in kinds
            ],
        },
        "Money for doing something",
    )
    return Section("incentives", schema, parse, check, lower, __doc__ or "")


def _incentive(entry: Entry, kinds: dict[str, IncentiveKind], program: Program, reader: Reader) -> Incentive | None:
    kind = entry.value.get("kind") if isinstance(entry.value, Mapping) else None
    found = kinds.get(text_of(kind))
    if found is None:
        reader.report(
            shape.NOT_SUPPORTED_YET.at(
                kind.span if kind else entry.key.span,
                f"incentives of kind `{text_of(kind)}` are not supported yet",
                help=f"supported now: {', '.join(f'`{each}`' for each in kinds)}",
            )
        )
        return None
    return found.parse(entry, program, reader)
