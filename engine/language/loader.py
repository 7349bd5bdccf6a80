"""YAML text to a spanned tree, over the parser's event stream and never the object loader.

The pure-Python parser is used on every machine, so messages and places are the same
everywhere; the parser in C would be faster and crashes on deep nesting when it builds
objects. Names in a file never create objects here: tags, anchors and merges are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from engine.language.builder import Builder
from engine.language.characters import read_text
from engine.language.codes import yaml as codes
from engine.language.diagnostic import Diagnostic, in_file_order
from engine.language.faults import Fault
from engine.language.lines import indentation, is_blank, line_span, split_lines
from engine.language.source import Mapping, Node, Scalar, Sequence, Span
from engine.language.traps import check_traps, space_after_colon

MAX_FINDINGS = 100  # shown of one file; more do not help
MAX_FAULTS = 10  # places at which the reading is taken up again behind a fault

_TOP_LEVEL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*:(?:\s|$)")
_CAUSES = {each.code for each in (codes.CUT_BY_HASH, codes.CURLY_QUOTES, codes.TAG, codes.ANCHOR)}  # of faults
_FOLLOWS = {each.code for each in (codes.VALUE_OVER_LINES, codes.MISSING_COLON, codes.DUPLICATE_KEY)}  # from faults


def load_tree(data: bytes, file: str) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """Read a YAML file into a tree whose top is a mapping.

    `file` is the name used in spans. The tree is None where the file cannot be read to
    its end; with errors and a tree, the tree holds what was understood.
    """
    text, found = read_text(data, file)
    if text is None:
        return None, found
    lines = split_lines(text)
    if blocker := _check_lines(lines, file):
        return None, _limited([*found, blocker])
    builder = Builder(file, lines)
    complete = builder.read(text)
    tree = builder.root()
    findings = [*found, *_read_findings(builder, tree)]
    if complete:
        findings += _check_root(tree, file, lines)
    elif builder.fault:
        findings += _after_fault(builder.fault, file, lines)
    return (tree if complete and isinstance(tree, Mapping) else None), _limited(findings)


def _read_findings(builder: Builder, tree: Node | None) -> list[Diagnostic]:
    """Everything one reading found, in the part it could read."""
    findings = builder.findings()
    if tree is not None:
        findings += islice(check_traps(tree, builder.lines), MAX_FINDINGS + 1)
    return _with_fault(findings, builder.fault) if builder.fault else findings


def _after_fault(fault: Fault, file: str, lines: tuple[str, ...]) -> list[Diagnostic]:
    """Findings in the top-level parts behind a fault, so that one run shows more than one mistake."""
    findings: list[Diagnostic] = []
    for _ in range(MAX_FAULTS):
        start = next((at for at in range(fault.first_line, len(lines)) if _TOP_LEVEL.match(lines[at])), None)
        if start is None:
            break
        builder = Builder(file, lines)
        builder.read("\n" * start + "\n".join(lines[start:]))  # line numbers stay
        findings += _read_findings(builder, builder.root())
        if not builder.fault:
            break
        fault = builder.fault
    return findings


def _check_lines(lines: tuple[str, ...], file: str) -> Diagnostic | None:
    """What is seen by looking at the lines alone, and stops the reading: tabs and directives."""
    first = next((number for number, line in enumerate(lines, start=1) if not is_blank(line)), 0)
    if first and lines[first - 1].startswith("%"):
        span = line_span(file, first, 1, len(lines[first - 1].rstrip()) + 1)
        return codes.DIRECTIVE.at(
            span, "a line that starts with `%` is a YAML directive; programs cannot use it", help="delete the line"
        )
    tabbed = [number for number, line in enumerate(lines, start=1) if re.match(" *\t", line) and not is_blank(line)]
    if not tabbed:
        return None
    line = lines[tabbed[0] - 1]
    start = indentation(line) + 1
    others = f" (and {len(tabbed) - 1} more)" if len(tabbed) > 1 else ""
    span = line_span(file, tabbed[0], start, len(line) - len(line.lstrip()) + 1)
    return codes.TAB.at(
        span, f"this line is indented with a tab{others}", help="indent with spaces, two for each level"
    )


def _check_root(tree: Node | None, file: str, lines: tuple[str, ...]) -> Iterable[Diagnostic]:
    help = "`rung init` writes a program to start from"
    if tree is None or (isinstance(tree, Scalar) and not tree.text and not tree.quoted):
        yield codes.EMPTY_FILE.at(Span(file, 1, 1, 1, 1), "the file does not contain a program", help=help)
    elif isinstance(tree, Scalar) and not tree.quoted and re.fullmatch(r"\w[\w-]*:\S+", tree.text):
        yield space_after_colon(tree)
    elif not isinstance(tree, Mapping):
        kind = "a list" if isinstance(tree, Sequence) else "a single text"
        start = tree.span
        span = line_span(file, start.line, start.column, len(lines[start.line - 1].rstrip()) + 1)
        message = f"the file is {kind}; a program consists of `key: value` lines"
        yield codes.NOT_A_MAPPING.at(span, message, help=help)


def _with_fault(findings: list[Diagnostic], fault: Fault) -> list[Diagnostic]:
    """The findings with the fault that ended the reading; one for each mistake."""
    near = {each for each in findings if each.span and fault.first_line <= each.span.line <= fault.last_line}
    if any(each.code in _CAUSES for each in near):
        return findings
    return [each for each in findings if not (each in near and each.code in _FOLLOWS)] + [fault.diagnostic]


def _limited(findings: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    ordered = in_file_order(findings)
    if len(ordered) <= MAX_FINDINGS:
        return ordered
    message = f"only the first {MAX_FINDINGS} findings are shown"
    note = codes.MORE_FINDINGS.at(ordered[MAX_FINDINGS].span, message, help="fix these and check again")
    return (*ordered[:MAX_FINDINGS], note)
