"""Whether a feed fits the record tables of its program, before any file is opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.calendar import is_to_come
from engine.language.diagnostic import Diagnostic, Related, has_errors, in_file_order
from engine.language.near import MOST_NAMES, MOST_SUGGESTED, FewSuggestions, close_names, suggest
from engine.language.records import CURRENCY, LATER_TABLES, RETURNS, SALES, Field, RecordSchema, RecordTable
from engine.language.source import Scalar
from engine.records.calculation import check_calculation
from engine.records.check_dates import check_dates
from engine.records.codes import feed as codes
from engine.records.convert import explain, is_mark_of
from engine.records.feed import AS_IN_RUNG, Feed, FieldMapping, Source, Style, TableMapping, Unmapped
from engine.records.feed_schema import FORMATS
from engine.records.ids import id_rule, id_text
from engine.types import ROW, Kind

KEYS_OF = {
    "delimiter": ("csv",),
    "quote": ("csv",),
    "encoding": ("csv",),
    "header": ("csv", "xlsx"),
    "sheet": ("xlsx",),
    "records": ("json",),
    "each": ("json", "jsonl"),
    "skip": ("csv", "xlsx"),
    "stop_at": ("csv", "xlsx"),
    "rows_begin": ("csv",),
    "format": FORMATS,
    "fill_down": FORMATS,  # rows of a query have no certain order
}
RESERVED = ("rowid",)


def check_complete_through(feed: Feed, today: date) -> tuple[Diagnostic, ...]:
    """A finding if the files are said to be complete through a day to come."""
    day = feed.complete_through
    if day is None or not is_to_come(day, today):
        return ()
    message = f"the files cannot be complete through {day}, because today is {today}"
    help = "write the last day of which they have every record, or leave `complete_through` out"
    return (codes.COMPLETE_LATER.at(feed.complete_at, message, help=help),)


def check_feed(feed: Feed, schema: RecordSchema) -> tuple[Diagnostic, ...]:
    """All findings about a feed for a program with these record tables."""
    findings = [
        *(finding for source in feed.sources for finding in _check_source(source)),
        *_check_tables(feed, schema),
        *_check_unused(feed),
    ]
    if has_errors(findings):  # unused sources and unchecked references mostly follow from them
        findings = [
            each for each in findings if each.code not in (codes.UNUSED_SOURCE.code, codes.REFERENCE_UNCHECKED.code)
        ]
    return in_file_order(findings)


def _check_source(source: Source) -> Iterator[Diagnostic]:
    """Keys that belong to the format, marks that cannot be mistaken, dates that can be read."""
    for key in source.keys:
        formats = KEYS_OF.get(key.text)
        if formats and source.query:
            message = f"`{key.text}` has no meaning for a query"
            yield codes.FOREIGN_KEY.at(key.span, message, help=f"remove `{key.text}`")
        elif formats and source.layout.format not in formats:
            message = f"`{key.text}` has no meaning for {source.layout.format} files"
            yield codes.FOREIGN_KEY.at(key.span, message, help=f"remove `{key.text}`, or correct `format`")
    if source.style.numbers.decimal == source.style.numbers.thousands:
        message = "the decimal mark and the thousands separator are the same"
        yield codes.AMBIGUOUS_FORMAT.at(
            source.place("thousands", "decimal"), message, help="write the one that the file uses"
        )
    yield from _check_marks(source)
    yield from check_dates(source)


def _check_marks(source: Source) -> Iterator[Diagnostic]:
    """Currency marks are no part of a number, and digits are only grouped by something."""
    numbers = source.style.numbers
    signs = f"0123456789-()% {numbers.decimal}{numbers.thousands}"
    for mark in numbers.marks:
        if not mark.strip() or mark != mark.strip() or {*mark} & {*signs} - {"."}:
            message = f"`{mark}` could be a part of a number"
            help = "write marks without digits, signs and spaces, such as `$` or `EUR`"
            yield codes.AMBIGUOUS_FORMAT.at(source.place("currency_marks"), message, help=help)
    if numbers.indian and not numbers.thousands:
        message = "`grouping` has no effect without `thousands`"
        yield codes.AMBIGUOUS_FORMAT.at(source.place("grouping"), message, help='add `thousands: ","`')


def _check_tables(feed: Feed, schema: RecordSchema) -> Iterator[Diagnostic]:
    few = FewSuggestions()
    for mapping in feed.tables:
        table = schema.table(mapping.table.text)
        if table is None:
            yield _unknown_table(mapping.table, schema, few)
        elif mapping.source is not None:
            yield from _check_table(feed, schema, mapping, table, few)
    partners = feed.table("partners")
    if partners is None or partners.source is None:
        span = partners.table.span if partners else feed.span
        yield codes.PARTNERS_MISSING.at(span, "the feed does not fill `partners`", help="add them under `tables`")


def _unknown_table(name: Scalar, schema: RecordSchema, few: FewSuggestions) -> Diagnostic:
    if name.text in LATER_TABLES:
        message = f"the standard table `{name.text}` is not supported yet"
        return codes.TABLE_LATER.at(name.span, message, help="leave it out of the feed")
    known = [table.name for table in schema.tables]
    return codes.UNKNOWN_TABLE.at(
        name.span, f"the program has no record table `{name.text}`", help=few(name.text, known)
    )


def _check_table(
    feed: Feed, schema: RecordSchema, mapping: TableMapping, table: RecordTable, few: FewSuggestions
) -> Iterator[Diagnostic]:
    if mapping.source and feed.source(mapping.source.text) is None:
        yield _unknown_source(mapping.source, feed, few)
    mapped = _mapped(mapping)
    known = sorted(field.name for field in table.fields if field.formula is None)
    unknown = sorted(mapped - {*known})[:MOST_SUGGESTED]
    meant = {near for name in unknown for near in close_names(name, known)}
    for field in table.stored:
        if field.name in RESERVED:
            message = f"`{table.name}.{field.name}` cannot be filled: the name belongs to the database"
            yield codes.FIELD_FORM.at(mapping.table.span, message, help="rename the field in the program's `records`")
        if field.name not in mapped and not (field.optional or field.default) and field.name not in meant:
            message = f"`{table.name}` needs `{field.name}`, but the feed does not fill it"
            yield codes.FIELD_NOT_MAPPED.at(mapping.table.span, message, help=_to_fill(field))
    yield from _check_unsigned(mapping, table)
    for each in mapping.fields:
        declared = table.field(each.field.text)
        if declared is None:
            help = few(each.field.text, known)
            message = f"`{table.name}` has no field `{each.field.text}`"
            yield codes.UNKNOWN_FIELD.at(each.field.span, message, help=help)
        elif declared.formula is not None:
            message = f"`{table.name}.{declared.name}` is computed by the program, so the feed cannot fill it"
            yield codes.UNKNOWN_FIELD.at(each.field.span, message, help="leave it out of the feed")
        elif declared.personal:
            message = f"`{declared.name}` is personal and is left out of the snapshot"
            yield codes.PERSONAL_DROPPED.at(each.field.span, message)
        else:
            yield from _check_field(feed, mapping, each, declared, few)
            yield from _check_reference(feed, schema, each, declared)


def _to_fill(field: Field) -> str:
    """What to write for a required field that the feed leaves out."""
    if field.type.kind is not Kind.CHOICE:
        return f"add `{field.name}` under `fields`, with its column"
    values = ", ".join(field.type.values[:MOST_NAMES]) + (", ..." if len(field.type.values) > MOST_NAMES else "")
    return f"add `{field.name}` under `fields`, with its column, or with a `constant`: one of {values}"


def _unknown_source(name: Scalar, feed: Feed, few: FewSuggestions) -> Diagnostic:
    help = few(name.text, [source.name for source in feed.sources])
    return codes.UNKNOWN_SOURCE.at(name.span, f"there is no source `{name.text}`", help=help)


def _check_field(
    feed: Feed, table: TableMapping, mapping: FieldMapping, field: Field, few: FewSuggestions
) -> Iterator[Diagnostic]:
    if mapping.look_up and feed.source(mapping.look_up.source.text) is None:
        yield _unknown_source(mapping.look_up.source, feed, few)
    yield from _check_values(feed, table, mapping, field)
    if field.type.kind is Kind.MONEY:
        yield from _check_currency_marks(feed, table, mapping, field)
        if field.type.currency == ROW:
            yield from _check_row_currency(feed, table, mapping, field)
        elif feed.currency and feed.currency.text != field.type.currency:
            own = field.type.currency
            message = f"the feed is in {feed.currency.text}, the program's `{field.name}` in {own}"
            help = (
                f"if the amounts are in {own}, write `currency: {own}`; if not, use a program in the currency of the"
                " files, or declare the amount with `currency: row`"
            )
            yield codes.FEED_CURRENCY.at(feed.currency.span, message, help=help)
    elif mapping.currency:
        message = f"`{field.name}` is not an amount of money, so it has no currency"
        yield codes.FIELD_FORM.at(mapping.currency.span, message, help="remove `currency`")
    if mapping.calculation:
        yield from check_calculation(mapping, mapping.calculation)
        if not field.type.is_numeric:
            message = f"`{field.name}` is not a number, so it cannot be calculated"
            yield codes.FIELD_FORM.at(mapping.span, message, help="use `column` or `join`")
    yield from _check_sign(table, mapping, field)
    if mapping.id and (field.type.kind is not Kind.ID or mapping.constant):
        message = f"`{field.name}` is not an id that is read from a column, so no rule makes it"
        yield codes.FIELD_FORM.at(mapping.id.span, message, help="remove `id`")
    if mapping.stands_alone and (table.table.text, field.name) != (SALES, RETURNS):
        message = f"`{field.name}` names no sale that is returned, so `not_found` has no meaning"
        yield codes.FIELD_FORM.at(mapping.span, message, help="remove `not_found`")
    if mapping.is_numbered and field.type.kind is not Kind.ID:
        message = f"`{field.name}` is not an id, so it has no number of the row"
        yield codes.FIELD_FORM.at(mapping.span, message, help="remove `numbered`")
    elif mapping.is_numbered and is_query(feed, table):
        message = "a database gives rows in no fixed order, so their numbers could change with every import"
        help = (
            "number them in the query, `row_number() OVER (PARTITION BY .. ORDER BY ..) AS n`, and join the column `n`"
        )
        yield codes.FIELD_FORM.at(mapping.span, message, help=help)
    elif mapping.is_numbered and table.merges_equal_rows:
        message = f"`numbered` makes all rows of `{table.table.text}` different, so `repeated: once` has no effect"
        help = "remove `numbered` if equal rows are one record, or `repeated` if each row is a record of its own"
        yield codes.FIELD_FORM.at(mapping.span, message, help=help)


def _check_values(feed: Feed, table: TableMapping, mapping: FieldMapping, field: Field) -> Iterator[Diagnostic]:
    """What the feed itself writes into a field: a constant, or the values of a `map`, until many of them are wrong."""
    values = [mapping.constant] if mapping.constant else [value for _, value in mapping.map]
    rule, style, wrong = id_rule(feed, mapping, field), style_of(feed, table, mapping), 0
    for place, value in enumerate(values):
        finding = _wrong_value(value, id_text(value.text, rule), style, field)
        if finding is None:
            continue
        if wrong == MOST_SUGGESTED:
            message = f"`{field.name}`: {len(values) - place:,} more values of `map` are not looked at"
            yield codes.BAD_CONSTANT.at(value.span, message, help="correct the values above, and import again")
            return
        wrong += 1
        yield finding


def _wrong_value(value: Scalar, text: str, style: Style, field: Field) -> Diagnostic | None:
    """What is wrong with one value that the feed writes into a field."""
    problem = explain(text, field.type, style)
    if problem:
        return codes.BAD_CONSTANT.at(value.span, f"`{field.name}`: {problem.message}", help=problem.help)
    names = field.names
    if names is None or not names.closed or value.text in names.known:
        return None
    help = f"correct it ({suggest(value.text, names.known)}), or declare it under `{names.section}` in the program"
    return codes.BAD_CONSTANT.at(
        value.span, f"`{field.name}`: `{value.text}` is no {names.what} of the program", help=help
    )


def _check_currency_marks(feed: Feed, table: TableMapping, mapping: FieldMapping, field: Field) -> Iterator[Diagnostic]:
    """A mark beside amounts must not be that of another currency than the field's."""
    source = style_source(feed, table, mapping)
    for mark in source.style.numbers.marks if source else ():
        if source and not is_mark_of(mark, field.type.currency):
            own = field.type.currency
            message = f"`{mark}` is not a mark of {own}, the currency of `{field.name}`"
            help = (
                f"if the amounts are in {own}, remove this mark; if not, use a program in the currency of the files:"
                " nothing is converted at import"
            )
            yield codes.FEED_CURRENCY.at(source.place("currency_marks"), message, help=help)


def _check_sign(table: TableMapping, mapping: FieldMapping, field: Field) -> Iterator[Diagnostic]:
    """Only a number has a sign, and what says it says one thing."""
    sign = mapping.sign
    place = sign.span if sign else mapping.minus.span if mapping.minus else None
    if place is None:
        return
    if not field.type.is_numeric:
        help = "remove `sign`" if sign else "write `column` with one of the two columns"
        yield codes.FIELD_FORM.at(place, f"`{field.name}` is not a number, so it has no sign", help=help)
    elif mapping.is_signed_by_entry and table.table.text != SALES:
        message = f"`entry` says the sign of numbers in `{SALES}` only"
        help = "name a column: `sign: {column: COLUMN, plus: [TEXTS], minus: [TEXTS]}`"
        yield codes.FIELD_FORM.at(place, message, help=help)
    plus = {each.text for each in sign.plus} if sign else set()
    for each in sign.minus if sign else ():
        if each.text in plus:
            message = f"`{each.text}` stands under `plus` and under `minus`"
            yield codes.FIELD_FORM.at(each.span, message, help="keep the one that is meant")


def _check_unsigned(mapping: TableMapping, table: RecordTable) -> Iterator[Diagnostic]:
    """Where one number is written without its sign, the others may be too: which of them is not guessed."""
    signed = next((each for each in mapping.fields if each.has_sign_elsewhere), None)
    if signed is None or table.name != SALES:
        return
    for each in mapping.fields:
        field = table.field(each.field.text)
        if field and field.is_stored and field.type.is_numeric and not each.has_sign_elsewhere and not each.sign:
            message = (
                f"`{signed.field.text}` has its sign elsewhere, `{field.name}` is read with the sign it is written with"
            )
            help = (
                "if returns take it back, say its sign here too; if they repeat it, as a price, write `sign: written`"
            )
            related = [Related(signed.span, f"the sign of `{signed.field.text}`")]
            yield codes.SIGN_OPEN.at(each.span, message, related=related, help=help)


def _mapped(table: TableMapping) -> set[str]:
    return {each.field.text for each in table.fields}


def _check_row_currency(feed: Feed, table: TableMapping, mapping: FieldMapping, field: Field) -> Iterator[Diagnostic]:
    """An amount in the currency of its row: the field `currency` says it, and nothing else."""
    if feed.currency:
        message = f"the feed says `currency: {feed.currency.text}`, but each row states the currency of `{field.name}`"
        help = "remove this line"
        if CURRENCY not in {each.field.text for each in table.fields}:
            help += f", and fill the field: `currency: {{constant: {feed.currency.text}}}`, or its column"
        yield codes.FEED_CURRENCY.at(feed.currency.span, message, help=help)
    if mapping.currency:
        message = f"the currency of `{field.name}` is the field `currency` of its row"
        help = f"remove it here, and fill the field: `currency: {mapping.currency.text}`"
        yield codes.FIELD_FORM.at(mapping.currency.span, message, help=help)


def _check_reference(feed: Feed, schema: RecordSchema, mapping: FieldMapping, field: Field) -> Iterator[Diagnostic]:
    """A reference to a table that the feed does not fill cannot be checked."""
    target = feed.table(field.references) if field.references else None
    if field.references and schema.table(field.references) and (target is None or target.source is None):
        message = f"`{field.name}` is not checked: the feed does not fill `{field.references}`"
        yield codes.REFERENCE_UNCHECKED.at(mapping.field.span, message)


def _check_unused(feed: Feed) -> Iterator[Diagnostic]:
    used = {mapping.source.text for mapping in feed.tables if mapping.source}
    used |= {field.look_up.source.text for table in feed.tables for field in table.fields if field.look_up}
    for source in feed.sources:
        if source.name not in used:
            yield codes.UNUSED_SOURCE.at(source.span, f"the source `{source.name}` is not used")


def is_query(feed: Feed, table: TableMapping) -> bool:
    """Whether the rows of a table come from a query."""
    source = feed.source(table.source.text) if table.source else None
    return source is not None and source.query is not None


def style_source(feed: Feed, table: TableMapping, mapping: FieldMapping) -> Source | None:
    """The source that says how the text is written which becomes the value; None when it is written as in rung."""
    if mapping.constant or mapping.calculation or (mapping.map and mapping.unmapped is not Unmapped.KEEP):
        return None
    name = mapping.look_up.source if mapping.look_up else table.source
    return feed.source(name.text) if name else None


def style_of(feed: Feed, table: TableMapping, mapping: FieldMapping) -> Style:
    """How the text that becomes the value is written: as in the source it comes from last, or as in rung."""
    source = style_source(feed, table, mapping)
    return source.style if source else AS_IN_RUNG
