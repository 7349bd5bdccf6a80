"""The names of a program in a feed: record tables, their fields, and names that standard fields hold."""

from __future__ import annotations

from collections.abc import Iterator

from engine.authoring.services.document import lines_of, recover_tree
from engine.authoring.services.index import HOLDS
from engine.authoring.services.symbols import Index, Occurrence, Symbol, SymbolKind, in_order
from engine.authoring.services.words import whole_word
from engine.language.source import Mapping as Tree
from engine.language.source import Scalar


def index_of_feed(data: bytes, file: str, program: Index) -> Index:
    """All names of the program in a feed."""
    known = {each.symbol for each in program.occurrences}
    lines = lines_of(data, file)
    tables = recover_tree(data, file).get("tables")
    named = _named(tables) if isinstance(tables, Tree) else ()
    return in_order(Occurrence(symbol, whole_word(word, lines), word.span) for word, symbol in named if symbol in known)


def _named(tables: Tree) -> Iterator[tuple[Scalar, Symbol]]:
    for table in tables:
        name = table.key.text
        yield table.key, Symbol(SymbolKind.TABLE, name)
        fields = table.value.get("fields") if isinstance(table.value, Tree) else None
        for each in fields if isinstance(fields, Tree) else ():
            yield each.key, Symbol(SymbolKind.FIELD, each.key.text, name)
            held = HOLDS.get((name, each.key.text))
            mapped = each.value.get("map") if isinstance(each.value, Tree) else None
            for pair in mapped if held and isinstance(mapped, Tree) else ():
                if held and isinstance(pair.value, Scalar):
                    yield pair.value, Symbol(held, pair.value.text)
