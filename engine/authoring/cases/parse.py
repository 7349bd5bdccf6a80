"""From the text of a test file to drafts: YAML, shape, and the rows of tables each as a case of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.authoring.cases import codes
from engine.authoring.cases.model import Draft, Suite
from engine.authoring.cases.schema import CELL, SCHEMA
from engine.language.codes.shape import MISSING_KEY
from engine.language.codes.yaml import EMPTY_FILE
from engine.language.diagnostic import Diagnostic, Related, has_errors, in_file_order
from engine.language.lines import shown
from engine.language.loader import load_tree
from engine.language.near import suggest
from engine.language.reading import text_of, words_of
from engine.language.shape import check_shape
from engine.language.source import Entry, Mapping, Node, Scalar, Sequence, Span

Found = tuple[Diagnostic, ...]
MAX_CASES = 10_000  # of one file, rows of tables counted
MAX_VALUES = 1_000_000  # that a table writes out: its case once for each row
HELP = "`rung test --from RUN PARTNER` writes a case to start from"


@dataclass(slots=True)
class _Cells:
    """The cells of one row by column, and which of them were used."""

    cells: dict[str, Node]
    used: set[str] = field(default_factory=set)
    unknown: list[Scalar] = field(default_factory=list)

    def fill(self, node: Node) -> Node:
        """The node with every `$name` replaced by its cell."""
        if isinstance(node, Scalar):
            return self._cell(node)
        if isinstance(node, Sequence):
            return Sequence(tuple(self.fill(each) for each in node), node.span)
        entries = (Entry(each.key, self.fill(each.value)) for each in node)
        return Mapping(tuple(entries), node.span)

    def _cell(self, word: Scalar) -> Node:
        if word.quoted or not re.fullmatch(CELL, word.text):
            return word
        name = word.text[1:]
        if name not in self.cells:
            self.unknown.append(word)
            return word
        self.used.add(name)
        return self.cells[name]


def parse_suite(data: bytes, file: str) -> tuple[Suite | None, Found]:
    """The cases in `data`, with all findings about YAML, shape and tables; None when one is an error."""
    tree, found = load_tree(data, file)
    found = tuple(_without_program(each) for each in found)
    if tree is None or has_errors(found):
        return None, found
    found = (*found, *check_shape(tree, SCHEMA))
    if has_errors(found) or not isinstance(tree, Mapping):
        return None, in_file_order(found)
    reports = list(found)
    drafts = list(_drafts(tree, reports))
    reports += _same_names(drafts)
    findings = in_file_order(reports)
    if has_errors(findings):
        return None, findings
    program = tree.get("program")
    return Suite(file, tree.span, program if isinstance(program, Scalar) else None, tuple(drafts)), findings


def _without_program(found: Diagnostic) -> Diagnostic:
    """The loader's finding about an empty program file, worded for test files."""
    if found.code != EMPTY_FILE.code:
        return found
    return MISSING_KEY.at(found.span, "the file contains no cases", help=HELP)


def _drafts(tree: Mapping, reports: list[Diagnostic]) -> Iterator[Draft]:
    cases = tree.get("cases")
    count = 0
    for entry in cases if isinstance(cases, Mapping) else ():
        for draft in _case(entry, tree, reports):
            count += 1
            if count > MAX_CASES:
                message = f"there are more than {MAX_CASES:,} cases in this file"
                reports.append(codes.SAME_NAME.at(entry.key.span, message, help="split the file"))
                return
            yield draft


def _case(entry: Entry, tree: Mapping, reports: list[Diagnostic]) -> Iterator[Draft]:
    """The one case of an entry, or one for each row of its table."""
    node = entry.value
    if not isinstance(node, Mapping):
        return
    table = node.get("table")
    if not isinstance(table, Mapping):
        cells = _Cells({})
        yield _draft(entry.key.text, entry.key.span, node, tree, cells)
        reports += (_unknown_cell(each, ()) for each in cells.unknown)
        return
    if _size(node) * sum(1 for _ in _rows(table.get("rows"))) > MAX_VALUES:
        message = f"this table gives more than {MAX_VALUES:,} values, because its records are repeated for each row"
        reports.append(codes.SAME_NAME.at(entry.key.span, message, help="shorten the table, or its records"))
        return
    columns = words_of(table.get("columns"))
    names = tuple(each.text for each in columns)
    used: set[str] = set()
    unknown: dict[Scalar, None] = {}
    told: dict[str, int] = {}  # equal rows without a name are numbered
    whole = True
    for name, row in _rows(table.get("rows")):
        if len(row.items) != len(names):
            whole = False
            cells_told = "1 cell" if len(row.items) == 1 else f"{len(row.items)} cells"
            message = f"the row has {cells_told}, but the table has {len(names)} column{'' if len(names) == 1 else 's'}"
            related = [Related(table.get("columns").span, "the columns")] if table.get("columns") else []  # type: ignore[union-attr] # same line
            reports.append(codes.COLUMN.at(row.span, message, related=related, help=f"columns: {', '.join(names)}"))
            continue
        cells = _Cells(dict(zip(names, row.items, strict=True)))
        span = name.span if name else row.span
        title = name.text if name else _told(row)
        count = told[title] = told.get(title, 0) + 1
        yield _draft(f"{entry.key.text}: {title}{f' ({count})' if count > 1 else ''}", span, node, tree, cells)
        used |= cells.used
        unknown |= dict.fromkeys(cells.unknown)
    reports += (_unknown_cell(each, names) for each in unknown)
    for column in columns if whole and not unknown else ():
        if column.text not in used:
            help = f"write `${column.text}` where the cell belongs, or remove the column"
            reports.append(codes.COLUMN.at(column.span, f"the column `{column.text}` is not used", help=help))


def _size(node: Node | None) -> int:
    """How many values a case holds, its table left out."""
    if isinstance(node, Mapping):
        return sum(_size(each.value) for each in node if each.key.text != "table")
    return sum(map(_size, node.items)) if isinstance(node, Sequence) else 1


def _unknown_cell(word: Scalar, columns: tuple[str, ...]) -> Diagnostic:
    help = suggest(word.text[1:], columns) if columns else "only a case with a `table` has columns"
    return codes.COLUMN.at(word.span, f"there is no column `{word.text[1:]}`", help=help)


def _rows(node: Node | None) -> Iterator[tuple[Scalar | None, Sequence]]:
    """Rows with their names, if they have any."""
    if isinstance(node, Mapping):
        for entry in node:
            if isinstance(entry.value, Sequence):
                yield entry.key, entry.value
    for item in node if isinstance(node, Sequence) else ():
        if isinstance(item, Sequence):
            yield None, item


def _told(row: Sequence) -> str:
    """The name of a row that has none: its cells."""
    return ", ".join(each.text if isinstance(each, Scalar) else ".." for each in row)


def _draft(name: str, span: Span, node: Mapping, tree: Mapping, cells: _Cells) -> Draft:
    """A case with its cells, and the file's values for all cases where it has none of its own."""

    def part(key: str, shared: bool = False) -> Node | None:
        own = node.get(key)
        if own is not None:
            return cells.fill(own)
        return tree.get(key) if shared else None

    def word(key: str, shared: bool = False) -> Scalar | None:
        found = part(key, shared)
        return found if isinstance(found, Scalar) else None

    given: dict[str, tuple[Scalar, Node]] = {}
    for records in (tree.get("given"), part("given")):
        for entry in records if isinstance(records, Mapping) else ():
            given[entry.key.text] = (entry.key, entry.value)
    return Draft(
        name,
        span,
        word("as_of", shared=True),
        word("partner"),
        part("prior"),
        tuple(given.values()),
        part("expect"),
        text_of(node.get("skip")),
        text_of(node.get("why")),
    )


def _same_names(drafts: list[Draft]) -> Iterator[Diagnostic]:
    seen: dict[str, Span] = {}
    for draft in drafts:
        before = seen.setdefault(draft.name, draft.span)
        if before is not draft.span:
            yield codes.SAME_NAME.at(
                draft.span,
                f"there are two cases `{shown(draft.name)}`",
                related=[Related(before, "the first one")],
                help="rename one; a row of a table is called `CASE: ROW`",
            )


def files_named(suite: Suite) -> tuple[Scalar, ...]:
    """The CSV files that cases take records from, each once, at the first place that names it."""
    named = [node for draft in suite.drafts for _, node in draft.given if isinstance(node, Scalar)]
    return tuple({each.text: each for each in reversed(named)}.values())
