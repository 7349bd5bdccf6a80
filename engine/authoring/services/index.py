"""From a tree to the index of its names: the symbol of every word.

Names are looked up as the language does: in rows of records first the fields, then what is declared; for a partner
first what is declared, then the fields of partners. A word that is neither is a value of a choice and no symbol,
apart from the names of tiers where they are compared with `tier`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.authoring.services.sites import Context, Site, sites_of
from engine.authoring.services.symbols import SHARED, Index, Occurrence, Symbol, SymbolKind, in_order
from engine.authoring.services.words import Word, whole_word, words_of_expression
from engine.language.exchange import BY_ROW
from engine.language.reading import text_of, words_of
from engine.language.records import CURRENCY, REFERENCE, WHOSE, RecordTable, standard_tables
from engine.language.shapes import PAID, ROW, Schema
from engine.language.source import Mapping as Tree
from engine.language.source import Node, Scalar, Span

Lines = Mapping[str, tuple[str, ...]]

ROWS_WITHOUT_FROM = "sales"  # what an incentive pays on that does not say
PARTNERS = "partners"
VALUE = "value"  # of each group of a metric with `per`
BENEFITS = "benefits"  # prefix of the name of a benefit's value
PARTNER = "partner"  # begins the name of a field of the partner, where a record has one of that name
HOLDS = {
    ("statuses", "tier"): SymbolKind.TIER,
    ("nominations", "tier"): SymbolKind.TIER,
    ("certifications", "certification"): SymbolKind.CERTIFICATION,
}
"""Standard fields whose values are names that a program declares."""

KEYED = (SymbolKind.METRIC, SymbolKind.DESIGNATION)
"""What may be read at a value of its keys, behind a dot."""

STANDARD: Mapping[str, RecordTable] = {each.name: each for each in standard_tables("USD", 2)}


def index_of(tree: Tree, schema: Schema, lines: Lines) -> Index:
    """All names of a program. `lines` are those of each file the tree was made of."""
    sites = tuple(sites_of(tree, schema))
    names = _declarations(tree, sites)
    found: list[Occurrence] = []
    for site in sites:
        found += _Resolver(names, site, lines.get(site.scalar.span.file, ())).occurrences()
    return in_order(found)


@dataclass(slots=True)
class Names:
    """What is declared: shared names, tiers, fields by table, and where links lead."""

    shared: dict[str, Symbol] = field(default_factory=dict)
    tiers: dict[str, None] = field(default_factory=dict)  # low to high
    fields: dict[str, set[str]] = field(default_factory=dict)
    links: dict[str, dict[str, str]] = field(default_factory=dict)
    references: dict[str, dict[str, str]] = field(default_factory=dict)  # by the names they are followed as
    metrics: dict[str, Tree] = field(default_factory=dict)
    designations: dict[str, Tree] = field(default_factory=dict)
    benefits: dict[str, Tree] = field(default_factory=dict)
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ladders: dict[str, tuple[str, ...]] = field(default_factory=dict)  # tiers of designations

    def reads_rows(self, scope: str, owner: Tree | None) -> bool:
        """Whether names mean fields of a record: also in the pay, unless a period's records are summed up."""
        return scope == ROW or (scope == PAID and owner is not None and owner.get("sum") is None)

    def reads_currency(self, scope: str, owner: Tree | None) -> bool:
        """Whether the name `currency` means that of the rows, of whose fields a period's pay reads no other."""
        return scope == PAID and owner is not None and text_of(owner.get("pays_in")) == BY_ROW

    def rows_of(self, owner: Tree | None, above: tuple[str, ...] = ()) -> str:
        """The record table whose rows an entry reads: its own `from`, or that of the metric it is like."""
        source = text_of(owner.get("from")) if owner else ""
        like = text_of(owner.get("like")) if owner and not source else ""
        name = source or like
        if name in self.metrics and name not in above and (like or name not in self.fields):
            return self.rows_of(self.metrics[name], (*above, name))
        return source if source else "" if like else ROWS_WITHOUT_FROM

    def target(self, table: str, first: str) -> str:
        """The table that a link, or the reference of a field, leads to; "" if there is none."""
        declared = self.links.get(table, {})
        return declared[first] if first in declared else self.references.get(table, {}).get(first, "")

    def field(self, table: str, name: str) -> Symbol | None:
        """The field of a table, standard or own."""
        return Symbol(SymbolKind.FIELD, name, table) if name in self.fields.get(table, ()) else None


def names_of(tree: Tree, schema: Schema) -> Names:
    """What is declared in a program."""
    return _declarations(tree, tuple(sites_of(tree, schema)))


def _declarations(tree: Tree, sites: tuple[Site, ...]) -> Names:
    names = Names(fields={name: {each.name for each in table.fields} for name, table in STANDARD.items()})
    names.metrics, names.designations, names.benefits = (
        dict(_entries(tree.get(each))) for each in ("metrics", "designations", "benefits")
    )
    names.choices = dict(_words_below(tree.get("choices"), "values"))
    names.ladders = dict(_words_below(tree.get("designations"), "ladder"))
    for site in sites:
        word, context = site.scalar.text, site.context
        if site.declares in SHARED:
            names.shared.setdefault(word, Symbol(SymbolKind(site.declares), word))
        elif site.declares == SymbolKind.TIER:
            names.tiers[word] = None
        elif site.declares == SymbolKind.TABLE:
            names.fields.setdefault(word, set())
        elif site.declares == SymbolKind.FIELD:
            names.fields.setdefault(context.table, set()).add(word)
        elif site.declares == SymbolKind.LINK:
            names.links.setdefault(context.table, {})
    _add_links(tree, names)
    return names


def _entries(section: Node | None) -> Iterator[tuple[str, Tree]]:
    for each in section if isinstance(section, Tree) else ():
        if isinstance(each.value, Tree):
            yield each.key.text, each.value


def keys_of(owner: Tree | None) -> tuple[str, ...]:
    """The words under `per` of an entry."""
    return tuple(each.text for each in words_of(owner.get("per"))) if owner is not None else ()


def _words_below(node: Node | None, key: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The words of each entry, written as a list or under a key."""
    for entry in node if isinstance(node, Tree) else ():
        below = entry.value.get(key) if isinstance(entry.value, Tree) else entry.value
        yield entry.key.text, tuple(each.text for each in words_of(below))


def _add_links(tree: Tree, names: Names) -> None:
    """Declared links, and the references that are followed without one."""
    names.references = {name: {each.name: each.to for each in table.followed} for name, table in STANDARD.items()}
    records = tree.get("records")
    for table in records if isinstance(records, Tree) else ():
        fields = table.value.get("fields") if isinstance(table.value, Tree) else None
        whose = text_of(table.value.get("partner")) if isinstance(table.value, Tree) else ""
        if whose.endswith(REFERENCE):
            names.references.setdefault(table.key.text, {})[whose.removesuffix(REFERENCE)] = PARTNERS
        for each in fields if isinstance(fields, Tree) else ():
            target = text_of(each.value.get("references")) if isinstance(each.value, Tree) else ""
            if target and each.key.text.endswith(REFERENCE):
                own = names.references.setdefault(table.key.text, {})
                own[each.key.text.removesuffix(REFERENCE)] = target
        links = table.value.get("links") if isinstance(table.value, Tree) else None
        for link in links if isinstance(links, Tree) else ():
            target = text_of(link.value.get("to")) if isinstance(link.value, Tree) else ""
            names.links.setdefault(table.key.text, {})[link.key.text] = target


@dataclass(frozen=True, slots=True)
class _Resolver:
    """The symbols of one site."""

    names: Names
    site: Site
    lines: tuple[str, ...]

    def occurrences(self) -> Iterator[Occurrence]:
        """All names in the scalar."""
        scalar, context = self.site.scalar, self.site.context
        if self.site.scope:
            for word in words_of_expression(scalar, self.lines):
                yield from self._word(word, scalar.span)
            return
        if self.site.refers == "paid_dimension":
            yield from self._word(Word(scalar.text, whole_word(scalar, self.lines)), scalar.span)
            return
        symbol = (
            self._declared(scalar, context) if self.site.declares else self._referred(scalar.text, self.site.refers)
        )
        if symbol is not None:
            place = whole_word(scalar, self.lines)
            yield Occurrence(symbol, place, scalar.span, declares=bool(self.site.declares))

    def _declared(self, scalar: Scalar, context: Context) -> Symbol | None:
        if self.site.declares not in list(SymbolKind):
            return None
        kind = SymbolKind(self.site.declares)
        table = context.table if kind in (SymbolKind.FIELD, SymbolKind.LINK) else ""
        return Symbol(kind, scalar.text, table)

    def _referred(self, word: str, kind: str) -> Symbol | None:
        names, context = self.names, self.site.context
        match kind:
            case "metric" | "certification" | "incentive":
                found = names.shared.get(word)
                return found if found and found.kind == kind else None
            case "choice" | "type":
                return Symbol(SymbolKind.CHOICE, word) if word in names.choices else None
            case "tier":
                return Symbol(SymbolKind.TIER, word) if word in names.tiers else None
            case "table":
                return Symbol(SymbolKind.TABLE, word) if word in names.fields else None
            case "own_field":
                return names.field(context.table, word)
            case "rows":
                return Symbol(SymbolKind.TABLE, word) if word in names.fields else names.shared.get(word)
            case "row_field":
                field_ = names.field(names.rows_of(context.owner), word)
                return field_ or (Symbol(SymbolKind.CHOICE, word) if word in names.choices else None)
            case "overall":
                return names.field(PARTNERS, word)
            case "limit_field":
                return names.field(names.rows_of(context.owner), WHOSE.get(word, word))
            case "dimension" | "key" if word in self.names.choices and word in keys_of(context.owner):
                return Symbol(SymbolKind.CHOICE, word)
            case "dimension":
                return self._of_partner(word, "") or self._of_one_table(word)
            case _:  # word of a dimension
                return Symbol(SymbolKind.TIER, word) if kind == "word of tier" and word in names.tiers else None

    def _word(self, word: Word, around: Span) -> Iterator[Occurrence]:
        """The symbols of one word of an expression: a link and its field are two."""
        if word.called:
            return
        if word.quoted:
            symbol = self._held(word)
            if symbol is not None:
                yield Occurrence(symbol, word.span, around)
            return
        first, dot, second = word.text.partition(".")
        if dot:
            yield from self._linked(first, second, word, around)
            return
        symbol = self._of_row(word.text, word.against) if self._in_row(word.text) else None
        if self.site.scope != ROW:
            symbol = symbol or self._of_partner(word.text, word.against)
        if symbol is not None:
            yield Occurrence(symbol, word.span, around)

    def _linked(self, first: str, second: str, word: Word, around: Span) -> Iterator[Occurrence]:
        """A link and a field of its rows; or the name after `benefits.`, `partner.` or the name of the table."""
        table = self._row_table()
        target = self.names.target(table, first)
        found: Symbol | None
        if target:
            declared = first in self.names.links.get(table, {})
            named = (SymbolKind.LINK, first) if declared else (SymbolKind.FIELD, f"{first}{REFERENCE}")
            yield Occurrence(Symbol(*named, table), _part(word, 0, len(first)), around)
            found = self.names.field(target, second)
        elif first == BENEFITS:
            second = second.partition(".")[0]  # behind it stand values of its keys
            found = self.names.shared.get(second)
            found = found if found and found.kind is SymbolKind.BENEFIT else None
        elif first == table and self._in_row(second):
            yield Occurrence(Symbol(SymbolKind.TABLE, table), _part(word, 0, len(first)), around)
            found = self.names.field(table, second)
        elif (keyed := self.names.shared.get(first)) is not None and keyed.kind in KEYED:
            yield Occurrence(keyed, _part(word, 0, len(first)), around)
            found = None
        else:
            found = self.names.field(PARTNERS, second) if first == PARTNER else None
        if found is not None:
            yield Occurrence(found, _part(word, len(first) + 1, len(first) + 1 + len(second)), around)

    def _in_row(self, name: str = "") -> bool:
        scope = PAID if self.site.refers == "paid_dimension" else self.site.scope
        owner = self.site.context.owner
        of_currency = name == CURRENCY and self.names.reads_currency(scope, owner)
        return of_currency or self.names.reads_rows(scope, owner)

    def _row_table(self) -> str:
        """The table whose rows are read: that of a formula, or of what measures records."""
        return self.site.context.table or self.names.rows_of(self.site.context.owner)

    def _of_row(self, word: str, against: str) -> Symbol | None:
        table = self._row_table()
        kept = None if word == VALUE else self.names.field(table, word)
        return kept or self.names.shared.get(word) or self._value(table, word, against)

    def _of_partner(self, word: str, against: str) -> Symbol | None:
        found = self.names.shared.get(word) or self.names.field(PARTNERS, word)
        if found is None and against == "tier" and word in self.names.tiers:
            return Symbol(SymbolKind.TIER, word)
        return found

    def _of_one_table(self, word: str) -> Symbol | None:
        """The field of this name, if only one table has it: a parameter may be `by` a field of measured records."""
        tables = [each for each in self.names.fields if self.names.field(each, word)]
        return self.names.field(tables[0], word) if len(tables) == 1 else None

    def _held(self, word: Word) -> Symbol | None:
        """The symbol a text in quotes names: a tier, or what a standard field holds."""
        held = self._value(self._row_table(), word.text, word.against) if self._in_row() else None
        if held is not None or self.site.scope == ROW:
            return held
        is_tier = word.against == "tier" and word.text in self.names.tiers
        return Symbol(SymbolKind.TIER, word.text) if is_tier else None

    def _value(self, table: str, word: str, against: str) -> Symbol | None:
        kind = HOLDS.get((table, against))
        if kind is SymbolKind.TIER and word in self.names.tiers:
            return Symbol(kind, word)
        found = self.names.shared.get(word)
        return found if found and kind is found.kind else None


def _part(word: Word, start: int, end: int) -> Span | None:
    """The place of a part of a word."""
    return word.span.inside(start, end) if word.span else None
