"""`conversion`: how an amount in the currency of its row becomes one in the program's; and which fields hold such."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from engine.calendar import say_days
from engine.language.codes import meaning
from engine.language.currency import check_code, currencies
from engine.language.diagnostic import Diagnostic, Related
from engine.language.exchange import BY_ROW, PERIOD_END, Conversion, Worths
from engine.language.program import Program
from engine.language.reading import Reader, start_of, text_of, words_of
from engine.language.records import CURRENCY, RATES, RecordTable
from engine.language.shapes import Schema, day, listing, mapping, noted, one_of, text
from engine.language.source import Entry, Mapping, Node, Sequence, Span
from engine.language.syntax import Money
from engine.types import ROW, Kind

WORTHS = mapping(
    {
        "from": day("The first day on which these amounts are worth the same", "2026-02-01"),
        "amounts": listing(
            text("An amount with its currency", "100 USD"),
            "Amounts worth the same, one of them in the program's currency",
            ["100 USD", "75 EUR", "12_000 JPY"],
        ),
    },
    "from",
    "amounts",
    title="equal worth",
)
AS_AT = {
    BY_ROW: "The day of the row",
    PERIOD_END: "The last day of the incentive's period, or of the metric's window",
}
CONVERSION: Schema = noted(
    mapping(
        {
            "rates": one_of(
                "The record table with the rates; a rate is valid from its day until the next one", RATES.name
            ),
            "equal": listing(
                WORTHS,
                "Amounts that are worth the same, by day, oldest first",
                [{"from": "2026-02-01", "amounts": ["100 USD", "75 EUR", "12_000 JPY"]}],
            ),
            "as_at": one_of("Whose day says which rate", *AS_AT, meaning=AS_AT),
        },
        "as_at",
        title="conversion",
    ),
    "How amounts in another currency are converted into the program's, row by row and unrounded",
    {"rates": RATES.name, "as_at": "row"},
    {"equal": [{"from": "2026-02-01", "amounts": ["100 USD", "75 EUR", "12_000 JPY"]}], "as_at": "row"},
)


def with_conversion(program: Program, node: Node | None, reader: Reader) -> Program:
    """The program with its conversion, and with the table of rates where it converts by rates."""
    if not isinstance(node, Mapping):
        return program
    rates, equal = text_of(node.get("rates")), node.get("equal")
    if bool(rates) == (equal is not None):
        reader.report(_not_one_way(node))
        return program
    items = equal.items if isinstance(equal, Sequence) else ()
    entries = (each for each in items if isinstance(each, Mapping))
    worths = tuple(filter(None, (_worths(each, program, reader) for each in entries)))
    for one, two in pairwise(worths):
        if two.start <= one.start:
            reader.report(
                meaning.VERSION_ORDER.at(
                    two.span,
                    f"the days of the entries must rise, but {two.start} follows {one.start}",
                    related=[Related(one.span, "the entry before")],
                    help="sort the entries by `from`, one for each day",
                )
            )
    if worths and worths[0].start > program.effective[0]:
        reader.report(
            meaning.NOT_YET_IN_FORCE.at(
                worths[0].span,
                f"`equal` has no entry {say_days(program.effective[0], worths[0].start)}",
                help=f"start the first entry on {program.effective[0]} or earlier",
            )
        )
    records = program.records
    if rates:
        records = replace(records, tables=(*records.tables, RATES))
    as_at = text_of(node.get("as_at"), BY_ROW)
    return replace(program, records=records, conversion=Conversion(start_of(node), rates, worths, as_at))


def _not_one_way(node: Mapping) -> Diagnostic:
    """That neither way of converting is written, or both are: then what another file says, this one must remove."""
    message = "amounts are converted either by `rates` or by `equal`"
    for each in node:
        if each.key.text in ("rates", "equal") and each.key.span.file != node.span.file:
            own = next(one for one in node if one.key.text in ("rates", "equal") and one is not each)
            related = [Related(each.key.span, "inherited from here")]
            help = f"add `without: [conversion.{each.key.text}]` to remove what is inherited, or leave out this one"
            return meaning.WRONG_KEYS.at(own.key.span, message, related=related, help=help)
    help = f"keep one of them: `rates: {RATES.name}`, or `equal` with a list of amounts"
    return meaning.WRONG_KEYS.at(start_of(node), message, help=help)


def _worths(node: Mapping, program: Program, reader: Reader) -> Worths | None:
    """One entry of `equal`; None after findings."""
    start = reader.day(node.get("from"))
    found = [reader.money(each) for each in words_of(node.get("amounts"))]
    amounts = tuple(each for each in found if each is not None)
    if start is None or len(amounts) < len(found) or not _are_worths(amounts, program, node, reader):
        return None
    return Worths(start, amounts, start_of(node))


def _are_worths(amounts: tuple[Money, ...], program: Program, node: Mapping, reader: Reader) -> bool:
    """Whether the amounts are positive, each currency occurs once, and the program's is among them."""
    seen: dict[str, Span] = {}
    for each in amounts:
        if each.value <= 0:
            help = "write an amount above zero"
            reader.report(meaning.BAD_WORTH.at(each.span, "amounts under `equal` must be above zero", help=help))
            return False
        if each.currency in seen:
            related = [Related(seen[each.currency], "here first")]
            message, help = f"`{each.currency}` appears twice in one list", "keep one of them"
            reader.report(meaning.BAD_WORTH.at(each.span, message, related=related, help=help))
            return False
        seen[each.currency] = each.span
    if program.currency not in seen:
        message = f"none of these amounts is in the program's currency, {program.currency}"
        help = f"add what they are worth in {program.currency}"
        reader.report(meaning.BAD_WORTH.at(start_of(node), message, help=help))
    return program.currency in seen


def row_scale(fields: Mapping, program: Program) -> int:
    """How many digits amounts in the currency of their row keep: as many as any currency of the table has."""
    known = (currencies().get(code) for code, _ in _codes(fields.get(CURRENCY), program))
    return max((each.scale for each in known if each is not None), default=program.scale)


def _codes(field: Node | None, program: Program) -> list[tuple[str, Span]]:
    """The words of the field `currency`, its own or those of a choice, each with its place."""
    if not isinstance(field, Mapping):
        return [(each, field.span) for each in program.dimension(text_of(field))] if field is not None else []
    own = [(each.text, each.span) for each in words_of(field.get("values"))]
    type_ = field.get("type")
    return own or ([(each, type_.span) for each in program.dimension(text_of(type_))] if type_ is not None else [])


def check_currencies(entry: Entry, table: RecordTable | None, program: Program) -> Iterator[Diagnostic]:
    """A table with amounts in the currency of their row has a field that says it: a choice of currencies."""
    fields = entry.value.get("fields") if isinstance(entry.value, Mapping) else None
    if table is None or not isinstance(fields, Mapping):
        return
    own = [each for each in fields if _is_of_row(each.value)]
    if not own:
        return
    found = table.field(CURRENCY)
    if found is None or found.type.kind is not Kind.CHOICE or found.optional:
        yield meaning.NO_ROW_CURRENCY.at(
            own[0].key.span,
            f"`{own[0].key.text}` has `currency: row`, so `{table.name}` needs a field `currency`: a choice that"
            " is never missing",
            help="declare `currency: {type: choice, values: [USD, EUR]}` with the currencies that occur",
        )
        return
    for code, span in _codes(fields.get(CURRENCY), program):
        yield from check_code(code, span)


def idle_rates(span: Span) -> Diagnostic:
    """A finding for a table of rates in a program that does not convert by rates."""
    return meaning.WRONG_KEYS.at(
        span,
        f"`{RATES.name}` is the table of exchange rates, but `conversion` does not use it",
        help=f"add `conversion: {{rates: {RATES.name}, as_at: row}}` at the top, or leave the table out",
    )


def check_converts(program: Program, reader: Reader) -> None:
    """A warning for a conversion that has nothing to convert."""
    fields = (field for table in program.records.tables for field in table.fields)
    if program.conversion is not None and not any(each.type.currency == ROW for each in fields):
        reader.report(
            meaning.UNUSED.at(
                program.conversion.span,
                "`conversion` has no effect: every amount of the records is in the program's currency",
                help="remove it, or declare amounts with `currency: row`",
            )
        )


def _is_of_row(node: Node) -> bool:
    return isinstance(node, Mapping) and text_of(node.get(CURRENCY)) == ROW
