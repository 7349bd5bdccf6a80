"""From a spanned tree to a `Program`."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Never

from engine.calendar import say_days
from engine.language import shapes
from engine.language.catalogue import Catalogue
from engine.language.codes import lineage as codes
from engine.language.diagnostic import Diagnostic, Related, has_errors, in_file_order
from engine.language.header import HEADER, LATER_KEYS, REQUIRED, parse_header
from engine.language.lineage import HEADING, Lineage, trace_lineage
from engine.language.loader import load_tree
from engine.language.program import Program
from engine.language.reading import Reader
from engine.language.shape import check_shape
from engine.language.source import File, Mapping
from engine.parts import Same

BELOW_VERSION = ("extends", "amends", "amendment", "effective_from")
"""`extends` comes after `version`: the order of keys in the schema is that of a formatted file."""


def program_schema(catalogue: Catalogue[Never]) -> dict[str, object]:
    """The JSON Schema (draft-07) of program files."""
    properties: dict[str, object] = {}
    for key, schema in HEADER.items():
        if key == "records":
            properties |= HEADING
        properties[key] = schema
        if key == "version":
            properties |= {each: HEADING[each] for each in BELOW_VERSION}
    properties |= {section.key: section.schema for section in catalogue.sections}
    properties |= dict.fromkeys(LATER_KEYS, shapes.LATER)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "rung program",
        "type": "object",
        "required": list(REQUIRED),
        "properties": properties,
        "additionalProperties": False,
        "definitions": dict(shapes.DEFINITIONS),
    }


def parse_program(
    data: bytes, file: str, catalogue: Catalogue[Never], others: Sequence[File] = ()
) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """The program in `data`, and all findings about its YAML, shape and literals.

    `others` are files that lie beside it, among them those it builds on (see `lineage`). None when
    the file cannot be read as a program; findings then say why. Each layer is checked only if the one before found no
    error, so that one defect gives one message.
    """
    tree, found = load_tree(data, file)
    if not isinstance(tree, Mapping) or has_errors(found):
        return None, found
    reader = Reader(list(found))
    lineage = trace_lineage(tree, file, others, reader)
    if lineage is None:
        return None, in_file_order(reader.diagnostics)
    program, more = _parsed_stages(lineage, file, catalogue)
    if program is not None:
        more = (*more, *_outside(program))
    findings = in_file_order((*reader.diagnostics, *more))
    return (None if has_errors(findings) else program), findings


def _parsed_stages(
    lineage: Lineage, file: str, catalogue: Catalogue[Never]
) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """The rules of each stage, each with those before it."""
    schema = _schema_of(Same(catalogue))
    program: Program | None = None
    findings: list[Diagnostic] = []
    for stage in lineage.stages:
        parsed, found = _parsed(stage.tree, file, catalogue, schema)
        findings += found
        if parsed is None:
            return None, tuple(findings)
        start = stage.start
        in_force = tuple(each for each in lineage.amendments if start and each.effective_from <= start)
        unused = program is not None and start == program.first_day  # an amendment from the first day on
        earlier = program.earlier if unused and program else program
        program = replace(parsed, files=lineage.files, amendments=in_force, since=start, earlier=earlier)
    return program, tuple(findings)


@lru_cache(maxsize=1)
def _schema_of(catalogue: Same) -> Dict[str, object]:
    """The schema of a catalogue, the same object for every program: what is made from it is made once."""
    assert isinstance(catalogue.value, Catalogue)
    return program_schema(catalogue.value)


def _parsed(
    tree: Mapping, file: str, catalogue: Catalogue[Never], schema: Dict[str, object]
) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """One whole tree as a program; None with errors."""
    found = check_shape(tree, schema)
    if has_errors(found):
        return None, found
    reader = Reader(list(found))
    program = parse_header(tree, file, reader)
    if program is not None:
        for section in catalogue.sections:
            node = tree.get(section.key)
            if node is not None:
                program = section.parse(node, program, reader)
    return (None if has_errors(reader.diagnostics) else program), tuple(reader.diagnostics)


def _outside(program: Program) -> tuple[Diagnostic, ...]:
    """Findings for amendments that take effect on a day outside the version's days."""
    first, before = program.effective
    return tuple(
        codes.AMENDMENT_OUTSIDE.at(
            each.span,
            f"amendment {each.number} takes effect on {each.effective_from}, but version {program.version} is in force"
            f" {say_days(first, before)}",
            related=[Related(program.span, "the program")],
            help="use a day in this range",
        )
        for each in program.amendments
        if not first <= each.effective_from < before
    )
