"""From a spanned tree to a `Program`."""

from __future__ import annotations

from engine.language import shapes
from engine.language.catalogue import Catalogue
from engine.language.diagnostic import Diagnostic, has_errors, in_file_order
from engine.language.header import HEADER, LATER_KEYS, REQUIRED, parse_header
from engine.language.loader import load_tree
from engine.language.program import Program
from engine.language.reading import Reader
from engine.language.shape import check_shape
from engine.language.source import Mapping


def program_schema(catalogue: Catalogue) -> dict[str, object]:
    """The JSON Schema (draft-07) of program files."""
    properties = dict(HEADER) | {section.key: section.schema for section in catalogue.sections}
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


def parse_program(data: bytes, file: str, catalogue: Catalogue) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """The program in `data`, and all findings about its YAML, shape and literals.

    None when the file cannot be read as a program; findings then say why. Each layer is only
    looked at when the one before found no error, so that one defect gives one message.
    """
    tree, found = load_tree(data, file)
    if tree is None or has_errors(found):
        return None, found
    found = (*found, *check_shape(tree, program_schema(catalogue)))
    if has_errors(found) or not isinstance(tree, Mapping):
        return None, in_file_order(found)
    reader = Reader(list(found))
    program = parse_header(tree, file, reader)
    if program is not None:
        for section in catalogue.sections:
            node = tree.get(section.key)
            if node is not None:
                program = section.parse(node, program, reader)
    findings = in_file_order(reader.diagnostics)
    return (None if has_errors(findings) else program), findings
