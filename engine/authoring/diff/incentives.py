"""Incentives: on what they pay, to whom, how much, and up to where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from engine.authoring.diff.bare import same
from engine.authoring.diff.change import Kind
from engine.authoring.diff.comparison import Comparison, Place, told_by_field
from engine.authoring.diff.lines import told_lines
from engine.authoring.diff.phrases import Speaker, joined, say
from engine.authoring.wording.values import say_range
from engine.language.program import BandRow, Incentive, Limit
from engine.language.syntax import Expression

GROUPS = {
    "rows": ("where",),
    "eligible": ("eligible",),
    "during": ("during", "during_span"),
    "period": ("period", "period_span"),
    "pay": ("method", "bands", "beyond_nothing", "amount", "rate", "per", "of"),
    "limits": ("limits",),
    "returns": ("returns", "unlinked_returns"),
    "labels": ("title", "accounting", "settle_by", "tax", "span"),
}
"""Fields that are swapped together. Another one changes what all of these mean: then the incentive is one clause."""

WORDS = {
    "source": "table it pays on",
    "measured": "way it is measured",
    "period": "period",
    "measure": "measure",
    "amount": "amount",
    "rate": "rate",
    "of": "quantity it counts",
    "per": "number of units it pays for",
    "returns": "treatment of returns",
    "unlinked_returns": "treatment of returns without a sale",
    "on_change": "treatment of a change inside a period",
    "settle_by": "way it is settled",
    "tax": "tax form",
}


def is_grouped(old: Incentive, new: Incentive) -> bool:
    """Whether the two differ within the groups alone, so that each group can be swapped by itself."""
    inside = {name for names in GROUPS.values() for name in names}
    meant = (name for name in type(old).__dataclass_fields__ if name not in inside and not name.endswith("span"))
    return all(same(getattr(old, name), getattr(new, name)) for name in meant)


def group_clause(incentive: str, group: str) -> str:
    """The clause of a group of fields."""
    return f"incentives.{incentive}.{group}"


def told_incentive(comparison: Comparison, old: Incentive, new: Incentive) -> None:
    """Tell how an incentive differs."""
    path, who = f"incentives.{new.name}", f"`{new.name}`"
    grouped = is_grouped(old, new)

    def place(name: str, group: str) -> Place:
        return Place(f"{path}.{name}", group_clause(new.name, group) if grouped else path, old.span, new.span)

    told_lines(comparison, old.where, new.where, place("where", "rows"), Speaker(who, "pays only for records with"))
    told_lines(
        comparison, old.eligible, new.eligible, place("eligible", "eligible"), Speaker(who, "asks its partners for")
    )
    _told_during(comparison, old, new, place("during", "during"))
    told_bands(comparison, old.bands, new.bands, place("bands", "pay"), who)
    _told_limits(comparison, old.limits, new.limits, place("limits", "limits"), who)
    if old.period != new.period:
        texts = tuple(
            "" if each is None else f"{'fiscal ' if each[1] else ''}{each[0]}" for each in (old.period, new.period)
        )
        sentence = f"{who} is now paid by {say(texts[1])}, was by {say(texts[0])}"
        comparison.tell(Kind.CHANGED, place("period", "period"), texts[0], texts[1], sentence)
    if old.method is not new.method:
        sentence = f"the bands of {who} now pay {METHODS[new.method.value]}, was {METHODS[old.method.value]}"
        comparison.tell(Kind.CHANGED, place("method", "pay"), old.method.value, new.method.value, sentence)
    _told_fields(comparison, old, new, place)


def _told_fields(comparison: Comparison, old: Incentive, new: Incentive, place: Callable[[str, str], Place]) -> None:
    """What is left, group by group, and then everything that is in no group."""
    told = {"where", "eligible", "during", "bands", "limits", "period", "method", "name"}
    path, who = f"incentives.{new.name}", f"`{new.name}`"
    every = set(type(old).__dataclass_fields__)
    for group, names in GROUPS.items():
        at = Place(path, place("", group).clause, old.span, new.span, decides=group != "labels")
        told_by_field(comparison, old, new, at, who, WORDS, (every - set(names)) | told)
    grouped = {name for names in GROUPS.values() for name in names}
    told_by_field(comparison, old, new, Place(path, path, old.span, new.span), who, WORDS, grouped | told)


METHODS = {"marginal": "each rate on the part inside its band", "whole": "the reached rate on everything"}


def _told_during(comparison: Comparison, old: Incentive, new: Incentive, place: Place) -> None:
    if old.during == new.during:
        return
    at = Place(place.path, place.clause, old.during_span or place.was, new.during_span or place.now)
    texts = tuple(None if each is None else _range(each) for each in (old.during, new.during))
    kind = Kind.ADDED if old.during is None else Kind.REMOVED if new.during is None else Kind.CHANGED
    after = "as long as the program" if new.during is None else say_range(*new.during)
    before = "as long as the program" if old.during is None else say_range(*old.during)
    comparison.tell(kind, at, texts[0], texts[1], f"`{new.name}` now runs {after}, was {before}")


def _range(days: tuple[date, date]) -> tuple[str, ...]:
    return tuple(each.isoformat() for each in days)


def told_bands(comparison: Comparison, old: Sequence[BandRow], new: Sequence[BandRow], place: Place, who: str) -> None:
    """Tell bands that start elsewhere, pay otherwise, came or went."""
    left = [each for each in old if not any(same(each, other) for other in new)]
    fresh = [each for each in new if not any(same(each, other) for other in old)]
    partner: dict[int, BandRow] = {}
    for alike in (_starts_alike, _pays):  # what starts alike first: its rate moved; else what pays alike: its start did
        for number, each in enumerate(fresh):
            found = next((other for other in left if alike(other, each)), None) if number not in partner else None
            if found is not None:
                partner[number] = found
                left.remove(found)
    for number, each in enumerate(fresh):
        match = partner.get(number)
        path = f"{place.path}[from {say(each.start)}]"
        at = Place(path, place.clause, match.span if match else None, each.span)
        if match is None:
            sentence = f"{who} has a new band from {say(each.start)}: {_pay(each)}"
            comparison.tell(Kind.ADDED, at, None, _paid(each), sentence)
            continue
        if _pays(match, each) and not same(match.start, each.start):
            sentence = f"the {_pay(each)} band of {who} starts at {say(each.start)}, was {say(match.start)}"
            comparison.tell(Kind.CHANGED, at, match.start, each.start, sentence)
        elif not _pays(match, each):
            sentence = f"{who} from {say(each.start)} on now pays {_pay(each)}, was {_pay(match)}"
            comparison.tell(Kind.CHANGED, at, _paid(match), _paid(each), sentence)
        if not same(match.up_to, each.up_to):
            sentence = f"the {_pay(each)} band of {who} now ends {_end(each)}, was {_end(match)}"
            comparison.tell(Kind.CHANGED, at, match.up_to, each.up_to, sentence)
    for each in left:
        at = Place(f"{place.path}[from {say(each.start)}]", place.clause, each.span, None)
        sentence = f"{who} no longer has the band from {say(each.start)}, which paid {_pay(each)}"
        comparison.tell(Kind.REMOVED, at, _paid(each), None, sentence)
    if not left and not fresh and not same(tuple(old), tuple(new)):
        sentence = f"the bands of {who} stand in another order"
        comparison.tell(Kind.MOVED, place, _starts(old), _starts(new), sentence)


def _starts(bands: Sequence[BandRow]) -> tuple[str, ...]:
    return tuple(say(each.start) for each in bands)


def _starts_alike(one: BandRow, other: BandRow) -> bool:
    return same(one.start, other.start)


def _pays(one: BandRow, other: BandRow) -> bool:
    return same(one.rate, other.rate) and same(one.amount, other.amount)


def _paid(band: BandRow) -> Expression | None:
    return band.rate if band.rate is not None else band.amount


def _pay(band: BandRow) -> str:
    return say(_paid(band))


def _end(band: BandRow) -> str:
    return f"at {say(band.up_to)}" if band.up_to is not None else "where the next begins"


def _told_limits(comparison: Comparison, old: Sequence[Limit], new: Sequence[Limit], place: Place, who: str) -> None:
    """Tell limits by what they run over; two over the same are told apart by their place."""
    left = [each for each in old if not any(same(each, other) for other in new)]
    fresh = [each for each in new if not any(same(each, other) for other in old)]
    for each in fresh:
        match = next((other for other in left if set(other.per) == set(each.per)), None)
        at = Place(f"{place.path}[per {', '.join(each.per)}]", place.clause, match.span if match else None, each.span)
        if match is None:
            sentence = f"{who} is now also limited to {say(each.at_most)} per {_per(each)}"
            comparison.tell(Kind.ADDED, at, None, each.at_most, sentence)
            continue
        left.remove(match)
        if not same(match.at_most, each.at_most):
            sentence = f"{who} is now limited to {say(each.at_most)} per {_per(each)}, was {say(match.at_most)}"
            comparison.tell(Kind.CHANGED, at, match.at_most, each.at_most, sentence)
        if match.order != each.order or match.per != each.per:
            sentence = f"the limit of {who} per {_per(each)} is now walked by {_order(each)}, was by {_order(match)}"
            comparison.tell(Kind.MOVED, at, match.order or match.per, each.order or each.per, sentence)
    for each in left:
        at = Place(f"{place.path}[per {', '.join(each.per)}]", place.clause, each.span, None)
        sentence = f"{who} is no longer limited to {say(each.at_most)} per {_per(each)}"
        comparison.tell(Kind.REMOVED, at, each.at_most, None, sentence)
    if not left and not fresh and not same(tuple(old), tuple(new)):
        sentence = f"the limits of {who} are applied in another order"
        orders = tuple(tuple(f"per {_per(each)}" for each in limits) for limits in (old, new))
        comparison.tell(Kind.MOVED, place, orders[0], orders[1], sentence)


def _per(limit: Limit) -> str:
    return joined(list(limit.per)) or "program"


def _order(limit: Limit) -> str:
    return joined([f"`{each}`" for each in limit.order]) or "day and key"
