"""What is said about a row that cannot be a record: as a diagnostic, and as a line of the quarantine file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.language.currency import scale_of
from engine.language.diagnostic import Code, Diagnostic, Related, Severity
from engine.language.near import close_names, suggest
from engine.language.records import ENTRIES, ENTRY, Field
from engine.language.source import Span
from engine.records import codes_readers
from engine.records.check import style_of
from engine.records.codes import rows as codes
from engine.records.convert import Problem, explain, shown
from engine.records.feed import AS_IN_RUNG, Feed, FieldMapping, Unmapped
from engine.records.projection import Fault, Projection
from engine.records.readers.plain_text import first_hidden
from engine.types import number

SWITCHES = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")  # words that YAML does not take for texts
MOST_SCALE = 8  # of a number in messages about a cell that is calculated with
NAME_CODES = (codes.ID_WHITESPACE, codes.ID_FORM)  # of names that are written for people
QUARANTINE_COLUMNS = ("table", "file", "line", "code", "name", "field", "reason", "value")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one row. `other` is the line of a second row that belongs to it, 0 if there is none.

    `related` are places in the feed where it can be cured.
    """

    table: str
    file: str
    line: int
    field: str
    problem: Problem
    value: str = ""
    other: int = 0
    other_label: str = ""
    related: tuple[Related, ...] = ()

    @property
    def diagnostic(self) -> Diagnostic:
        """The finding at its place in the source file."""
        other = [Related(row_span(self.file, self.other), self.other_label)] if self.other else []
        span = row_span(self.file, self.line)
        message = f"`{self.subject}`: {self.problem.message}"
        return self.problem.code.at(span, message, related=(*other, *self.related), help=self.problem.help)

    @property
    def subject(self) -> str:
        """The field that is wrong, or the table where the whole row is."""
        return f"{self.table}.{self.field}" if self.field else self.table

    @property
    def cells(self) -> tuple[str, ...]:
        """The finding as a line of the quarantine file."""
        code: Code = self.problem.code
        place = (self.table, self.file, str(self.line), code.code, code.name, self.field)
        return (*place, self.problem.message, self.value)


def row_span(file: str, line: int) -> Span:
    """A row of a source file."""
    return Span(file, line, 1, line, 1)


def row_findings(feed: Feed, projection: Projection, file: str, rows: Iterable[Sequence[object]]) -> Iterator[Finding]:
    """Every fault of the rows that `Projection.faulty` gives."""
    stored = {field.name: field for field in projection.table.stored}
    for row in rows:
        line = row[0]
        for n, mapping in enumerate(projection.fields):
            fault, text, original = row[1 + 3 * n : 4 + 3 * n]
            if isinstance(fault, int) and isinstance(line, int):
                field = stored[mapping.field.text]
                texts = (text_of_cell(text), text_of_cell(original))
                problem = problem_of(Fault(fault), feed, projection, mapping, field, texts)
                value = shown(texts[0]) if fault == Fault.HIDDEN else texts[1]
                yield Finding(projection.table.name, file, line, field.name, problem, value)


def text_of_cell(value: object) -> str:
    """The text of a cell; nothing for a missing one."""
    return value if isinstance(value, str) else ""


def problem_of(
    fault: Fault, feed: Feed, projection: Projection, mapping: FieldMapping, field: Field, texts: tuple[str, str]
) -> Problem:
    """What a fault means for this field; `texts` are the value after map and look-up, and the one in the source.

    For a wrong currency the first of them is that currency.
    """
    text, original = texts
    origin = mapping.origin
    match fault:
        case Fault.MISSING:
            return _missing_problem(mapping, original)
        case Fault.HIDDEN:
            message = f"{shown(text)} in {_cells_of(mapping)} contains {first_hidden(text)}"
            return Problem(codes_readers.HIDDEN, message, "remove it at its source")
        case Fault.NO_KEY:
            message = f"a row has no value for its key `{field.name}`; is it a line of totals?"
            return Problem(codes.MISSING_VALUE, message, _to_leave_out(feed, projection, mapping))
        case Fault.LOOK_UP_NONE | Fault.LOOK_UP_SEVERAL:
            return _look_up_problem(fault, mapping, original)
        case Fault.NOT_MAPPED:
            help = _to_list(feed, projection, mapping, field, original)
            return Problem(codes.NOT_MAPPED, f"{origin} has {shown(original)}, which `map` does not list", help)
        case Fault.NUMBER_CELL:
            message = f"{origin} has {shown(original)} in a cell that is not text, so leading zeros may be lost"
            help = "format the column as text and enter the ids again"
            if original.isdigit():
                help = f"{_to_digits(feed, mapping, len(original))}; or {help}"
            return Problem(codes.ID_NUMERIC_CELL, message, help, of_text=True)
        case Fault.CURRENCY:
            column = mapping.currency.text if mapping.currency else ""
            return _currency_problem(column, text, field.type.currency)
        case Fault.OPERAND:
            return _operand_problem(feed, projection, mapping, text)
        case Fault.NEGATIVE:
            help = "set `entry` to `return` or `adjustment`"
            return Problem(codes.NEGATIVE_SALE, f"a sale of {shown(original)} is negative", help)
        case Fault.POSITIVE | Fault.TWICE | Fault.LETTER | Fault.BOTH:
            entry = next((each for each in projection.fields if each.field.text == ENTRY), None)
            return _sign_problem(fault, mapping, entry, text, original)
        case Fault.SALE_RETURNS:
            message = f"a sale names {shown(original)} as the sale that it returns"
            help = f"set `entry` to `return`, or leave {origin} empty for sales"
            return Problem(codes.SALE_RETURNS, message, help)
        case Fault.SCALE:
            amount, _, currency = text.rpartition(" ")
            kept = f"{scale_of(currency)} decimals" if scale_of(currency) else "no decimals"
            message = f"{origin}: {shown(amount)} has more decimals than {currency} keeps ({kept})"
            return Problem(codes.SCALE, message, "round at the source, or correct the currency of the row")
        case Fault.RATE:
            message = f"{origin}: {shown(original)} is not a rate: rates are above zero"
            return Problem(codes.RATE, message, "give what one unit of `from_currency` is worth in `to_currency`")
        case Fault.PERIOD:
            message = f"the period ends on {shown(original)}, not after its first day"
            return Problem(codes.PERIOD_EMPTY, message, "the end is the first day after the period")
        case Fault.FORM | Fault.RANGE:
            return _form_problem(feed, projection, mapping, field, text)


def _to_leave_out(feed: Feed, projection: Projection, mapping: FieldMapping) -> str:
    """What to do about a row without a key: titles and totals of groups are no records."""
    source = feed.source(projection.mapping.source.text) if projection.mapping.source else None
    if source is None or not mapping.columns:
        return "delete the row if it is not a record, or complete it"
    condition = f'{_yaml(mapping.columns[0].text)}: {{not: ""}}'
    write = f"add `{condition}` to `where`" if source.where else f"write `where: {{{condition}}}`"
    return f"if such rows are no records, {write} under the source `{source.name}`; otherwise, complete it"


def _cells_of(mapping: FieldMapping) -> str:
    """All columns that the field is made from."""
    names = [f"`{each.text}`" for each in mapping.read]
    return f"column {names[0]}" if len(names) == 1 else f"one of the columns {', '.join(names)}"


def _form_problem(feed: Feed, projection: Projection, mapping: FieldMapping, field: Field, text: str) -> Problem:
    """A text that is no value of its field."""
    style = style_of(feed, projection.mapping, mapping)
    found = explain(text, field.type, style) or Problem(codes.NUMBER_FORM, f"{shown(text)} is not {field.type.said}")
    message = f"{mapping.origin}: {found.message}"
    if found.code is codes.UNKNOWN_VALUE:
        return Problem(found.code, message, to_map(text, mapping, field.type.values), of_text=True)
    if field.names and found.code in NAME_CODES:
        return Problem(found.code, message, to_map(text, mapping, field.names.known), of_text=True)
    if found.code in NAME_CODES and (told := _to_replace(feed, mapping, field, text)):
        return Problem(found.code, message, told, of_text=True)
    if found.code is codes.SCALE and not mapping.calculation and (told := _to_round(mapping)):
        return Problem(found.code, message, f"round at the source; or, to round in the feed, {told}")
    if mapping.calculation and found.code is codes.SCALE:
        return Problem(found.code, message, "write how the result is rounded, such as `round: half_up`", True)
    return Problem(found.code, message, found.help)


def _to_digits(feed: Feed, mapping: FieldMapping, digits: int) -> str:
    """What to write for ids that a workbook keeps as numbers: the zeros that all have lost, or that none had any."""
    other = "" if digits == 1 else ", or `digits: 1` instead if none has zeros in front that count"
    when = f"if all ids are numbers of {digits} digits{other}" if other else "if no id has zeros in front that count"
    if mapping.id:
        return f"add `digits: {digits}` to `id` {when}"
    keys = f"id: {{digits: {digits}}}"
    more = ", with the rule under `ids`," if feed.ids else ""
    return f"write `{keys if mapping.keys else _written(mapping, keys)}`{more} {when}"


def _to_round(mapping: FieldMapping) -> str:
    """What to write so that the number of one column is rounded; "" where it is not from one column as it is."""
    if len(mapping.columns) != 1 or mapping.look_up or mapping.map or mapping.minus:
        return ""
    keys = f"calculate: x, of: {{x: {_yaml(mapping.columns[0].text)}}}, round: half_up"
    if mapping.keys:
        return f"replace `column` by `{keys}`"
    return f"write `{mapping.field.text}: {{{keys}}}`"


def _to_replace(feed: Feed, mapping: FieldMapping, field: Field, text: str) -> str:
    """What to write so that the signs of a text that no id has are replaced; "" if that would make no id of it."""
    several = [each.strip() for each in re.split("[;,|]", text)]
    if field.references and len(several) > 1 and all(explain(each, field.type, AS_IN_RUNG) is None for each in several):
        pair = f"{_yaml(text)}: {_yaml(several[0])}"
        return f"a row belongs to one of them: correct it in the file, or {_to_add(pair, mapping)}"
    trimmed = text.strip(" \u00a0")
    pairs = {}
    for each in text:
        if not re.fullmatch("[A-Za-z0-9._-]", each):
            if not each.isprintable() and each != "\u00a0":
                return ""
            base = unicodedata.normalize("NFKD", each)[:1]
            if base.isalpha() and not base.isascii():
                return ""  # a letter of another alphabet may look like one of ours
            plain = base if base.isascii() and base.isalnum() else "-" if each == "/" else "_"
            pairs[each] = "" if each not in trimmed or text.startswith(each) else plain
    made = text
    for old, new in pairs.items():
        made = made.replace(old, new)
    if not pairs or explain(made, field.type, AS_IN_RUNG) is not None:
        return ""
    written = ", ".join(f"{_quoted(old)}: {_quoted(new)}" for old, new in pairs.items())
    rule = mapping.id or feed.ids
    if rule and rule.replace:
        return f"add `{written}` to `replace` of {'the field' if mapping.id else '`ids`'} in the feed"
    keys = f"id: {{replace: {{{written}}}}}"
    if mapping.id or mapping.keys or len(mapping.columns) != 1:
        return f"write `{keys}` at the field in the feed" + (", with the rule that is there" if rule else "")
    return f"write `{_written(mapping, keys)}` in the feed, or `ids: {{replace: {{{written}}}}}` for all its ids"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\u00a0", "\\u00A0") + '"'


def _operand_problem(feed: Feed, projection: Projection, mapping: FieldMapping, text: str) -> Problem:
    """A calculation has no result, because of one of its cells or of all together."""
    source = feed.source(projection.mapping.source.text) if projection.mapping.source else None
    if not text or source is None:
        message = f"{mapping.origin} give no number: the calculation divides by zero, or it is too large"
        return Problem(codes.NUMBER_FORM, message, "correct the row")
    found = explain(text, number(MOST_SCALE), source.style)
    if found is None:
        return Problem(codes.TOO_LARGE, f"{mapping.origin}: {shown(text)} has too many digits", "correct the row")
    return Problem(found.code, f"{mapping.origin}: {found.message}", found.help)


def _sign_problem(fault: Fault, mapping: FieldMapping, entry: FieldMapping | None, text: str, original: str) -> Problem:
    """The sign of a number is not what its row says, is said twice, or is not said."""
    origin, amount = mapping.origin, shown(original)
    match fault:
        case Fault.TWICE:
            message = f"{origin}: {amount} has a minus, and the feed says that its sign is written elsewhere"
            help = f"write all numbers of {origin} without a minus, or correct the feed"
            return Problem(codes.SIGN_TWICE, message, help)
        case Fault.BOTH:
            message = f"{origin} both have a number, {amount} and {shown(text)}"
            return Problem(codes.SIGN_TWICE, message, "keep the one that is meant; the other is empty or zero")
        case Fault.LETTER if mapping.sign and mapping.sign.column:
            column = mapping.sign.column.text
            said = f"column `{column}` has {shown(text)}, which" if text else f"column `{column}` is empty, so it"
            message = f"{said} does not say the sign of {amount}"
            added = "its text" if text else '`""`'
            return Problem(codes.SIGN_UNKNOWN, message, f"add {added} to `plus` or `minus`, or correct the row")
        case Fault.LETTER:
            help = f"name the column that says it: {_to_letters(entry)}"
            message = f"`entry` does not say whether the adjustment of {amount} adds or subtracts"
            return Problem(codes.SIGN_UNKNOWN, message, help)
    if text == "adjustment":
        message = f"an adjustment of {amount} names a sale in `returns_id`, but does not lower it"
        help = "leave `returns_id` empty: an adjustment that adds something names no sale"
        return Problem(codes.POSITIVE_RETURN, message, help)
    if mapping.has_sign_elsewhere:
        help = "correct `entry`, or what says the sign of the row"
        return Problem(codes.POSITIVE_RETURN, f"a return of {amount} is not negative", help)
    message = f"a return of {amount} is not negative, and the feed does not say how credits are signed"
    return Problem(codes.POSITIVE_RETURN, message, _to_sign(mapping))


def _to_letters(entry: FieldMapping | None) -> str:
    """What says the sign in place of `entry`: mostly the texts of its own column, those of adjustments among them."""
    if entry is None or len(entry.columns) != 1 or entry.look_up:
        return "`sign: {column: COLUMN, plus: [TEXTS], minus: [TEXTS]}`"
    texts = {value: [_yaml(key.text) for key, meant in entry.map if meant.text == value] for value in ENTRIES}
    sales, returns, others = (", ".join(texts[value] or [value]) for value in ENTRIES)
    letters = f"`sign: {{column: {_yaml(entry.columns[0].text)}, plus: [{sales}], minus: [{returns}]}}`"
    return f"{letters}, with {others} under `plus` if it adds, or under `minus` if it subtracts"


def _to_sign(mapping: FieldMapping) -> str:
    """What to write where credits have no minus."""
    if mapping.sign:
        return "if credits are written without a minus, write `sign: entry`"
    if mapping.keys or not mapping.columns:
        return f"if credits are written without a minus, add `sign: entry` to `{mapping.field.text}`"
    return f"if credits are written without a minus, write `{_written(mapping, 'sign: entry')}`"


def _written(mapping: FieldMapping, more: str) -> str:
    """A field that names only its column, with more keys."""
    return f"{mapping.field.text}: {{column: {_yaml(mapping.columns[0].text)}, {more}}}"


def _yaml(text: str) -> str:
    """A text as YAML reads it as one.

    >>> _yaml("Net"), _yaml("No"), _yaml('6" pipe')
    ('Net', '"No"', '"6\\\\" pipe"')
    """
    if text.isascii() and text.isidentifier() and text.lower() not in SWITCHES:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def to_map(text: str, mapping: FieldMapping, known: Sequence[str]) -> str:
    """How the feed says which of these a text means; other texts of the column stay what they are."""
    near = close_names(text, known)
    if len(near) == 1 and text.isprintable():
        return f"if it means `{near[0]}`, {_to_add(f'{_yaml(text)}: {_yaml(near[0])}', mapping)}"
    write = "add it to `map`" if mapping.map else "write a `map`"
    return f"{suggest(text, known)}; to translate the text, {write} in the feed"


def _to_list(feed: Feed, projection: Projection, mapping: FieldMapping, field: Field, text: str) -> str:
    """What to write for a text that `map` does not list; `unmapped` only where the field can have what it gives."""
    if mapping.look_up:
        return "add the value that was looked up to `map`"
    values = {key.text: value.text for key, value in mapping.map}
    known = field.type.values or (field.names.known if field.names else ())
    near = [values[each] for each in close_names(text, values)] or close_names(text, known)
    meant = (near or [*values.values()])[0]
    example = f", such as `{_yaml(text)}: {_yaml(meant)}`" if text.isprintable() else ""
    kept = style_of(feed, projection.mapping, replace(mapping, unmapped=Unmapped.KEEP))
    is_kept = explain(text, field.type, kept) is None and (field.names is None or text in field.names.known)
    others = {Unmapped.KEEP: is_kept, Unmapped.MISSING: field.optional or bool(field.default)}
    ways = " or ".join(f"`unmapped: {each}`" for each, fits in others.items() if fits)
    return f"add it to `map`{example}" + (f"; or write {ways}" if ways else "")


def _to_add(pair: str, mapping: FieldMapping) -> str:
    """What to write so that the field translates one more text."""
    if mapping.map:
        return f"add `{pair}` to `map` in the feed"
    keys = f"map: {{{pair}}}, unmapped: keep"
    return f"write `{keys if mapping.keys else _written(mapping, keys)}` in the feed"


def _currency_problem(column: str, text: str, currency: str) -> Problem:
    """An amount whose currency is another one, or is not there."""
    if not text:
        return Problem(codes.CURRENCY, f"column `{column}` is empty, so the amount has no currency", "complete it")
    help = (
        f"amounts are not converted at import: to leave such rows out, write `where: {{{_yaml(column)}: {currency}}}`"
    )
    help += " under the source"
    if text.strip().upper() == currency:
        help = f"write it as `{currency}`"
    return Problem(codes.CURRENCY, f"column `{column}` has {shown(text)}, but the program uses {currency}", help)


def _missing_problem(mapping: FieldMapping, original: str) -> Problem:
    """No value, in this row or in the one that was looked up."""
    look_up, help = mapping.look_up, "complete it at the source"
    if original and mapping.map:
        message = f"{mapping.origin} has {shown(original)}, which `map` does not list, and the field needs a value"
        return Problem(codes.MISSING_VALUE, message, "add it to `map`")
    if original and look_up:
        where = f"column `{look_up.take.text}` of `{look_up.source.text}`"
        return Problem(codes.MISSING_VALUE, f"{where} is empty in the row of {shown(original)}", help)
    empty = f"{mapping.origin} is" if len(mapping.columns) < 2 else f"one of the {mapping.origin} is"
    empty = f"{mapping.origin} are both" if mapping.minus else empty
    return Problem(codes.MISSING_VALUE, f"{empty} empty in this row", help)


def _look_up_problem(fault: Fault, mapping: FieldMapping, text: str) -> Problem:
    """No row, or more than one, in the other source."""
    look_up = mapping.look_up
    where = f"in column `{look_up.match.text}` of `{look_up.source.text}`" if look_up else ""
    if fault is Fault.LOOK_UP_NONE:
        help = f"add a row with it to `{look_up.source.text}`, or correct the value" if look_up else ""
        return Problem(codes.LOOK_UP_NONE, f"no row has {shown(text)} {where}", help)
    return Problem(codes.LOOK_UP_SEVERAL, f"several rows have {shown(text)} {where}", "keep one row for each value")


def as_warnings(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The same findings, which stop nothing: about rows that were set aside, or days that may lack records."""
    for each in diagnostics:
        yield replace(each, severity=Severity.WARNING)
