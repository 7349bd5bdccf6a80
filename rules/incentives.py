"""`incentives`: money for doing something, by kind. Each kind is a preset of one skeleton."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.language.catalogue import IncentiveKind, Section
from engine.language.diagnostic import Diagnostic
from engine.language.program import Program
from engine.language.reading import Reader, text_of
from engine.language.shapes import filled, named
from engine.language.source import Entry, Mapping, Node

MOST = 500  # each has rows, columns and conditions of its own in every run
LATER = ("fund",)
"""Kinds that are part of the language and that no version acts on yet."""


def section(kinds: tuple[IncentiveKind, ...]) -> Section[object]:
    """The section for these kinds of incentive."""
    by_name = {each.name: each for each in kinds}

    def parse(node: Node, program: Program, reader: Reader) -> Program:
        entries = node if isinstance(node, Mapping) else ()
        parsed = [_kind_of(entry, by_name).parse(entry, program, reader) for entry in entries]
        return replace(program, incentives=tuple(each for each in parsed if each is not None))

    def check(program: Program) -> Iterator[Diagnostic]:
        for incentive in program.incentives:
            yield from by_name[incentive.kind].check(incentive, program)

    schema = named(
        {
            "type": "object",
            "required": ["kind"],
            "properties": {
                "kind": {
                    "enum": list(by_name),
                    "x-later": [each for each in LATER if each not in by_name],
                    "description": "The kind of incentive",
                    "enumDescriptions": [each.says for each in kinds],
                }
            },
            "title": "incentive",
            "description": "Payments to partners and sellers, by kind",
            "allOf": [
                {
                    "if": {"type": "object", "properties": {"kind": {"const": each.name}}, "required": ["kind"]},
                    "then": each.schema,
                }
                for each in kinds
            ],
        },
        "A payment to a partner or seller",
        *(filled(each.snippet["body"]) for each in kinds[:1]),
        declares="incentive",
        most=MOST,
        snippets=[each.snippet for each in kinds],
    )
    return Section("incentives", schema, parse, check, __doc__ or "")


def _kind_of(entry: Entry, kinds: dict[str, IncentiveKind]) -> IncentiveKind:
    """The kind of an entry; the schema lets no other pass."""
    assert isinstance(entry.value, Mapping), "an incentive is a mapping"
    return kinds[text_of(entry.value.get("kind"))]
