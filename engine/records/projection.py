"""From a staged source to the typed rows of a record table, as SQL over all rows at once.

Every row gets, per field, its value and perhaps a fault. One query gives the rows without a
fault, another those with one; the second is only run when their number is not zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from engine.duck import quoted, text_literal
from engine.language.currency import scale_of
from engine.language.records import CURRENCY, ENTRY, RATES, RETURNS, SALES, TAKEN_BACK, Field, RecordTable
from engine.language.source import Scalar
from engine.records.calculation import bad_operand_sql, calculated_sql
from engine.records.check import style_of
from engine.records.convert import ABSENT, Conversion, conversion
from engine.records.feed import Calculation, Feed, FieldMapping, IdRule, LookUp, Source, TableMapping, Unmapped
from engine.records.ids import basis_sql, id_rule, id_sql
from engine.records.readers.layout import LINE, NUMBERS, Staged
from engine.records.readers.plain_text import HIDDEN_SQL
from engine.records.snapshot import sql_type
from engine.types import ROW, Kind

SOURCE = "_source"
PLACE = "_place"  # of a cell among those that one line became
NOTHING = "-?[0.,' _\\x{00A0}\\x{202F}]*-?"  # a number without any other digit than zero
FIRST_ROWS = 4  # rows reported for each fault: some in full, and the first of the rest


class Fault(IntEnum):
    """What can be wrong with one field of one row."""

    MISSING = 1
    LOOK_UP_NONE = 2
    LOOK_UP_SEVERAL = 3
    NOT_MAPPED = 4
    NUMBER_CELL = 5
    FORM = 6
    RANGE = 7
    CURRENCY = 8
    NEGATIVE = 9
    PERIOD = 10
    NO_KEY = 11
    SCALE = 12
    RATE = 13
    POSITIVE = 14
    TWICE = 15
    LETTER = 16
    BOTH = 17
    SALE_RETURNS = 18
    OPERAND = 19
    HIDDEN = 20


@dataclass(frozen=True, slots=True)
class Projection:
    """The queries that fill `table`.

    `valid` gives the rows without faults. `added` are the columns that have one value in all of them, as definitions:
    they are added to the table when it is filled, which takes a tenth of the time of carrying them with every row.
    A row of `faulty` is `_line`, then for each of `fields` its fault, its text (the currency where that is the
    fault, and behind the text where the amount has more digits than that; what should say the sign where it does
    not; the cell with a hidden character; the entry where the sign contradicts it), and its text in the source.
    `bad` says that a row has a fault, and `told` is the text reported for each field. `judged` are all rows with
    text `xn`, value `vn` and fault `fn` of field n.
    `look_ups` are the relations with the keys of each look-up.
    `total` counts the rows that should become records, `empty` the unpivoted cells that made none.
    """

    table: RecordTable
    mapping: TableMapping
    fields: tuple[FieldMapping, ...]
    total: str
    empty: str
    valid: str
    added: tuple[str, ...]
    faulty: str
    bad: str
    told: tuple[str, ...]
    judged: str
    look_ups: Mapping[LookUp, str]

    def grouped(self, apart: Mapping[int, str], end: int = 0) -> str:
        """SQL: the number of a field, a fault, how many rows have it with texts of the same form, and the first of
        them; of the fields in `apart`, those for which that is true are told apart from the others, and so are the
        rows from the line `end` on, if it is not 0.
        """
        behind = f", {LINE} >= {end}" if end else ""
        return _grouped(self.judged, self.bad, self.told, apart, behind)


def cell(source: Source, column: str) -> str:
    """SQL: the text of a column, missing where the source says so."""
    text = quoted(column)
    if source.layout.unpivot and column == source.layout.unpivot.name:
        for wide, name in source.renamed:
            text = f"CASE WHEN {quoted(column)} = {text_literal(wide)} THEN {text_literal(name)} ELSE {text} END"
    if not source.missing:
        return text
    if len(source.missing) == 1:
        return f"nullif({text}, {text_literal(source.missing[0])})"
    absent = ", ".join(text_literal(each) for each in source.missing)
    return f"CASE WHEN {text} IN ({absent}) THEN NULL ELSE {text} END"


def look_up_query(look_up: LookUp, source: Source, staged: Staged) -> str:
    """SQL: key, value, and how many rows have the key."""
    key, value = cell(source, look_up.match.text), cell(source, look_up.take.text)
    return (
        f"SELECT key, min(value) AS value, count(*) AS matches FROM"
        f" (SELECT {key} AS key, {value} AS value FROM {quoted(staged.relation)}) WHERE key IS NOT NULL GROUP BY key"
    )


def project(
    feed: Feed, table: RecordTable, mapping: TableMapping, staged: Staged, look_ups: Mapping[LookUp, str]
) -> Projection:
    """The queries for one table. `look_ups` names the relation made by `look_up_query` for each look-up."""
    source = feed.source(mapping.source.text) if mapping.source else None
    if source is None:
        raise ValueError(f"{table.name} has no source")
    stored = {field.name: field for field in table.stored}
    fields = tuple(each for each in mapping.fields if each.field.text in stored)
    kept, empty = _kept(source, staged)
    hidden = {each: text for each in fields if (text := _hidden_text(each, staged))}
    judged = _judged(feed, table, mapping, fields, source, kept, look_ups, hidden)
    bad = " OR ".join(f"f{n} IS NOT NULL" for n in range(len(fields)))
    places = {each.field.text: n for n, each in enumerate(fields)}
    values = [
        f"{_or_default(f'v{places[name]}', field)} AS {quoted(name)}"
        for name, field in stored.items()
        if name in places
    ]
    valid = f"SELECT {', '.join([*values, LINE])} FROM ({judged}) WHERE NOT ({bad})"
    added = [
        f"{quoted(name)} {sql_type(field.type)}" + (f" DEFAULT {text_literal(field.default)}" if field.default else "")
        for name, field in stored.items()
        if name not in places
    ]
    added.append(f"{SOURCE} VARCHAR DEFAULT {text_literal(staged.file)}")
    judged = _with_rows_without_key(judged, table, places)  # needed only for faults, and slow
    told = tuple(_told(n, each, table, places, hidden) for n, each in enumerate(fields))
    details = [f"f{n}, {text}, t{n}" for n, text in enumerate(told)]
    faulty = f"SELECT {LINE}, {', '.join(details)} FROM ({judged}) WHERE {bad} ORDER BY ALL"
    total = f"SELECT count(*) FROM ({kept})" if source.layout.unpivot else f"SELECT {staged.rows}"  # read once less
    return Projection(table, mapping, fields, total, empty, valid, tuple(added), faulty, bad, told, judged, look_ups)


def _or_default(value: str, field: Field) -> str:
    """SQL: the value, or the default of the field."""
    return f"coalesce({value}, {text_literal(field.default)})" if field.default else value


def _told(
    n: int, mapping: FieldMapping, table: RecordTable, places: Mapping[str, int], hidden: Mapping[FieldMapping, str]
) -> str:
    """SQL: the text reported for a fault of the field."""
    cases: list[tuple[Fault, str]] = []
    if mapping in hidden:
        cases.append((Fault.HIDDEN, f"h{n}"))
    if mapping.currency:
        cases.append((Fault.CURRENCY, f"c{n}"))
    if mapping.field.text in _of_rows(table, places):
        cases.append((Fault.SCALE, f"x{n} || ' ' || v{places[CURRENCY]}"))
    if mapping.sign and mapping.sign.column:
        cases.append((Fault.LETTER, f"s{n}"))
    if mapping.minus:
        cases.append((Fault.BOTH, f"s{n}"))
    if mapping.calculation:
        cases.append((Fault.OPERAND, f"o{n}"))
    if ENTRY in places:
        cases.append((Fault.POSITIVE, f"v{places[ENTRY]}"))
    whens = [f"WHEN f{n} = {fault.value} THEN {text}" for fault, text in cases]
    return f"CASE {' '.join(whens)} ELSE x{n} END" if whens else f"x{n}"


def _of_rows(table: RecordTable, places: Mapping[str, int]) -> tuple[str, ...]:
    """The mapped amounts that are in the currency of their row."""
    if CURRENCY not in places:
        return ()
    return tuple(each.name for each in table.fields if each.type.currency == ROW and each.name in places)


def _grouped(judged: str, bad: str, told: Sequence[str], apart: Mapping[int, str], behind: str) -> str:
    """SQL: the faults of all rows, together where one finding describes them.

    Texts of the same form, with digits and letters in the same places, are wrong in the same way, except words that
    mean "no value".
    """
    cells = []
    for n, text in enumerate(told):
        cells.append(f"{{n: {n}, f: f{n}, x: {text}, t: t{n}, a: coalesce({apart.get(n, 'false')}, false)}}")
    words = ", ".join(text_literal(each) for each in sorted(ABSENT))
    alike = "regexp_replace(regexp_replace(each.x, '[0-9]', '0', 'g'), '[A-Za-z]', 'a', 'g')"
    kind = (
        f"CASE WHEN each.f = {Fault.NOT_MAPPED.value} THEN each.t"
        f" WHEN each.f NOT IN ({Fault.FORM.value}, {Fault.RANGE.value}, {Fault.SCALE.value}) THEN ''"
        f" WHEN lower(trim(each.x)) IN ({words}) THEN lower(trim(each.x)) ELSE {alike} END"
    )
    return (
        f"SELECT each.n, each.f, count(*), min({{line: {LINE}, x: each.x, t: each.t}}, {FIRST_ROWS})"
        f" FROM (SELECT {LINE}, unnest([{', '.join(cells)}]) AS each FROM ({judged}) WHERE {bad})"
        f" WHERE each.f IS NOT NULL GROUP BY each.n, each.f, each.a, {kind}{behind}"
        f" ORDER BY min({{line: {LINE}, x: each.x, t: each.t}}), each.n, each.f"
    )


def _kept(source: Source, staged: Staged) -> tuple[str, str]:
    """SQL of the rows that should become records, and of the number of wide cells that are missing."""
    rows = f"SELECT * FROM {quoted(staged.relation)}"
    if source.layout.unpivot is None:
        return rows, "SELECT 0"
    value = cell(source, source.layout.unpivot.value)
    return f"{rows} WHERE {value} IS NOT NULL", f"SELECT count(*) FROM ({rows}) WHERE {value} IS NULL"


def _judged(
    feed: Feed,
    table: RecordTable,
    mapping: TableMapping,
    fields: tuple[FieldMapping, ...],
    source: Source,
    rows: str,
    look_ups: Mapping[LookUp, str],
    hidden: Mapping[FieldMapping, str],
) -> str:
    """SQL: per row `_line`, and per field n its text in the source `tn`, text `xn`, value `vn`, fault `fn`.

    `in` is the text that a rule for ids makes `xn` from.
    """
    stored = {field.name: field for field in table.stored}
    texts: list[str] = []
    joins: list[str] = []
    looked: list[str] = []
    read: list[str] = []
    judged: list[str] = []
    for n, each in enumerate(fields):
        field = stored[each.field.text]
        texts.append(f"{_text(each, source, field)} AS t{n}")
        if each in hidden:
            texts.append(f"{hidden[each]} AS h{n}")
        if each.calculation:
            cells = _operands(each.calculation, source)
            texts.append(f"{bad_operand_sql(each.calculation, cells, source.style.numbers)} AS o{n}")
        if each.currency:
            texts.append(f"{cell(source, each.currency.text)} AS c{n}")
        signs = cell(source, each.minus.text) if each.minus else _sign_text(each, source)
        if signs:
            texts.append(f"{signs} AS s{n}")
        if each.minus:
            texts.append(f"{cell(source, each.columns[0].text)} AS p{n}")
        if each.look_up:
            joins.append(f"LEFT JOIN {look_ups[each.look_up]} AS l{n} ON l{n}.key = t{n}")
            looked.append(f"l{n}.value AS y{n}, l{n}.matches AS m{n}")
        else:
            looked.append(f"t{n} AS y{n}")
        made = conversion(f"x{n}", field.type, style_of(feed, mapping, each))
        if made.value != f"x{n}":
            read.append(f"{made.value} AS r{n}")
            made = made.under(f"r{n}")
        kept = {
            f", c{n}": each.currency,
            f", s{n}": signs,
            f", i{n}": id_rule(feed, each, field),
            f", o{n}": each.calculation,
            f", h{n}": each in hidden,
        }
        kept_texts = "".join(text for text, is_kept in kept.items() if is_kept)
        judged.append(f"t{n}, x{n}, {_signed(n, each, made.value)} AS v{n}{kept_texts}")
        fault = _fault(n, each, field, source, made, id_rule(feed, each, field))
        if each in hidden:
            fault = f"CASE WHEN h{n} IS NOT NULL THEN {Fault.HIDDEN.value} ELSE {fault} END"
        judged.append(f"{fault} AS f{n}")
    rules = [id_rule(feed, each, stored[each.field.text]) for each in fields]
    mapped = [f"{_as_id(n, each, rule)} AS x{n}" for n, (each, rule) in enumerate(zip(fields, rules, strict=True))]
    mapped += [f"{basis_sql(_mapped(n, fields[n]), rule)} AS i{n}" for n, rule in enumerate(rules) if rule]
    if any(each.is_numbered for each in fields):
        texts.append(f"{_place(source)} AS {PLACE}")
    steps = f"SELECT {LINE}, {NUMBERS}, {', '.join(texts)} FROM ({rows})"
    steps = f"SELECT texts.*, {', '.join(looked)} FROM ({steps}) AS texts {' '.join(joins)}"
    steps = f"SELECT *, {', '.join(mapped)} FROM ({steps})"
    steps = f"SELECT {', '.join(['*', *read])} FROM ({steps})"
    steps = f"SELECT {LINE}, {', '.join(judged)} FROM ({steps})"
    return _with_row_rules(steps, table, fields)


def _hidden_text(mapping: FieldMapping, staged: Staged) -> str:
    """SQL: the first text with a hidden character that the field is made from; "" where no column has any.

    It is looked for in the file's own texts: `map`, `replace` and "no value" could make it disappear.
    """
    found = [
        f"CASE WHEN regexp_matches({quoted(each.text)}, {text_literal(HIDDEN_SQL)}) THEN {quoted(each.text)} END"
        for each in mapping.read
        if each.text in staged.hidden
    ]
    return f"coalesce({', '.join(found)})" if found else ""


def _place(source: Source) -> str:
    """SQL: which of the items or wide cells of its line a row is made from; only with it do rows have an order."""
    unpivot = source.layout.unpivot
    if unpivot is None:
        return order_in_line(source)
    names = ", ".join(text_literal(each) for each in unpivot.columns)
    return f"({order_in_line(source)}, list_position([{names}], {quoted(unpivot.name)}))"


def order_in_line(source: Source) -> str:
    """SQL: the order of rows of one line. All objects of a JSON document may be in one, and all items of an object."""
    return "row_number() OVER ()" if source.layout.format == "json" or source.layout.each else "0"


def _operands(calculation: Calculation, source: Source) -> dict[str, str]:
    """The cells of a calculation by their names in it."""
    return {name.text: cell(source, column.text) for name, column in calculation.names}


def _text(mapping: FieldMapping, source: Source, field: Field) -> str:
    """SQL: the text a field starts from. A join with a missing part is missing."""
    if mapping.calculation:
        cells = _operands(mapping.calculation, source)
        return calculated_sql(mapping.calculation, cells, source.style.numbers, field.type.scale)
    if mapping.constant:
        return text_literal(mapping.constant.text)
    if mapping.minus:
        plus, minus = (cell(source, each.text) for each in (*mapping.columns, mapping.minus))
        return f"CASE WHEN {_is_nothing(plus)} THEN coalesce({minus}, {plus}) ELSE {plus} END"
    return f" || {text_literal(mapping.separator)} || ".join(cell(source, each.text) for each in mapping.columns)


def _sign_text(mapping: FieldMapping, source: Source) -> str:
    """SQL: the text that says the sign, also one that means "no value" elsewhere; "" if no column says it.

    A blank says it where the feed lists `""`: many systems mark only one of the two.
    """
    if mapping.sign is None or mapping.sign.column is None:
        return ""
    listed = (*mapping.sign.plus, *mapping.sign.minus)
    column, text = mapping.sign.column.text, cell(source, mapping.sign.column.text)
    if any(each.text == "" for each in listed):
        text = f"coalesce({text}, '')"
    return f"CASE WHEN {quoted(column)} IN ({_literals(listed)}) THEN {quoted(column)} ELSE {text} END"


def _is_nothing(text: str) -> str:
    """SQL: there is no number, or zero, in whatever way the source writes it."""
    return f"({text} IS NULL OR regexp_full_match({text}, {text_literal(NOTHING)}))"


def _signed(n: int, mapping: FieldMapping, value: str) -> str:
    """SQL: the value with the sign that another column gives it. What `entry` says is applied to the whole row."""
    if mapping.minus:
        return f"CASE WHEN {_is_nothing(f'p{n}')} THEN -({value}) ELSE {value} END"
    if mapping.sign and mapping.sign.column:
        return f"CASE WHEN s{n} IN ({_literals(mapping.sign.minus)}) THEN -({value}) ELSE {value} END"
    return value


def _literals(words: tuple[Scalar, ...]) -> str:
    return ", ".join(text_literal(each.text) for each in words)


def _mapped(n: int, mapping: FieldMapping) -> str:
    """SQL: the text after the map."""
    if not mapping.map:
        return f"y{n}"
    cases = " ".join(f"WHEN {text_literal(key.text)} THEN {text_literal(value.text)}" for key, value in mapping.map)
    return f"CASE y{n} {cases} ELSE {f'y{n}' if mapping.unmapped is Unmapped.KEEP else 'NULL'} END"


def _as_id(n: int, mapping: FieldMapping, rule: IdRule | None) -> str:
    """SQL: the text as an id."""
    made = id_sql(_mapped(n, mapping), rule)
    if mapping.is_numbered:
        return f"{made} || '-' || row_number() OVER (PARTITION BY {made} ORDER BY {LINE}, {PLACE})"
    return made


def _fault(n: int, mapping: FieldMapping, field: Field, source: Source, made: Conversion, rule: IdRule | None) -> str:
    """SQL: the number of the fault, missing if there is none."""
    cases: list[tuple[str, Fault | None]] = []
    if mapping.look_up:
        cases.append((f"t{n} IS NOT NULL AND m{n} IS NULL", Fault.LOOK_UP_NONE))
        cases.append((f"m{n} > 1", Fault.LOOK_UP_SEVERAL))
    if mapping.map and mapping.unmapped is Unmapped.REFUSE:
        cases.append((f"y{n} IS NOT NULL AND x{n} IS NULL", Fault.NOT_MAPPED))
    if mapping.calculation:
        cases.append((f"o{n} IS NOT NULL", Fault.OPERAND))
    cases.append((f"x{n} IS NULL", None if field.optional or field.default else Fault.MISSING))
    if field.type.kind is Kind.ID and source.layout.format == "xlsx" and len(mapping.columns) == 1:
        column = text_literal(mapping.columns[0].text)
        typed = f"coalesce(list_contains({NUMBERS}, {column}), false)"
        if rule and rule.digits:  # then it is known how many zeros a number has lost
            typed += f" AND NOT regexp_full_match(t{n}, '[0-9]+')"
        cases.append((typed, Fault.NUMBER_CELL))
    cases.append((f"NOT ({made.form})", Fault.FORM))
    if made.within != "true":
        cases.append((f"NOT {made.within}", Fault.RANGE))
    if mapping.minus:
        cases.insert(0, (f"NOT {_is_nothing(f'p{n}')} AND NOT {_is_nothing(f's{n}')}", Fault.BOTH))
    if mapping.sign and mapping.sign.column:
        known = _literals((*mapping.sign.plus, *mapping.sign.minus))
        cases.append((f"{made.value} <> 0 AND NOT coalesce(s{n} IN ({known}), false)", Fault.LETTER))
    if mapping.has_sign_elsewhere:
        cases.append((f"{made.value} < 0", Fault.TWICE))
    if mapping.currency:
        code = text_literal(field.type.currency)
        cases.append((f"upper(c{n}) IS DISTINCT FROM {code}", Fault.CURRENCY))
    whens = [f"WHEN {condition} THEN {fault.value if fault else 'NULL'}" for condition, fault in cases]
    return f"CASE {' '.join(whens)} END"


def _with_row_rules(judged: str, table: RecordTable, fields: tuple[FieldMapping, ...]) -> str:
    """SQL: faults that take two fields of a row to see, put on one of them."""
    places = {each.field.text: n for n, each in enumerate(fields)}
    rules: list[tuple[int, str]] = []
    if table.name == SALES and ENTRY in places:
        judged = _signed_by_entry(judged, fields, places[ENTRY])
        rules += _entry_rules(places)
    if table.period and set(table.period) <= places.keys():
        start, before = (places[name] for name in table.period)
        rules.append((before, f"WHEN v{before} <= v{start} THEN {Fault.PERIOD.value}"))
    for name in _of_rows(table, places):
        rules.append((places[name], _too_fine(places[name], places[CURRENCY], table)))
    if table.name == RATES.name and "rate" in places:
        rules.append((places["rate"], f"WHEN v{places['rate']} <= 0 THEN {Fault.RATE.value}"))
    rules = [each for each in rules if each[1]]
    if not rules:
        return judged
    by_field = {n: " ".join(rule for place, rule in rules if place == n) for n, _ in rules}
    replaced = ", ".join(f"CASE WHEN f{n} IS NOT NULL THEN f{n} {rule} END AS f{n}" for n, rule in by_field.items())
    return f"SELECT * REPLACE ({replaced}) FROM ({judged})"


def _signed_by_entry(judged: str, fields: tuple[FieldMapping, ...], entry: int) -> str:
    """SQL: numbers without a sign of their own, negative in a return. An adjustment can be either."""
    replaced = []
    for n, each in enumerate(fields):
        if each.is_signed_by_entry:
            unsaid = f"WHEN v{n} <> 0 AND v{entry} = 'adjustment' THEN {Fault.LETTER.value}"
            replaced.append(f"CASE WHEN v{entry} = 'return' THEN -v{n} ELSE v{n} END AS v{n}")
            replaced.append(f"CASE WHEN f{n} IS NOT NULL THEN f{n} {unsaid} END AS f{n}")
    return f"SELECT * REPLACE ({', '.join(replaced)}) FROM ({judged})" if replaced else judged


def _entry_rules(places: Mapping[str, int]) -> list[tuple[int, str]]:
    """What contradicts the entry of a row: a sale is not negative and returns nothing, and what returns takes back."""
    entry, returns = f"v{places[ENTRY]}", places.get(RETURNS)
    names = f"v{returns} IS NOT NULL" if returns is not None else "false"
    rules = []
    for n in (places[name] for name in TAKEN_BACK if name in places):
        below = f"WHEN v{n} < 0 AND {entry} = 'sale' THEN {Fault.NEGATIVE.value}"
        above = f"WHEN v{n} > 0 AND {entry} <> 'sale' AND ({entry} = 'return' OR {names}) THEN {Fault.POSITIVE.value}"
        rules.append((n, f"{below} {above}"))
    if returns is not None:
        rules.append((returns, f"WHEN {entry} = 'sale' AND {names} THEN {Fault.SALE_RETURNS.value}"))
    return rules


def _too_fine(amount: int, currency: int, table: RecordTable) -> str:
    """SQL: the fault of an amount with more digits than the currency of its row has; "" where all have as many."""
    widest = max(scale_of(each) or 0 for each in table.currencies)
    finer = [
        f"(v{currency} = {text_literal(each)} AND v{amount} <> trunc(v{amount}, {scale_of(each) or 0}))"
        for each in table.currencies
        if (scale_of(each) or 0) < widest
    ]
    return f"WHEN {' OR '.join(finer)} THEN {Fault.SCALE.value}" if finer else ""


def _with_rows_without_key(judged: str, table: RecordTable, places: Mapping[str, int]) -> str:
    """SQL: a row that lacks its key and more is one fault, on the key: mostly it is not a record, but a total."""
    keys = [places[name] for name in table.key if name in places]
    others = [n for n in places.values() if n not in keys]
    if len(keys) < len(table.key) or not others:
        return judged
    lacks = " AND ".join(f"coalesce(f{n} = {Fault.MISSING.value}, false)" for n in keys)
    worse = " OR ".join(f"f{n} IS NOT NULL" for n in others)
    alone = f"({lacks} AND ({worse}))"
    replaced = [f"CASE WHEN {alone} THEN {Fault.NO_KEY.value} ELSE f{keys[0]} END AS f{keys[0]}"]
    replaced += [f"CASE WHEN {alone} THEN NULL ELSE f{n} END AS f{n}" for n in (*keys[1:], *others)]
    return f"SELECT * REPLACE ({', '.join(replaced)}) FROM ({judged})"
