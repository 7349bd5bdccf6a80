"""From the text of a feed to a `Feed`: YAML, shape, then values in their places."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import PurePosixPath
from typing import Final

from engine.language.diagnostic import Diagnostic, has_errors, in_file_order
from engine.language.expression import parse_expression
from engine.language.loader import load_tree
from engine.language.reading import text_of, truth_of, words_of
from engine.language.shape import check_shape
from engine.language.source import Entry, Mapping, Node, Scalar
from engine.records.codes import feed as codes
from engine.records.codes import queries as codes_queries
from engine.records.endings import ENDINGS, OTHERS
from engine.records.feed import (
    Calculation,
    Condition,
    Feed,
    FieldMapping,
    IdRule,
    LookUp,
    NumberStyle,
    Query,
    Sign,
    Source,
    Style,
    TableMapping,
    Unmapped,
)
from engine.records.feed_schema import FEED_SCHEMA, FORMATS
from engine.records.files import outside, path_fault
from engine.records.query import HELP, query_fault
from engine.records.readers.layout import QUERY, Layout, Unpivot
from engine.types import Mode

SQL: Final = ".sql"
VARIABLE: Final = "[A-Za-z_][A-Za-z0-9_]{0,127}"


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
        ids=_id_rule(tree.get("ids")),
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


def _unknown_format(file: Scalar, ending: str) -> Diagnostic:
    """A file whose ending says that rung does not read it, or says nothing: then `format` may."""
    for what, (endings, help) in OTHERS.items():
        if ending in endings:
            return codes.UNKNOWN_FORMAT.at(file.span, f"`{file.text}` is {what}, which is not read", help=help)
    help = f"set `format:` to {', '.join(FORMATS[:-1])} or {FORMATS[-1]}"
    return codes.UNKNOWN_FORMAT.at(file.span, f"the file ending of `{file.text}` is unknown", help=help)


def _source(entry: Entry, missing: tuple[str, ...], reports: list[Diagnostic]) -> Source | None:
    node = entry.value
    if not isinstance(node, Mapping):
        return None
    file, query = _word(node.get("file")), _query(entry.key, node, reports)
    ending = PurePosixPath(file.text).suffix.lower() if file else ""
    kind = QUERY if query else text_of(node.get("format"), ENDINGS.get(ending, ""))
    if file and not kind and "://" in file.text and (fault := path_fault(file)):
        reports.append(fault)
    elif file and not kind and ending != SQL:
        reports.append(_unknown_format(file, ending))
    wide = node.get("unpivot")
    unpivot = _unpivot(wide) if isinstance(wide, Mapping) else None
    stop_at = _word(node.get("stop_at"))
    begin = _plain(node.get("rows_begin"), "")
    layout = Layout(
        format=kind,
        delimiter=_plain(node.get("delimiter"), "\t" if ending == ".tsv" else ","),
        quote=_plain(node.get("quote"), "" if begin else '"'),
        encoding=text_of(node.get("encoding"), "utf-8"),
        header=truth_of(node.get("header"), True),
        sheet=text_of(node.get("sheet")),
        unpivot=unpivot,
        records=text_of(node.get("records")),
        each=text_of(node.get("each")),
        trim=truth_of(node.get("trim")),
        skip=int(text_of(node.get("skip"), "0")),
        stop_at=stop_at.text if stop_at else None,
        rows_begin=begin,
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
                behind=text_of(node.get("minus")) == "behind",
                parentheses=text_of(node.get("minus")) == "parentheses",
                indian=node.get("grouping") is not None,
                marks=_texts(node.get("currency_marks")),
            ),
            text_of(node.get("date_format")),
            int(text_of(node.get("first_year"), "0")),
            int(text_of(node.get("year"), "0")),
            _texts(node.get("months")),
            text_of(node.get("zone")),
            text_of(node.get("written_in")),
        ),
        renamed=tuple((each.key.text, text_of(each.value)) for each in _entries(columns)),
        where=tuple(map(_condition, _entries(node.get("where")))),
        fill_down=words_of(node.get("fill_down")),
        keys=tuple(each.key for each in node),
        places=tuple((each.key.text, each.value.span) for each in node),
        query=query,
    )


def _query(name: Scalar, node: Mapping, reports: list[Diagnostic]) -> Query | None:
    """What a source asks of a database; a source is a query or a file, and only a query has a database."""
    file, text, database = (_word(node.get(key)) for key in ("file", "query", "database"))
    sql = file if file and PurePosixPath(file.text).suffix.lower() == SQL else None
    asked = text or sql
    if file is None and text is None:
        what = f"the source `{name.text}` has no `{'query' if database else 'file'}`"
        help = "add `query: SELECT ..`" if database else "add `file`, or `database` with a `query`"
        reports.append(codes_queries.SOURCE_FORM.at(name.span, what, help=help))
    elif file and text:
        what = f"the source `{name.text}` has a `file` and a `query`"
        reports.append(codes_queries.SOURCE_FORM.at(text.span, what, help="remove one of the two"))
    elif asked and database is None:
        what, help = f"the query of `{name.text}` names no database", "add `database`: the variable that has its URL"
        reports.append(codes_queries.SOURCE_FORM.at(asked.span, what, help=help))
    elif database and not asked:
        what = f"`{file.text if file else ''}` is no query, so it has no `database`"
        help = f"remove `database`, or name a file that ends in `{SQL}`"
        reports.append(codes_queries.SOURCE_FORM.at(database.span, what, help=help))
    elif database and not re.fullmatch(VARIABLE, database.text):
        # What stands there may be a password: it is not repeated, and the place is that of the name.
        what = f"`database` of `{name.text}` is not the name of an environment variable"
        help = "write a name such as `CRM_URL`, and set that variable to the URL; if a password stood here, change it"
        reports.append(codes_queries.DATABASE_ADDRESS.at(name.span, what, help=help))
    elif database:
        if text and (fault := query_fault(text.text)):
            reports.append(codes_queries.QUERY_FORM.at(text.span, fault, help=HELP))
        return Query(database, text)
    return None


def _condition(entry: Entry) -> Condition:
    node = entry.value
    unwanted = node.get("not") if isinstance(node, Mapping) else None
    return Condition(entry.key, words_of(unwanted or node), unwanted is not None)


def _id_rule(node: Node | None) -> IdRule | None:
    if not isinstance(node, Mapping):
        return None
    pairs = tuple((each.key, _scalar(each.value, node)) for each in _entries(node.get("replace")))
    digits, prefix = int(text_of(node.get("digits"), "0")), _plain(node.get("prefix"), "")
    return IdRule(node.span, pairs, truth_of(node.get("salesforce")), digits, prefix)


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
    calculation = _calculation(node, reports)
    column, joined, look_up = node.get("column"), node.get("join"), node.get("look_up")
    named = next((each for each in (column, node.get("plus"), joined) if each is not None), None)
    return FieldMapping(
        entry.key,
        node.span,
        columns=words_of(named) or tuple(column for _, column in (calculation.names if calculation else ())),
        separator=_plain(node.get("with"), "-") if joined is not None else "",
        constant=_word(node.get("constant")),
        look_up=_look_up(look_up) if isinstance(look_up, Mapping) else None,
        map=tuple((each.key, _scalar(each.value, node)) for each in _entries(node.get("map"))),
        unmapped=Unmapped(text_of(node.get("unmapped"), Unmapped.REFUSE.value)),
        currency=_word(node.get("currency")),
        sign=_sign(node.get("sign")),
        minus=_word(node.get("minus")),
        id=_id_rule(node.get("id")),
        calculation=calculation,
        stands_alone=node.get("not_found") is not None,
        is_numbered=truth_of(node.get("numbered")),
        keys=tuple(each.key for each in node),
    )


def _calculation(node: Mapping, reports: list[Diagnostic]) -> Calculation | None:
    written = _word(node.get("calculate"))
    if written is None:
        return None
    expression, found = parse_expression(written)
    reports += found
    if expression is None:
        return None
    rounding = _word(node.get("round"))
    names = tuple((each.key, _scalar(each.value, node)) for each in _entries(node.get("of")))
    return Calculation(expression, names, Mode(rounding.text) if rounding else None)


def _sign(node: Node | None) -> Sign | None:
    if not isinstance(node, Mapping):
        return Sign(node.span, text_of(node) == "written") if node is not None else None
    return Sign(node.span, False, _word(node.get("column")), words_of(node.get("plus")), words_of(node.get("minus")))


def _look_up(node: Mapping) -> LookUp:
    return LookUp(*(_scalar(node.get(key), node) for key in ("in", "match", "take")))


def _check_form(entry: Entry, node: Mapping, reports: list[Diagnostic]) -> None:
    """One place a value comes from, and only keys that change it."""
    written = {each.key.text: each.key for each in node}
    places = [written[key] for key in ("column", "join", "constant", "plus", "calculate") if key in written]
    name = entry.key.text
    help = "use exactly one of `column`, `join`, `constant`, `calculate`, and `plus` with `minus`"
    if not places:
        reports.append(codes.FIELD_FORM.at(entry.key.span, f"the feed has no source for `{name}`", help=help))
    for second in places[1:]:
        reports.append(codes.FIELD_FORM.at(second.span, f"`{name}` has two sources", help=help))
    needs = {"with": "join", "unmapped": "map", "plus": "minus", "minus": "plus"}
    needs |= {"calculate": "of", "of": "calculate", "round": "calculate"}
    for key, needed in needs.items():
        if key in written and needed not in written:
            message = f"`{key}` has no meaning without `{needed}`"
            reports.append(codes.FIELD_FORM.at(written[key].span, message, help=f"add `{needed}`, or remove `{key}`"))
    for place, what in (("constant", "constant"), ("calculate", "calculated number")):
        for key in ("look_up", "map"):
            if place in written and key in written:
                message = f"`{key}` has no meaning for a {what}"
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
