"""The header of every program: its name, its days, its currency, calendar and records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from engine.calendar import MONTH_NAMES, Calendar
from engine.language import conversion, currency, shapes
from engine.language.changes import Corrections
from engine.language.codes import meaning, shape
from engine.language.diagnostic import Diagnostic
from engine.language.names import own_names
from engine.language.near import suggest
from engine.language.program import Dimension, Program
from engine.language.reading import Reader, text_of, truth_of, words_of
from engine.language.record_shapes import CHOICES, RECORDS
from engine.language.records import (
    FIELD_TYPES,
    LATER_TABLES,
    RATES,
    Field,
    Link,
    RecordSchema,
    RecordTable,
    standard_tables,
)
from engine.language.shapes import mapping, matching, noted, one_of, text
from engine.language.source import Entry, Mapping, Node, Scalar, Span
from engine.types import ROW, TEXT, Kind, Mode, Type, choice, money, number, say_kind

ROUNDING_MEANING = {
    "half_up": "A tie goes away from zero: 0.005 is 0.01",
    "half_even": "A tie goes to the even digit: 0.005 is 0.00, 0.015 is 0.02",
    "down": "Always towards zero",
    "up": "Always away from zero",
}
CURRENCY_FORM = "an ISO 4217 code such as `USD`"
VERSION_FORM = shapes.VERSION_FORM
HEADER = {
    "rung": one_of("The version of the language this file is written in", "1"),
    "program": matching(
        shapes.NAME_PATTERN,
        "a name of lower case letters, digits and underscores, such as `summit`",
        "The program's name, the same in all its versions",
        "summit",
    ),
    "title": text("The program's name for people", "Summit Partner Program"),
    "version": {
        **matching(VERSION_FORM, "a version such as `2026`", "Which version this is", "2026", reads="number"),
        "x-least": 0,
    },
    "effective": shapes.days("The days on which this version is in force, `before` not included"),
    "currency": matching("^[A-Z]{3}$", CURRENCY_FORM, "The currency of all amounts, an ISO 4217 code", "USD"),
    "calendar": noted(
        mapping(
            {
                "fiscal_year_starts": one_of("The first month of the fiscal year", *MONTH_NAMES),
                "year_named": one_of(
                    "Which calendar year gives a fiscal year its name",
                    "start",
                    "end",
                    meaning={"start": "The year in which it starts", "end": "The year in which it ends"},
                ),
            },
            "fiscal_year_starts",
            "year_named",
            title="calendar",
        ),
        "The fiscal calendar; required if a period or window is `fiscal`",
        {"fiscal_year_starts": "february", "year_named": "start"},
    ),
    "rounding": noted(
        mapping(
            {
                "mode": one_of("How a tie or a remainder is rounded", *ROUNDING_MEANING, meaning=ROUNDING_MEANING),
                "at": one_of("What is rounded: each earning, once, at its end", "earning"),
            },
            "mode",
            "at",
            title="rounding",
        ),
        "How amounts are rounded to the minor unit; half up by default",
        {"mode": "half_up", "at": "earning"},
    ),
    "conversion": conversion.CONVERSION,
    "corrections": noted(
        {
            **mapping(
                {
                    "late_records": shapes.duration("How long records that become known late change it", "90 days"),
                    "returns": shapes.duration("How long what is given back changes it", "12 months"),
                },
                title="corrections",
            ),
            "minProperties": 1,
        },
        "How long after a period late records and returns still change it; without end by default",
        {"late_records": "90 days", "returns": "12 months"},
    ),
    "choices": CHOICES,
    "records": RECORDS,
}
REQUIRED = ("rung", "program", "version", "effective", "currency")
LATER_KEYS = ("pools", "funds", "scores", "registrations", "objectives", "reviews")


def parse_header(tree: Mapping, file: str, reader: Reader) -> Program | None:
    """The program without its sections; None when dates or currency leave nothing to build on."""
    effective = reader.range(tree.get("effective"))
    code = tree.get("currency")
    if effective is None or not isinstance(code, Scalar):
        return None
    known, found = currency.check_currency(code.text, code.span, effective[0])
    reader.diagnostics.extend(found)
    scale = currency.scale_of(code.text)
    if known is None or scale is None:
        return None
    family = tree.get("program")
    program = Program(
        family=text_of(family),
        version=text_of(tree.get("version")),
        title=text_of(tree.get("title"), text_of(family)),
        file=file,
        span=family.span if family else tree.span,
        effective=effective,
        currency=known,
        scale=scale,
        records=RecordSchema(standard_tables(known, scale)),
        choices=tuple(_choices(tree.get("choices"), reader)),
    )
    program = replace(_with_calendar(program, tree), corrections=_corrections(tree.get("corrections"), reader))
    program = conversion.with_conversion(program, tree.get("conversion"), reader)
    program = _with_records(program, tree.get("records"), reader)
    conversion.check_converts(program, reader)
    return program


def _corrections(node: Node | None, reader: Reader) -> Corrections:
    if not isinstance(node, Mapping):
        return Corrections()
    return Corrections(*(reader.any_duration(node.get(each)) for each in ("late_records", "returns")))


def _choices(node: Node | None, reader: Reader) -> Iterator[Dimension]:
    """The choices that fields, tables and rules share; a word of a field type cannot name one."""
    for entry in node if isinstance(node, Mapping) else ():
        name, tree = entry.key.text, entry.value
        if name in (*FIELD_TYPES, "choice", "money"):
            reader.report(
                meaning.RESERVED_NAME.at(entry.key.span, f"`{name}` is a type of fields", help="choose another name")
            )
        words = words_of(tree.get("values") if isinstance(tree, Mapping) else tree)
        reader.each_once(words, "a value of this choice")
        ordered = isinstance(tree, Mapping) and truth_of(tree.get("ordered"))
        yield Dimension(name, entry.key.span, tuple(each.text for each in words), ordered)


def _with_calendar(program: Program, tree: Mapping) -> Program:
    calendar, rounding = tree.get("calendar"), tree.get("rounding")
    if isinstance(calendar, Mapping):
        start = MONTH_NAMES.index(text_of(calendar.get("fiscal_year_starts"))) + 1
        named_by = text_of(calendar.get("year_named"))
        program = replace(
            program, calendar=Calendar(start, "end" if named_by == "end" else "start"), calendar_declared=True
        )
    if isinstance(rounding, Mapping):
        program = replace(
            program, rounding=Mode(text_of(rounding.get("mode"))), rounding_at=text_of(rounding.get("at"))
        )
    return program


def _with_records(program: Program, node: Node | None, reader: Reader) -> Program:
    if not isinstance(node, Mapping):
        return program
    tables = {table.name: table for table in program.records.tables}
    named_tables: list[tuple[str, Span]] = []
    for entry in node:
        if entry.key.text in LATER_TABLES:
            reader.report(_later_table(entry.key.text, entry.key.span))
        elif entry.key.text == RATES.name and RATES.name not in tables:
            reader.report(conversion.idle_rates(entry.key.span))
        elif entry.key.text != "extends":
            table = _table(entry, tables.get(entry.key.text), program, reader)
            tables[entry.key.text] = own_names(table, table)
            named_tables.append((entry.key.text, entry.key.span))
    schema = RecordSchema(tuple(tables.values()))
    for entry in node:
        _check_table(entry, program.records.table(entry.key.text), schema, reader)
        reader.diagnostics.extend(conversion.check_currencies(entry, schema.table(entry.key.text), program))
    return replace(
        program,
        records=schema,
        own_tables=tuple(name for name, _ in named_tables),
        record_spans=tuple(named_tables),
    )


def _table(entry: Entry, before: RecordTable | None, program: Program, reader: Reader) -> RecordTable:
    """A new table, or a standard one with more (or redefined) fields and links."""
    name = entry.key.text
    node = entry.value if isinstance(entry.value, Mapping) else Mapping((), entry.key.span)
    base = before or RecordTable(name, (), ())
    own = {field.name: field for field in _fields(node.get("fields"), program, reader)}
    kept = tuple(own.pop(field.name, field) for field in base.fields)
    history = node.get("history")
    period = base.period
    if isinstance(history, Mapping):
        period = (text_of(history.get("from")), text_of(history.get("before")))
    fields = (*kept, *own.values())
    key = tuple(word.text for word in words_of(node.get("key"))) or base.key or tuple(f.name for f in fields[:1])
    partner = text_of(node.get("partner"), base.partner)
    return replace(
        base,
        key=key,
        fields=tuple(_referring(field, partner, name) for field in fields),
        partner=partner,
        date=text_of(node.get("date"), base.date),
        period=period,
        links=(*base.links, *_links(node.get("links"))),
    )


def _referring(field: Field, partner: str, table: str) -> Field:
    """The field by which a record belongs to a partner refers to one."""
    if table == "partners" or field.name != partner or field.references:
        return field
    return replace(field, references="partners")


def _fields(node: Node | None, program: Program, reader: Reader) -> list[Field]:
    if not isinstance(node, Mapping):
        return []
    scale = conversion.row_scale(node, program)
    return [_field(entry, program, scale, reader) for entry in node]


def _field(entry: Entry, program: Program, row_scale: int, reader: Reader) -> Field:
    node = entry.value
    if not isinstance(node, Mapping):
        word = text_of(node)
        return Field(
            entry.key.text,
            _type(word, Mapping((), node.span), node.span, program, row_scale, reader),
            choice=word if program.choice(word) else "",
        )
    type_ = node.get("type")
    word = text_of(type_)
    if node.get("formula") is not None:
        return _computed(entry.key, node, program, row_scale, reader)
    return Field(
        entry.key.text,
        _type(word, node, type_.span if type_ else entry.key.span, program, row_scale, reader),
        choice=word if program.choice(word) else "",
        optional=truth_of(node.get("optional")),
        references=text_of(node.get("references")),
        personal=truth_of(node.get("personal")),
    )


def _computed(key: Scalar, node: Mapping, program: Program, row_scale: int, reader: Reader) -> Field:
    """A field with a formula: it has no stored value that could be missing, refer to a row or be personal."""
    for each in ("optional", "references", "personal"):
        entry = node.entry(each)
        if entry is not None:
            reader.report(
                meaning.WRONG_KEYS.at(
                    entry.key.span, f"`{each}` has no meaning for a field with a `formula`", help="remove it"
                )
            )
    type_, scale = node.get("type"), node.get("scale")
    word = text_of(type_)
    return Field(
        key.text,
        _type(word, node, type_.span if type_ else key.span, program, row_scale, reader),
        choice=word if program.choice(word) else "",
        optional=True,  # an operand may be missing; the fields it reads decide more
        formula=reader.expression(node.get("formula")),
        scale=reader.integer(scale) if scale is not None else None,
        span=key.span,
    )


def _type(word: str, node: Mapping, span: Span, program: Program, row_scale: int, reader: Reader) -> Type:
    declared = program.choice(word)
    if declared is None and word not in (*FIELD_TYPES, "choice", "money"):
        known = [*FIELD_TYPES, "choice", "money", *(each.name for each in program.choices)]
        reader.report(meaning.UNKNOWN_NAME.at(span, f"there is no type `{word}`", help=suggest(word, known)))
        return TEXT
    values = words_of(node.get("values"))
    if (word == "choice") != bool(values):
        reader.report(
            meaning.WRONG_KEYS.at(
                node.entries[0].key.span if node.entries else node.span,
                "only a choice has `values`",
                help="for example `{type: choice, values: [smb, enterprise]}`",
            )
        )
    for key, owner in (("ordered", "choice"), ("scale", "decimal"), ("currency", "money")):
        entry = node.entry(key)
        rounds = key == "scale" and word == "money" and node.get("formula") is not None
        if entry is not None and word != owner and not rounds:
            reader.report(
                meaning.WRONG_KEYS.at(
                    entry.key.span, f"the type `{word}` has no `{key}`", help=f"remove it: only {_A_TYPE[owner]} has it"
                )
            )
    if word == "choice":
        reader.each_once(values, "a value of this choice")
        return choice(*(each.text for each in values), ordered=truth_of(node.get("ordered")))
    if declared is not None:
        return choice(*declared.values, ordered=declared.ordered)
    if word == "money":
        of_row = node.get("currency") is not None
        return money(ROW, row_scale) if of_row else money(program.currency, program.scale)
    if word == "decimal" and node.get("scale") is not None and node.get("formula") is None:
        return number(int(text_of(node.get("scale"))))
    return FIELD_TYPES[word]


def _links(node: Node | None) -> tuple[Link, ...]:
    if not isinstance(node, Mapping):
        return ()
    return tuple(
        Link(
            entry.key.text,
            text_of(entry.value.get("to")),
            text_of(entry.value.get("by")),
            text_of(entry.value.get("as_at")),
        )
        for entry in node
        if isinstance(entry.value, Mapping)
    )


def _check_table(entry: Entry, before: RecordTable | None, schema: RecordSchema, reader: Reader) -> None:
    """Every field and table that a table's declaration names exists, and is of the kind it is used as."""
    node, table = entry.value, schema.table(entry.key.text)
    if table is None or not isinstance(node, Mapping):
        return
    if not table.fields:
        reader.report(
            meaning.WRONG_KEYS.at(
                entry.key.span, f"the record table `{table.name}` has no fields", help="declare its `fields`"
            )
        )
        return
    check = _FieldCheck(table, schema, reader)
    for word in words_of(node.get("key")):
        check.named(word)
    check.named(node.get("partner"), Kind.ID)
    check.named(node.get("date"), Kind.DATE)
    history = node.get("history")
    if isinstance(history, Mapping):
        check.named(history.get("from"), Kind.DATE)
        check.named(history.get("before"), Kind.DATE)
    fields = node.get("fields")
    for each in fields if isinstance(fields, Mapping) else ():
        check.declared(each, before)
    links = node.get("links")
    for each in links if isinstance(links, Mapping) else ():
        check.link(each)


@dataclass(frozen=True, slots=True)
class _FieldCheck:
    """Checks of the words in one table's declaration."""

    table: RecordTable
    schema: RecordSchema
    reader: Reader

    def named(self, word: Node | None, kind: Kind | None = None) -> None:
        """A field of the table, of a kind where that matters."""
        if not isinstance(word, Scalar):
            return
        found = self.table.field(word.text)
        if found is None:
            self.reader.report(unknown_field(word.text, word.span, self.table))
        elif kind is not None and found.type.kind is not kind:
            self.reader.report(
                meaning.TYPE_MISMATCH.at(
                    word.span,
                    f"`{word.text}` is {found.type.said}, but {say_kind(kind)} is required here",
                    help="name another field",
                )
            )
        elif found.personal:
            self.reader.report(personal(word.text, word.span))
        elif found.formula is not None:
            self.reader.report(
                meaning.WRONG_KEYS.at(
                    word.span,
                    f"`{word.text}` is a formula, and a stored field is needed here",
                    help="name a field that records have",
                )
            )

    def declared(self, entry: Entry, before: RecordTable | None) -> None:
        """What a field refers to exists; a standard field stays what it is."""
        target = entry.value.get("references") if isinstance(entry.value, Mapping) else None
        if isinstance(target, Scalar):
            found = self.schema.table(target.text)
            if found is None:
                self.reader.report(unknown_table(target.text, target.span, self.schema))
        standard = before.field(entry.key.text) if before else None
        own = self.table.field(entry.key.text)
        if standard is None or own is None:
            return
        narrowed = standard.type.kind is Kind.TEXT and own.type.kind is Kind.CHOICE and own.formula is None
        problem = None
        if standard.type.kind is not own.type.kind and not narrowed:
            kept = _A_TYPE["money"] if standard.type.kind is Kind.MONEY else standard.type
            problem = f"must stay {kept}", "choose another name; only a text field can be changed, to a choice"
        elif own.formula is not None and not standard.optional:
            help = "choose another name for the formula; each record still has its own value of the standard field"
            problem = "is read from the records, never computed", help
        elif own.optional and not standard.optional:
            problem = "is never missing", "remove `optional`"
        if problem is not None:
            message = f"`{entry.key.text}` is a standard field and {problem[0]}"
            self.reader.report(meaning.WRONG_KEYS.at(entry.key.span, message, help=problem[1]))

    def link(self, entry: Entry) -> None:
        """A link reaches exactly one row of its table."""
        node = entry.value if isinstance(entry.value, Mapping) else Mapping((), entry.key.span)
        to, at = node.get("to"), node.entry("as_at")
        self.named(node.get("by"), Kind.ID)
        self.named(at.value if at else None, Kind.DATE)
        target = self.schema.table(text_of(to))
        if target is None:
            place = to.span if to else entry.key.span
            self.reader.report(unknown_table(text_of(to), place, self.schema))
            return
        problem = _not_one_row(target, at is not None)
        if problem is not None:
            place = at.key.span if at and target.period is None else entry.key.span
            self.reader.report(meaning.WRONG_KEYS.at(place, problem[0], help=problem[1]))


_A_TYPE = {"choice": "a choice", "decimal": "a decimal", "money": "an amount of `money`"}


def _not_one_row(target: RecordTable, at: bool) -> tuple[str, str] | None:
    """Why a link does not reach one row, and the cure."""
    if at and target.period is None:
        return (
            f"`{target.name}` has no history, so the link needs no date",
            "remove `as_at`, or declare `history: {from, before}` for that table",
        )
    if not at and target.period is not None:
        return (
            f"`{target.name}` has a history, so the link needs a date",
            "add `as_at`, the field with the date, such as `as_at: closed_on`",
        )
    by = [each for each in target.key if target.period is None or each != target.period[0]]
    if len(by) > 1:
        return f"the key of `{target.name}` is {' and '.join(by)} together", "link to a table with one key field"
    first = target.field(target.key[0]) if target.key else None
    if first is not None and first.type.kind is not Kind.ID:
        return f"the key of `{target.name}` is {first.type.said}, not an id", "make an id the first field of its `key`"
    return None


def personal(name: str, span: Span) -> Diagnostic:
    """A finding for a field that no snapshot keeps."""
    return meaning.NOT_HERE.at(
        span, f"`{name}` is personal and cannot be used in a decision", help="use a field that is not `personal`"
    )


def unknown_field(name: str, span: Span, table: RecordTable) -> Diagnostic:
    """A finding for a field that a table does not have."""
    return meaning.UNKNOWN_FIELD.at(
        span, f"`{table.name}` has no field `{name}`", help=suggest(name, [field.name for field in table.fields])
    )


def unknown_table(name: str, span: Span, schema: RecordSchema) -> Diagnostic:
    """A finding for a record table that does not exist, or not yet."""
    if name in LATER_TABLES:
        return _later_table(name, span)
    return meaning.UNKNOWN_TABLE.at(
        span, f"there is no record table `{name}`", help=suggest(name, [table.name for table in schema.tables])
    )


def _later_table(name: str, span: Span) -> Diagnostic:
    message = f"the record table `{name}` is not supported yet"
    return shape.NOT_SUPPORTED_YET.at(span, message, help="leave it out, or use a table of your own with another name")


def effective_days(program: Program) -> tuple[date, date]:
    """First and last day on which the program is in force."""
    first, before = program.effective
    return first, date.fromordinal(before.toordinal() - 1)
