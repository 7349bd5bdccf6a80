"""From the text of a feed to a `Feed`: YAML, shape, then values in their places."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import PurePosixPath
from typing import Final

from engine.language.diagnostic import Diagnostic, has_errors, in_file_order
from engine.language.loader import load_tree
from engine.language.reading import text_of, truth_of, words_of
from engine.language.shape import check_shape
from engine.language.shapes import (
    NAME_PATTERN,
    Schema,
    day,
    listing,
    mapping,
    matching,
    named,
    noted,
    one_of,
    text,
    truth,
)
from engine.language.source import Entry, Mapping, Node, Scalar
from engine.records.codes import feed as codes
from engine.records.feed import Feed, FieldMapping, LookUp, NumberStyle, Sign, Source, Style, TableMapping, Unmapped
from engine.records.files import outside
from engine.records.readers.layout import Layout, Unpivot

ENDINGS: Final = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
FORMATS: Final = ("csv", "xlsx", "jsonl", "parquet")
ONE_CHARACTER: Final = "^[\\t\\x20-\\x7e]$"

MISSING: Final = listing({"type": "string"}, "Texts that mean that there is no value", ["", "n/a"], least=0)
COLUMN: Final = text("A column of the source, exactly as its header writes it", "ResellerKey")
UNPIVOT: Final = mapping(
    {
        "columns": {
            "type": ["array", "object"],
            "items": {"type": "string"},
            "minItems": 1,
            "minProperties": 1,
            "additionalProperties": {"type": "string"},
            "description": "The wide columns, or a mapping from them to the text that goes into `name`",
            "examples": [["Jan", "Feb"], {"Jan": "2026-01-01", "Feb": "2026-02-01"}],
        },
        "name": text("New column for the name of the wide column", "month"),
        "value": text("New column for its cell", "target"),
    },
    "columns",
    "name",
    "value",
    description="Turns wide columns into rows; cells without a value are skipped",
    title="unpivot",
)
SOURCE: Final = mapping(
    {
        "file": text("The file, relative to the folder of the feed", "exports/Sales.csv"),
        "format": one_of("The format, if the file ending does not show it", *FORMATS),
        "delimiter": matching(ONE_CHARACTER, "one character", "Between two cells of a CSV", ";"),
        "quote": matching("^[\\x21-\\x7e]?$", "one character, or none", "Around a cell of a CSV", '"'),
        "encoding": one_of("How characters are stored", "utf-8", "windows-1252", "latin-1"),
        "header": truth("Whether the first line names the columns", example=False),
        "sheet": text("The sheet of a workbook", "Sales"),
        "missing": MISSING,
        "decimal": one_of("The decimal mark", ".", ","),
        "thousands": matching("^[.,' _\\u00a0\\u202f]$", "one mark between thousands", "Between thousands", ","),
        "minus": one_of("Where a negative number has its minus", "before", "behind"),
        "date_format": text("How days are written, with %Y, %m and %d", "%d/%m/%Y"),
        "unpivot": noted(
            UNPIVOT,
            "Turns wide columns into rows; cells without a value are skipped",
            {"columns": ["Jan", "Feb"], "name": "month", "value": "target"},
        ),
    },
    "file",
    description="A file, and how it is written",
    title="source",
)
LOOK_UP: Final = mapping(
    {
        "in": text("A source", "crosswalk"),
        "match": text("Its column that equals the value", "Account"),
        "take": text("Its column to take instead", "PartnerId"),
    },
    "in",
    "match",
    "take",
    description="Replace the value by that of the one row that matches",
    title="look up",
)
LETTERS: Final = listing({"type": "string"}, "Texts of the column that say so", ["H", "C"])
SIGN: Final[Schema] = {
    "type": ["string", "object"],
    "properties": {
        "column": text("The column that says the sign", "DC"),
        "plus": noted(LETTERS, "Its texts for a number above zero", ["D"]),
        "minus": noted(LETTERS, "Its texts for a number below zero", ["C"]),
    },
    "additionalProperties": False,
    "title": "sign",
    "description": "What says the sign of the numbers: `entry`, a column with its texts, or each number as `written`",
    "examples": ["entry", "written", {"column": "DC", "plus": ["D"], "minus": ["C"]}],
    "if": {"type": "object"},
    "then": {"required": ["column", "plus", "minus"]},
    "else": {
        "pattern": "^(entry|written)$",
        "x-expected": "`entry`, `written`, or `{column: COLUMN, plus: [TEXTS], minus: [TEXTS]}`",
        "examples": ["entry", "written"],
    },
}
FIELD: Final[Schema] = {
    "type": ["string", "object"],
    "properties": {
        "column": COLUMN,
        "join": listing(COLUMN, "Columns whose texts are joined", ["Order", "Line"], least=2),
        "with": text("The text between the joined texts; `-` by default", "-"),
        "constant": text("The value of every row", "sale"),
        "look_up": noted(
            LOOK_UP,
            "Replace the value by that of the one row that matches",
            {"in": "crosswalk", "match": "Account", "take": "PartnerId"},
        ),
        "map": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": ["string", "boolean"]},
            "description": "Values of the source, and the values they become",
            "examples": [{"SALE": "sale", "RET": "return"}],
        },
        "unmapped": one_of("What happens to values that are not in `map`", *(each.value for each in Unmapped)),
        "currency": text("The column with the currency of the amount", "Currency"),
        "numbered": truth("Whether the number of the row among those with the same text ends the key: `A-1`, `A-2`"),
        "sign": SIGN,
        "plus": text("The column with numbers above zero, where another has those below zero", "Debit"),
        "minus": text("The column with numbers below zero, written without a minus", "Credit"),
    },
    "additionalProperties": False,
    "minProperties": 1,
    "title": "field",
    "description": "A column, or a mapping that says where the value comes from",
}
TABLE: Final[Schema] = {
    "type": ["string", "object"],
    "properties": {
        "from": text("A source", "lines"),
        "fields": named(FIELD, "Fields of the table", {"sale_id": "OrderLine"}),
        "repeated": one_of("Rows that are equal in all fields are one record", "once"),
    },
    "additionalProperties": False,
    "title": "table",
    "description": "How the table is filled, or `empty`",
    "if": {"type": "object"},
    "then": {"required": ["from", "fields"]},
    "else": {"pattern": "^empty$", "x-expected": "`{from: SOURCE, fields: {..}}`, or `empty`", "examples": ["empty"]},
}
FEED_SCHEMA: Final[dict[str, object]] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "rung feed",
    "type": "object",
    "required": ["rung", "feed", "records", "sources", "tables"],
    "properties": {
        "rung": one_of("Version of the language", "1"),
        "feed": matching(NAME_PATTERN, "a name such as `crm`", "The feed's name", "crm"),
        "records": text("The program file whose record tables apply", "2026.yaml"),
        "currency": matching("^[A-Z]{3}$", "an ISO 4217 code such as `USD`", "The currency of all amounts", "USD"),
        "missing": MISSING,
        "complete_through": day("The last day through which the files have every record", "2026-06-30"),
        "sources": named(SOURCE, "Files by name", {"lines": {"file": "exports/Sales.csv"}}),
        "tables": named(
            TABLE,
            "Record tables and how they are filled",
            {"sales": {"from": "lines", "fields": {"sale_id": "OrderLine"}}, "deals": "empty"},
        ),
    },
    "additionalProperties": False,
}


def parse_feed(data: bytes, file: str) -> tuple[Feed | None, tuple[Diagnostic, ...]]:
    """The feed in `data`, with all findings about its YAML and shape; None when one is an error."""
    tree, found = load_tree(data, file)
    if tree is None or has_errors(found):
        return None, found
    if isinstance(tree, Mapping) and tree.get("feed") is None and tree.get("program") is not None:
        return None, (*found, _is_a_program(tree))
    found = (*found, *check_shape(tree, FEED_SCHEMA))
    if has_errors(found) or not isinstance(tree, Mapping):
        return None, in_file_order(found)
    missing = _texts(tree.get("missing")) if tree.get("missing") is not None else ("",)
    reports: list[Diagnostic] = list(found)
    program = _scalar(tree.get("records"), tree)
    if reason := outside(program.text):
        help = "name a program file beside the feed, as in `2026.yaml`"
        reports.append(codes.PATH_OUTSIDE.at(program.span, f"the program `{program.text}` {reason}", help=help))
    sources = [_source(entry, missing, reports) for entry in _entries(tree.get("sources"))]
    tables = [_table(entry, reports) for entry in _entries(tree.get("tables"))]
    through = _word(tree.get("complete_through"))  # its shape is a day of the calendar
    feed = Feed(
        name=text_of(tree.get("feed")),
        file=file,
        span=tree.span,
        program=program,
        data=data,
        currency=_word(tree.get("currency")),
        sources=tuple(each for each in sources if each),
        tables=tuple(tables),
        complete_through=date.fromisoformat(through.text) if through else None,
        complete_at=through.span if through else None,
    )
    findings = in_file_order(reports)
    return (None if has_errors(findings) else feed), findings


def _is_a_program(tree: Mapping) -> Diagnostic:
    """The one thing to say about a program in place of a feed."""
    place = next((entry.key.span for entry in tree.entries if entry.key.text == "program"), tree.span)
    help = "name the feed, which says how files become records; it is often `feed.yaml` beside the program"
    return codes.NOT_A_FEED.at(place, "this is a program and not a feed", help=help)


def _entries(node: Node | None) -> Iterable[Entry]:
    """The entries of a mapping, none of anything else."""
    return node.entries if isinstance(node, Mapping) else ()


def _word(node: Node | None) -> Scalar | None:
    """A scalar that was written."""
    return node if isinstance(node, Scalar) else None


def _scalar(node: Node | None, parent: Node) -> Scalar:
    """A scalar the shape demands."""
    return node if isinstance(node, Scalar) else Scalar("", parent.span)


def _texts(node: Node | None) -> tuple[str, ...]:
    """The texts of a list, as written: an empty text stays one."""
    return tuple(each.text for each in words_of(node))


def _source(entry: Entry, missing: tuple[str, ...], reports: list[Diagnostic]) -> Source | None:
    node = entry.value
    if not isinstance(node, Mapping):
        return None
    file = _scalar(node.get("file"), node)
    ending = PurePosixPath(file.text).suffix.lower()
    kind = text_of(node.get("format"), ENDINGS.get(ending, ""))
    if not kind:
        help = f"set `format:` to {', '.join(FORMATS[:-1])} or {FORMATS[-1]}"
        reports.append(codes.UNKNOWN_FORMAT.at(file.span, f"the file ending of `{file.text}` is unknown", help=help))
    wide = node.get("unpivot")
    unpivot = _unpivot(wide) if isinstance(wide, Mapping) else None
    layout = Layout(
        format=kind,
        delimiter=_plain(node.get("delimiter"), "\t" if ending == ".tsv" else ","),
        quote=_plain(node.get("quote"), '"'),
        encoding=text_of(node.get("encoding"), "utf-8"),
        header=truth_of(node.get("header"), True),
        sheet=text_of(node.get("sheet")),
        unpivot=unpivot,
    )
    columns = wide.get("columns") if isinstance(wide, Mapping) else None
    return Source(
        name=entry.key.text,
        span=entry.key.span,
        file=file,
        layout=layout,
        missing=_texts(node.get("missing")) if node.get("missing") is not None else missing,
        style=Style(
            NumberStyle(
                text_of(node.get("decimal"), "."),
                _plain(node.get("thousands"), ""),
                text_of(node.get("minus")) == "behind",
            ),
            text_of(node.get("date_format")),
        ),
        renamed=tuple((each.key.text, text_of(each.value)) for each in _entries(columns)),
        keys=tuple(each.key for each in node),
        places=tuple((each.key.text, each.value.span) for each in node),
    )


def _plain(node: Node | None, default: str) -> str:
    """The text of a scalar as written, where an empty text is one."""
    return node.text if isinstance(node, Scalar) else default


def _unpivot(node: Mapping) -> Unpivot:
    columns = node.get("columns")
    names = tuple(each.key.text for each in _entries(columns)) or _texts(columns)
    return Unpivot(names, text_of(node.get("name")), text_of(node.get("value")))


def _table(entry: Entry, reports: list[Diagnostic]) -> TableMapping:
    node = entry.value
    if not isinstance(node, Mapping):
        return TableMapping(entry.key)
    fields = tuple(_field(each, reports) for each in _entries(node.get("fields")))
    return TableMapping(entry.key, _word(node.get("from")), fields, node.get("repeated") is not None)


def _field(entry: Entry, reports: list[Diagnostic]) -> FieldMapping:
    node = entry.value
    if not isinstance(node, Mapping):
        return FieldMapping(entry.key, node.span, columns=words_of(node))
    _check_form(entry, node, reports)
    column, joined, look_up = node.get("column"), node.get("join"), node.get("look_up")
    named = next((each for each in (column, node.get("plus"), joined) if each is not None), None)
    return FieldMapping(
        entry.key,
        node.span,
        columns=words_of(named),
        separator=_plain(node.get("with"), "-") if joined is not None else "",
        constant=_word(node.get("constant")),
        look_up=_look_up(look_up) if isinstance(look_up, Mapping) else None,
        map=tuple((each.key, _scalar(each.value, node)) for each in _entries(node.get("map"))),
        unmapped=Unmapped(text_of(node.get("unmapped"), Unmapped.REFUSE.value)),
        currency=_word(node.get("currency")),
        sign=_sign(node.get("sign")),
        minus=_word(node.get("minus")),
        is_numbered=truth_of(node.get("numbered")),
        keys=tuple(each.key for each in node),
    )


def _sign(node: Node | None) -> Sign | None:
    if not isinstance(node, Mapping):
        return Sign(node.span, text_of(node) == "written") if node is not None else None
    return Sign(node.span, False, _word(node.get("column")), words_of(node.get("plus")), words_of(node.get("minus")))


def _look_up(node: Mapping) -> LookUp:
    return LookUp(*(_scalar(node.get(key), node) for key in ("in", "match", "take")))


def _check_form(entry: Entry, node: Mapping, reports: list[Diagnostic]) -> None:
    """One place a value comes from, and only keys that change it."""
    written = {each.key.text: each.key for each in node}
    places = [written[key] for key in ("column", "join", "constant", "plus") if key in written]
    name = entry.key.text
    help = "use exactly one of `column`, `join`, `constant`, and `plus` with `minus`"
    if not places:
        reports.append(codes.FIELD_FORM.at(entry.key.span, f"the feed has no source for `{name}`", help=help))
    for second in places[1:]:
        reports.append(codes.FIELD_FORM.at(second.span, f"`{name}` has two sources", help=help))
    needs = {"with": "join", "unmapped": "map", "plus": "minus", "minus": "plus"}
    for key, needed in needs.items():
        if key in written and needed not in written:
            message = f"`{key}` has no meaning without `{needed}`"
            reports.append(codes.FIELD_FORM.at(written[key].span, message, help=f"add `{needed}`, or remove `{key}`"))
    if "constant" in written:
        for key in ("look_up", "map"):
            if key in written:
                message = f"`{key}` has no meaning for a constant"
                reports.append(codes.FIELD_FORM.at(written[key].span, message, help="write the value itself"))
    if "numbered" in written and "map" in written:
        message = "`numbered` has no meaning beside `map`"
        reports.append(codes.FIELD_FORM.at(written["numbered"].span, message, help="remove one of the two"))
    if "plus" in written and "minus" in written:
        for key in ("look_up", "map", "sign"):
            if key in written:
                message = f"`{key}` has no meaning beside `plus` and `minus`"
                help = "remove it: the two columns have numbers, and say their sign"
                reports.append(codes.FIELD_FORM.at(written[key].span, message, help=help))
