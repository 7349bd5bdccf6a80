"""What can be written at a place: the names in scope, and the words a value is compared with.

Keys and their fixed words are the schema's (`rung schema`) and not offered here a second time. A word is put at the
place, so that an unfinished text has a value there, and the schema says what that value is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from engine.authoring.services.document import Document, recover_tree
from engine.authoring.services.edits import Edit, edited
from engine.authoring.services.index import BENEFITS, PARTNER, PARTNERS, STANDARD, Names, keys_of
from engine.authoring.services.navigate import word_at
from engine.authoring.services.sites import Site, sites_of
from engine.authoring.services.symbols import SymbolKind
from engine.authoring.services.words import words_of_expression
from engine.calendar import Unit
from engine.language.program import Program
from engine.language.reading import FUNCTIONS
from engine.language.record_shapes import TYPE_MEANING
from engine.language.records import CURRENCY, WHOSE, RecordTable
from engine.language.shapes import PAID, ROW
from engine.language.source import Scalar, Span
from engine.types import Kind

BRACKETS = {"[": "]", "{": "}", "(": ")"}
PLACEHOLDER = "zzq0placeholder"  # a name no author gives

PAID_DIMENSION = "paid_dimension"  # the schema's note for a name under `by` in a pay
WORD_OF = "word of "  # prefix of the note in `sites` for a key under `values`
CYCLES = ("period", *(word for unit in Unit for word in (unit.value, f"fiscal {unit.value}")))

_OPERATORS = ("and", "or", "not", "is", "in", "between", "missing")


class OfferKind(StrEnum):
    """What is offered."""

    NAME = "name"
    FIELD = "field"
    VALUE = "value"
    FUNCTION = "function"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Offer:
    """One word that can be written, in place of the characters of `span`."""

    text: str
    kind: OfferKind
    detail: str
    span: Span


def complete(document: Document, line: int, column: int, before: Document | None = None) -> tuple[Offer, ...]:
    """The names and words that are possible at a place, best first; none if only the schema can tell."""
    if not 1 <= line <= len(document.lines):
        return ()
    row = document.lines[line - 1]
    if re.search(r"(^|\s)#", row[: column - 1]):
        return ()
    span = _written(document, line, column)
    site, word = _site(document, span)
    if site is None:
        return ()
    names = _with(document.names, before)
    program = document.program
    offers = dict.fromkeys(_offers(site, word, names, program))
    return tuple(Offer(text, kind, detail, span) for text, kind, detail in offers)


def _written(document: Document, line: int, column: int) -> Span:
    """The part of a word before the place, and the rest of it."""
    found = word_at(document, line, column)
    here = Span(document.file, line, column, line, column)
    return found if found and found.column <= column <= found.end_column else here


def _site(document: Document, span: Span) -> tuple[Site | None, tuple[str, str]]:
    """The site at a place, with a placeholder put there; and the link before it and what it is compared with.

    Where the brackets of the line are still open the text is tried with them closed.
    """
    for edit in (Edit(span, PLACEHOLDER), _closing(document, span)):
        try:
            data = edited(document.data, [edit])
        except (UnicodeDecodeError, AssertionError):
            break
        probe = replace(document, data=data)
        for site in sites_of(recover_tree(data, document.file), document.schema):
            if PLACEHOLDER in site.scalar.text:
                return site, _around(site.scalar, probe.lines)
    return None, ("", "")


def _closing(document: Document, span: Span) -> Edit:
    """A placeholder in place of the rest of the line, and what closes the brackets before it."""
    row = document.lines[span.line - 1]
    open_: list[str] = []
    for character in row[: span.column - 1]:
        if character in BRACKETS:
            open_.append(BRACKETS[character])
        elif open_ and character == open_[-1]:
            open_.pop()
    rest = Span(span.file, span.line, span.column, span.line, len(row) + 1)
    return Edit(rest, PLACEHOLDER + "".join(reversed(open_)))


def _around(scalar: Scalar, lines: tuple[str, ...]) -> tuple[str, str]:
    for word in words_of_expression(scalar, lines):
        if PLACEHOLDER in word.text:
            link = word.text.rpartition(".")[0]
            return link, word.against
    return "", ""


def _with(names: Names, before: Document | None) -> Names:
    """The names of this text, and those of the last one that could be read."""
    if before is None:
        return names
    old = before.names
    tables = old.fields.keys() | names.fields.keys()
    return Names(
        shared={**old.shared, **names.shared},
        tiers={**old.tiers, **names.tiers},
        fields={each: old.fields.get(each, set()) | names.fields.get(each, set()) for each in tables},
        links={**old.links, **names.links},
        references={**old.references, **names.references},
        metrics={**old.metrics, **names.metrics},
        designations={**old.designations, **names.designations},
        benefits={**old.benefits, **names.benefits},
        choices={**old.choices, **names.choices},
        ladders={**old.ladders, **names.ladders},
    )


Given = tuple[str, OfferKind, str]


def _offers(site: Site, word: tuple[str, str], names: Names, program: Program | None) -> Iterator[Given]:
    link, against = word
    table = site.context.table or (names.rows_of(site.context.owner) if site.context.owner else "")
    if site.declares:
        return
    in_row = names.reads_rows(PAID if site.refers == PAID_DIMENSION else site.scope, site.context.owner)
    if site.refers and not (link and site.refers == PAID_DIMENSION):
        yield from _referred(site, names, table, program)
    elif link:
        yield from _behind(link, table if in_row else "", site.scope != ROW, names)
    else:
        yield from _expression(site, against, table if in_row else "", names, program)


def _expression(site: Site, against: str, table: str, names: Names, program: Program | None) -> Iterator[Given]:
    """The names possible in an expression; `table` names the records that it reads, "" if it reads none."""
    if table:
        yield from _values(against, table, names, program)
        yield from _of_rows(table, names)
    if site.scope != ROW:
        yield from _values(against, PARTNERS, names, program)
        kinds = (SymbolKind.METRIC, SymbolKind.PARAMETER, SymbolKind.SEGMENT, SymbolKind.DESIGNATION)
        yield from _shared(names, *kinds)
        yield from ((f"{BENEFITS}.{each}", kind, what) for each, kind, what in _shared(names, SymbolKind.BENEFIT))
        yield from _fields(PARTNERS, names)
        yield ("tier", OfferKind.NAME, "the tier of the partner")
    elif not site.context.table:
        yield from _shared(names, SymbolKind.PARAMETER)
    if not site.context.table:  # a formula of a record reads its fields alone
        yield ("as_of", OfferKind.NAME, "the day judged")
    yield from _language()


def _of_rows(table: str, names: Names) -> Iterator[Given]:
    """Fields and links of a record."""
    yield from _fields(table, names)
    links = {**names.references.get(table, {}), **names.links.get(table, {})}
    yield from ((each, OfferKind.NAME, "link") for each in links)


def _behind(first: str, table: str, of_partner: bool, names: Names) -> Iterator[Given]:
    """The names possible after a dot: fields of a link or of the rows, the value of a benefit, fields of the
    partner.
    """
    target = names.target(table, first) or (table if first == table else "")
    if target and not (of_partner and first == PARTNER):
        yield from _fields(target, names)
    elif of_partner and first == BENEFITS:
        yield from _shared(names, SymbolKind.BENEFIT)
    elif of_partner and first == PARTNER:
        yield from _fields(PARTNERS, names)
    elif of_partner:
        yield from _keyed(first, names)


def _keyed(said: str, names: Names) -> Iterator[Given]:
    """The values of the next key of what has a value for each; `said` is what stands before the last dot."""
    name, *values = said.removeprefix(f"{BENEFITS}.").split(".")
    of_benefit = said.startswith(f"{BENEFITS}.")
    owner = names.benefits.get(name) if of_benefit else names.metrics.get(name) or names.designations.get(name)
    per = keys_of(owner)
    for key in per[len(values) : len(values) + 1]:
        yield from ((each, OfferKind.VALUE, f"value of {key}") for each in names.choices.get(key, ()))
    if per and not values and not of_benefit and name in names.designations:
        yield from ((each, OfferKind.WORD, "of all there are") for each in ("highest", "lowest"))


def _referred(site: Site, names: Names, table: str, program: Program | None) -> Iterator[Given]:
    if site.refers.startswith(WORD_OF):
        dimension = site.refers.removeprefix(WORD_OF)
        if dimension in keys_of(site.context.owner):
            yield from ((each, OfferKind.VALUE, f"value of {dimension}") for each in names.choices.get(dimension, ()))
            return
        yield from _words_of(dimension, table, names, program)
    match site.refers:
        case "metric" | "certification" | "incentive":
            yield from _shared(names, SymbolKind(site.refers))
        case "choice":
            yield from ((each, OfferKind.NAME, "choice") for each in names.choices)
        case "type":
            yield from ((each, OfferKind.WORD, meaning) for each, meaning in TYPE_MEANING.items())
            yield from ((each, OfferKind.NAME, "choice") for each in names.choices)
        case "tier":
            yield from ((each, OfferKind.NAME, "tier") for each in names.tiers)
        case "key":
            yield from ((each, OfferKind.NAME, "choice") for each in keys_of(site.context.owner))
        case "table":
            yield from _tables(names)
        case "rows":
            yield from _tables(names)
            yield from _shared(names, SymbolKind.METRIC)
        case "own_field":
            yield from _fields(site.context.table, names)
        case "row_field":
            yield from _fields(table, names)
        case "limit_field":
            yield from ((each, OfferKind.WORD, "of each row") for each in WHOSE)
            yield from ((each, OfferKind.WORD, "of the time it runs over") for each in CYCLES)
            yield from _fields(table, names)
        case "dimension" | "paid_dimension":
            yield ("tier", OfferKind.NAME, "the tier of the partner")
            yield from ((each, OfferKind.NAME, "choice") for each in keys_of(site.context.owner))
            yield from _shared(names, SymbolKind.SEGMENT, SymbolKind.DESIGNATION)
            yield from _fields(PARTNERS, names)
            if site.refers == PAID_DIMENSION and names.reads_rows(PAID, site.context.owner):
                yield from _of_rows(table, names)
            elif site.refers == PAID_DIMENSION and names.reads_currency(PAID, site.context.owner):
                yield (CURRENCY, OfferKind.FIELD, f"field of {table}")


def _words_of(dimension: str, table: str, names: Names, program: Program | None) -> Iterator[Given]:
    """The keys that a value by this name can have."""
    symbol = names.shared.get(dimension)
    plain = symbol is not None and symbol.kind is SymbolKind.DESIGNATION and not names.ladders.get(dimension)
    if plain or (symbol is not None and symbol.kind is SymbolKind.SEGMENT):
        yield from ((each, OfferKind.VALUE, f"value of {dimension}") for each in ("true", "false"))
    yield from _values(dimension, PARTNERS, names, program)
    if dimension != "tier":
        yield from _values(dimension, table, names, program)


def _values(against: str, table: str, names: Names, program: Program | None) -> Iterator[Given]:
    """The words of the other side of the comparison."""
    if against == "tier":
        yield from ((each, OfferKind.VALUE, "tier") for each in names.tiers)
    ladder = names.ladders.get(against.split(".")[0], ())
    yield from ((each, OfferKind.VALUE, f"tier of {against}") for each in ladder)
    records: RecordTable | None = program.records.table(table) if program else STANDARD.get(table)
    name = against
    if "." in against:
        link, name = against.split(".", 1)
        target = names.target(table, link)
        records = program.records.table(target) if program else STANDARD.get(target)
    found = records.field(name) if records else None
    if found is not None and found.type.kind is Kind.CHOICE:
        yield from ((each, OfferKind.VALUE, f"value of {name}") for each in found.type.values)


def _shared(names: Names, *kinds: SymbolKind) -> Iterator[Given]:
    for kind in kinds:
        yield from ((each, OfferKind.NAME, kind.label) for each, symbol in names.shared.items() if symbol.kind is kind)


def _tables(names: Names) -> Iterator[Given]:
    yield from ((each, OfferKind.NAME, "record table") for each in sorted(names.fields))


def _fields(table: str, names: Names) -> Iterator[Given]:
    for each in sorted(names.fields.get(table, ())):
        yield (each, OfferKind.FIELD, f"field of {table}")


def _language() -> Iterator[Given]:
    yield from ((each, OfferKind.FUNCTION, "function") for each in FUNCTIONS)
    yield from ((each, OfferKind.WORD, "") for each in _OPERATORS)
