"""Moves keys to their new places: a program in the older form means the same in the present form. The schema marks
keys of the older form (`x-moved`), so this module needs to know no kind. A migration is a function
from an incentive to the incentive in the new form, or the unchanged incentive if it does not apply or is not certain.

A file that builds on another, or on which another builds, says only what changes in an incentive. Whether a key moves
there depends on what the other file says, so such incentives stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace

from engine.authoring.layout.outline import Outline
from engine.authoring.layout.remarks import Element, Remarks
from engine.language.reading import text_of, words_of
from engine.language.records import standard_tables
from engine.language.source import Entry, Mapping, Node, Scalar, Sequence

MOVED = "x-moved"  # a key of the form of before
RANKED = "x-ranked"  # a key for which the order of records decides more than limits do
BUILDS_ON = ("extends", "amends")


@dataclass(frozen=True, slots=True)
class Place:
    """An incentive with its schema and the remarks of the file. `key` are the key fields of its records; () if the
    file does not declare them.
    """

    node: Mapping
    outline: Outline
    remarks: Remarks
    key: tuple[str, ...] = ()

    def marked(self, key: str, mark: str) -> bool:
        """Whether the schema gives a key of the incentive this mark."""
        return self.node.entry(key) is not None and any(
            mark in each for each in self.outline.under(self.node, key).schemas
        )

    def knows(self, key: str) -> bool:
        """Whether an incentive has such a key here."""
        return bool(self.outline.under(self.node, key).schemas)

    @property
    def is_ranked(self) -> bool:
        """Whether the incentive has a key, written or not, for which the order of records matters."""
        known = [part.get("properties") for part in self.outline.parts(self.node)]
        keys = [key for each in known if isinstance(each, Dict) for key in each]
        return any(RANKED in each for key in keys for each in self.outline.under(self.node, key).schemas)

    def with_node(self, node: Mapping) -> Place:
        """The same place with the incentive rewritten; what was remarked on it stays with it."""
        return replace(self, node=self.remarks.moved(self.node, node))


def without_measured(place: Place) -> Mapping:
    """`measured` says what `period` says: with it an incentive earns for each period, without it for each record."""
    return _without(place, "measured") if place.marked("measured", MOVED) else place.node


def with_times_of_limits(place: Place) -> Mapping:
    """The `period` of an incentive that earns by record was the time of its limits; each limit names its own now."""
    entry = place.node.entry("period")
    if entry is None or not place.marked("period", MOVED):
        return place.node
    limits = place.node.get("limits")
    if limits is None:
        return _without(place, "period")
    if not isinstance(limits, Sequence):
        return place.node
    cycle = text_of(entry.value)
    words = [[each.text for each in words_of(limit.get("per"))] for limit in limits if isinstance(limit, Mapping)]
    if not cycle or any("period" in each and cycle in each for each in words):
        return place.node  # the two would be one
    timed = _with_limits(place, limits, lambda limit: _timed(limit, cycle, place.remarks))
    return _without(place.with_node(timed), "period")


def with_own_order(place: Place) -> Mapping:
    """Every limit had an `order`; records are taken in one order now, which the incentive says.

    It moves where all limits say the same: no limit then takes records in another order than before. A limit for each
    record takes none before another, so it has no say. An order stays where periods are taken, which have none, and
    where it would also decide which record is the first.
    """
    limits = place.node.get("limits")
    if not isinstance(limits, Sequence) or not limits.items or place.node.entry("order") is not None:
        return place.node
    by_period = place.node.entry("period") is not None and not place.marked("period", MOVED)
    if by_period or place.is_ranked:
        return place.node
    each_limit = [limit for limit in limits if isinstance(limit, Mapping)]
    walked = [limit.entry("order") for limit in each_limit if not _is_of_record(limit, place.key)]
    said = {tuple(each.text for each in words_of(entry.value)) if entry else () for entry in walked}
    first = walked[0] if walked else None
    if first is None or len(said) != 1 or said == {()} or len(each_limit) < len(limits.items):
        return place.node
    own = replace(first)
    for each in [limit.entry("order") for limit in each_limit]:
        if each is not None:
            place.remarks.lift(each, own)
    node = _with_limits(place, limits, lambda limit: _dropped(limit, "order"))
    return replace(node, entries=(*node.entries, own))


def with_per(place: Place) -> Mapping:
    """An `amount` beside `of` was paid for every one of it, which `per: 1` says now; an amount alone is paid once."""
    node, of = place.node, place.node.entry("of")
    if of is None or node.entry("per") is not None or node.get("amount") is None or not place.knows("per"):
        return node
    per = Entry(Scalar("per", of.key.span), Scalar("1", of.key.span))
    return replace(node, entries=(*node.entries, per))


MIGRATIONS: tuple[Callable[[Place], Mapping], ...] = (without_measured, with_own_order, with_times_of_limits, with_per)
"""In this order: an order moves out of limits before their time is written into them."""


def migrate(tree: Mapping, outline: Outline, remarks: Remarks, kept: Collection[str] = ()) -> Mapping:
    """The file in the form of today. `kept` names incentives that another file changes: they stay as they are."""
    incentives = tree.get("incentives")
    if not isinstance(incentives, Mapping) or any(tree.entry(each) for each in BUILDS_ON):
        return tree
    inner = outline.under(tree, "incentives")
    entries = []
    for entry in incentives:
        node = entry.value
        if isinstance(node, Mapping) and entry.key.text not in kept:
            key = key_of(text_of(node.get("from"), "sales"), tree)
            place = Place(node, inner.under(incentives, entry.key.text), remarks, key)
            for migration in MIGRATIONS:
                place = place.with_node(migration(place))
            node = place.node
        entries.append(entry if node is entry.value else remarks.moved(entry, Entry(entry.key, node)))
    changed = remarks.moved(incentives, replace(incentives, entries=tuple(entries)))
    whole = tuple(remarks.moved(each, Entry(each.key, changed)) if each.value is incentives else each for each in tree)
    return remarks.moved(tree, replace(tree, entries=whole))


def incentives_changed(tree: Mapping) -> frozenset[str]:
    """The incentives that a file changes in the file it builds on: other keys, or removed."""
    if not any(tree.entry(each) for each in BUILDS_ON):
        return frozenset()
    incentives = tree.get("incentives")
    named = [each.key.text for each in incentives] if isinstance(incentives, Mapping) else []
    gone = [each.text.split(".") for each in words_of(tree.get("without"))]
    return frozenset([*named, *(path[1] for path in gone if path[0] == "incentives" and len(path) > 1)])


def key_of(table: str, tree: Mapping) -> tuple[str, ...]:
    """The key fields of a table, as declared by the file or the language."""
    records = tree.get("records")
    own = records.get(table) if isinstance(records, Mapping) else None
    if isinstance(own, Mapping) and own.get("key") is not None:
        return tuple(each.text for each in words_of(own.get("key")))
    return next((each.key for each in standard_tables("USD", 2) if each.name == table), ())


def _is_of_record(limit: Mapping, key: tuple[str, ...]) -> bool:
    """Whether every record has a limit of its own."""
    return bool(key) and set(key) <= {each.text for each in words_of(limit.get("per"))}


def _with_limits(place: Place, limits: Sequence, change: Callable[[Mapping], Mapping]) -> Mapping:
    """The incentive with every limit changed."""
    remarks = place.remarks
    items = tuple(remarks.moved(each, change(each)) if isinstance(each, Mapping) else each for each in limits)
    return _with_value(place.node, "limits", remarks.moved(limits, replace(limits, items=items)), remarks)


def _with_value(node: Mapping, key: str, value: Node, remarks: Remarks) -> Mapping:
    """A mapping with another value under a key."""
    entries = tuple(
        remarks.moved(each, Entry(each.key, value)) if each.key.text == key else each for each in node.entries
    )
    return replace(node, entries=entries)


def _timed(limit: Mapping, cycle: str, remarks: Remarks) -> Mapping:
    """A limit that names the time it runs over."""
    per = limit.get("per")
    if isinstance(per, Scalar) and per.text == "period":
        return _with_value(limit, "per", remarks.moved(per, replace(per, text=cycle)), remarks)
    if not isinstance(per, Sequence):
        return limit
    items = tuple(
        remarks.moved(each, replace(each, text=cycle)) if isinstance(each, Scalar) and each.text == "period" else each
        for each in per
    )
    return _with_value(limit, "per", remarks.moved(per, replace(per, items=items)), remarks)


def _dropped(node: Mapping, key: str) -> Mapping:
    return replace(node, entries=tuple(each for each in node.entries if each.key.text != key))


def _without(place: Place, key: str) -> Mapping:
    """The incentive without a key; what was remarked on it goes before what follows it in the new layout."""
    gone = place.node.entry(key)
    assert gone is not None  # whoever asks has seen it
    ordered = list(place.outline.ordered(place.node))
    at = ordered.index(gone)
    node = _dropped(place.node, key)
    heirs: list[Element] = [*ordered[at + 1 :], *reversed(ordered[:at]), node]
    place.remarks.lift(gone, heirs[0])
    return node
