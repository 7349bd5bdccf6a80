"""The names of a program in its test file: the symbol of each word of a case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.authoring.services.document import lines_of, recover_tree
from engine.authoring.services.index import HOLDS
from engine.authoring.services.symbols import SHARED, Index, Occurrence, Symbol, SymbolKind, in_order
from engine.authoring.services.words import Word, whole_word, words_of_expression
from engine.language.source import Entry, Node, Scalar, Sequence
from engine.language.source import Mapping as Tree

_CELL = re.compile(r"\$([a-z][a-z0-9_]*)")
_ID = re.compile(
    r"(?P<owner>tier|segment|designation|benefit|incentive)\.(?P<name>[a-z][a-z0-9_]*)(?:\.[A-Za-z0-9_]+)*"
)
_KEYED = {"benefits": SymbolKind.BENEFIT, "earnings": SymbolKind.INCENTIVE, "metrics": SymbolKind.METRIC,
          "tiers": SymbolKind.TIER, "designations": SymbolKind.DESIGNATION}  # fmt: skip
_TIERS = ("tier", "floor", "ceiling")
_OWNERS = (SymbolKind.TIER, SymbolKind.SEGMENT, SymbolKind.DESIGNATION, SymbolKind.BENEFIT, SymbolKind.INCENTIVE)


def index_of_cases(data: bytes, file: str, program: Index) -> Index:
    """All names of the program in a test file."""
    names: dict[str, list[Symbol]] = {}
    for each in program.occurrences:
        if each.symbol not in names.setdefault(each.symbol.name, []):
            names[each.symbol.name].append(each.symbol)
    walk = _Walk(names, lines_of(data, file))
    tree = recover_tree(data, file)
    walk.given(tree.get("given"))
    cases = tree.get("cases")
    for case in cases if isinstance(cases, Tree) else ():
        walk.case(case)
    return in_order(walk.found)


@dataclass(slots=True)
class _Walk:
    """The walk through a test file. `columns` are cells by column, of the table of the case."""

    names: dict[str, list[Symbol]]
    lines: tuple[str, ...]
    found: list[Occurrence] = field(default_factory=list)
    columns: dict[str, list[Scalar]] = field(default_factory=dict)

    def case(self, entry: Entry) -> None:
        case = entry.value
        if not isinstance(case, Tree):
            return
        self.columns = dict(_columns(case.get("table")))
        prior = case.get("prior")
        self.tier(prior.get("tier") if isinstance(prior, Tree) else prior)
        self.given(case.get("given"))
        expect = case.get("expect")
        for each in expect if isinstance(expect, Tree) else ():
            key = each.key.text
            if key in _TIERS:
                self.tier(each.value)
            elif key in _KEYED:
                self.keys(each.value, _KEYED[key])
            elif key == "lines":
                self.expected_lines(each.value)

    def given(self, node: Node | None) -> None:
        for table in node if isinstance(node, Tree) else ():
            self.name(table.key, SymbolKind.TABLE)
            for record in table.value if isinstance(table.value, Sequence) else ():
                for each in record if isinstance(record, Tree) else ():
                    self.name(each.key, SymbolKind.FIELD, table.key.text)
                    kind = HOLDS.get((table.key.text, each.key.text))
                    if kind is not None:
                        self.value(each.value, kind)

    def expected_lines(self, node: Node) -> None:
        """Lines by their text or id; or by the tier, segment, benefit or incentive they belong to."""
        for each in node if isinstance(node, Tree) else ():
            own = self.known(each.key.text, _OWNERS) if isinstance(each.value, Tree) else None
            if own is not None:
                self.name(each.key, own.kind)
                self.expected_lines(each.value)
            elif match := _ID.fullmatch(each.key.text):
                self.part(each.key, match)
            else:
                self.text(each.key)

    def part(self, key: Scalar, match: re.Match[str]) -> None:
        """The name in an id such as `tier.gold.2`."""
        symbol = self.known(match["name"], (SymbolKind(match["owner"]),))
        if symbol is not None:
            whole = whole_word(key, self.lines)
            span = whole.inside(match.start("name"), match.end("name")) if whole else None
            self.found.append(Occurrence(symbol, span, key.span))

    def text(self, key: Scalar) -> None:
        """A line as the program writes it: its names are the program's."""
        for word in words_of_expression(key, self.lines):
            self.word(word, key)

    def word(self, word: Word, key: Scalar) -> None:
        if word.called or "." in word.text:
            return
        kinds = (SymbolKind.TIER,) if word.against == "tier" else ()
        symbol = self.known(word.text, kinds) if word.quoted else self.known(word.text, (*SHARED, *kinds))
        if symbol is None and not word.quoted:
            symbol = self.known(word.text, (SymbolKind.FIELD,), "partners")
        if symbol is not None:
            self.found.append(Occurrence(symbol, word.span, key.span))

    def tier(self, node: Node | None) -> None:
        self.value(node, SymbolKind.TIER)

    def value(self, node: Node | None, kind: SymbolKind) -> None:
        """A word that is a name, or the cells of its column."""
        if not isinstance(node, Scalar):
            return
        cell = _CELL.fullmatch(node.text)
        for each in self.columns.get(cell[1], []) if cell else [node]:
            self.name(each, kind)

    def keys(self, node: Node, kind: SymbolKind) -> None:
        for each in node if isinstance(node, Tree) else ():
            self.name(each.key, kind)

    def name(self, scalar: Scalar, kind: SymbolKind, table: str = "") -> None:
        symbol = self.known(scalar.text, (kind,), table)
        if symbol is not None:
            self.found.append(Occurrence(symbol, whole_word(scalar, self.lines), scalar.span))

    def known(self, name: str, kinds: tuple[SymbolKind, ...], table: str = "") -> Symbol | None:
        found = (each for each in self.names.get(name, ()) if each.kind in kinds and each.table == table)
        return next(found, None)


def _columns(node: Node | None) -> Iterator[tuple[str, list[Scalar]]]:
    """The cells of each column of a table of cases."""
    if not isinstance(node, Tree):
        return
    columns, rows = node.get("columns"), node.get("rows")
    names = [each.text for each in columns if isinstance(each, Scalar)] if isinstance(columns, Sequence) else []
    lists = (
        [each.value for each in rows] if isinstance(rows, Tree) else list(rows) if isinstance(rows, Sequence) else []
    )
    for place, name in enumerate(names):
        cells = [row.items[place] for row in lists if isinstance(row, Sequence) and place < len(row.items)]
        yield name, [each for each in cells if isinstance(each, Scalar)]
