"""Incentives: on what they pay, to whom, how much, and up to where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from engine.authoring.diff.bare import same
from engine.authoring.diff.change import Kind
from engine.authoring.diff.comparison import Comparison, Place, kind_of, told_by_field
from engine.authoring.diff.limits import say_order, told_limits
from engine.authoring.diff.lines import told_lines
from engine.authoring.diff.pay import told_pay
from engine.authoring.diff.phrases import Speaker, joined, say
from engine.authoring.wording.values import say_range
from engine.calendar import Cycle
from engine.language.essence import settled
from engine.language.program import Incentive

GROUPS = {
    "rows": ("where",),
    "eligible": ("eligible",),
    "first": ("first",),
    "during": ("during", "during_span"),
    "period": ("period", "period_span"),
    "pay": ("measure", "method", "bands", "beyond_nothing", "amount", "rate", "per"),
    "limits": ("order", "order_spans", "limits"),
    "returns": ("returns", "unlinked_returns"),
    "labels": ("title", "accounting", "settle_by", "tax", "span"),
}
"""Fields that are swapped together. Another one changes what all of these mean: then the incentive is one clause."""

WORDS = {
    "source": "table it pays on",
    "measure": "measure",
    "beyond_nothing": "beyond: nothing",
    "returns": "treatment of returns",
    "unlinked_returns": "treatment of returns without a sale",
    "on_change": "treatment of a change inside a period",
    "settle_by": "way it is settled",
    "tax": "tax form",
    "pays_in": "currency of payment",
}


def is_grouped(old: Incentive, new: Incentive) -> bool:
    """Whether the two differ within the groups alone, so that each group can be swapped by itself."""
    if (old.period is None) != (new.period is None):
        return False  # a record's pay and limits mean nothing for a period, nor a period's for a record
    inside = {name for names in GROUPS.values() for name in names}
    meant = (name for name in type(old).__dataclass_fields__ if name not in inside and not name.endswith("span"))
    return all(same(getattr(old, name), getattr(new, name)) for name in meant)


def group_clause(incentive: str, group: str) -> str:
    """The clause of a group of fields."""
    return f"incentives.{incentive}.{group}"


def told_incentive(comparison: Comparison, old: Incentive, new: Incentive) -> None:
    """Report how an incentive differs."""
    old, new = settled(old), settled(new)
    path, who = f"incentives.{new.name}", f"`{new.name}`"
    grouped = is_grouped(old, new)

    def place(name: str, group: str) -> Place:
        return Place(f"{path}.{name}", group_clause(new.name, group) if grouped else path, old.span, new.span)

    told_lines(comparison, old.where, new.where, place("where", "rows"), Speaker(who, "pays only for records with"))
    told_lines(
        comparison, old.eligible, new.eligible, place("eligible", "eligible"), Speaker(who, "requires of its partners")
    )
    _told_first(comparison, old, new, place("first", "first"))
    _told_during(comparison, old, new, place("during", "during"))
    _told_grain(comparison, old, new, place("period", "period"))
    told_pay(comparison, old, new, place("", "pay"), who)
    _told_order(comparison, old, new, place("order", "limits"))
    told_limits(comparison, old.limits, new.limits, place("limits", "limits"), who)
    _told_fields(comparison, old, new, place)


def _told_fields(comparison: Comparison, old: Incentive, new: Incentive, place: Callable[[str, str], Place]) -> None:
    """What is left, group by group, and then everything that is in no group."""
    told = {"where", "eligible", "first", "during", "period", "method", "bands", "amount", "rate", "per", "order"}
    told |= {"limits", "name"}
    path, who = f"incentives.{new.name}", f"`{new.name}`"
    every = set(type(old).__dataclass_fields__)
    for group, names in GROUPS.items():
        at = Place(path, place("", group).clause, old.span, new.span, decides=group != "labels")
        told_by_field(comparison, old, new, at, who, WORDS, (every - set(names)) | told)
    grouped = {name for names in GROUPS.values() for name in names}
    told_by_field(comparison, old, new, Place(path, path, old.span, new.span), who, WORDS, grouped | told)


def _told_first(comparison: Comparison, old: Incentive, new: Incentive, place: Place) -> None:
    """Whether only first records count, and of whom they are the first."""
    if old.first == new.first:
        return
    if not new.first:
        sentence = f"`{new.name}` no longer pays only for {_first(old)}"
    else:
        was = f", was only for {_first(old)}" if old.first else ""
        sentence = f"`{new.name}` now pays only for {_first(new)}{was}"
    comparison.tell(kind_of(old.first, new.first), place, old.first or None, new.first or None, sentence)


def _first(incentive: Incentive) -> str:
    """`a customer's first sale`, or the first record of whatever is named; with one partner, where it says so."""
    record = "sale" if incentive.source == "sales" else f"record of `{incentive.source}`"
    whose = [each for each in incentive.first if each != "partner"]
    of = joined(whose) if whose else "partner"
    return f"a {of}'s first {record}" + (" with the partner" if whose != list(incentive.first) and whose else "")


def _told_grain(comparison: Comparison, old: Incentive, new: Incentive, place: Place) -> None:
    """What one earning is for."""
    if old.period != new.period:
        texts = [_cycle(each.period) for each in (old, new)]
        after, before = (f"by {say(each)}" if each else "for each record" for each in reversed(texts))
        sentence = f"`{new.name}` is now paid {after}, was {before}"
        at = Place(place.path, place.clause, old.period_span or place.was, new.period_span or place.now)
        comparison.tell(kind_of(*texts), at, texts[0] or None, texts[1] or None, sentence)


def _cycle(cycle: Cycle | None) -> str:
    return "" if cycle is None else f"fiscal {cycle[0]}" if cycle[1] else f"{cycle[0]}"


def _told_order(comparison: Comparison, old: Incentive, new: Incentive, place: Place) -> None:
    """In which order records are taken, where it decides which of them a limit pays."""
    if old.order != new.order:
        sentence = f"records of `{new.name}` are now taken by {say_order(new.order)}, was by {say_order(old.order)}"
        was, now = (next(iter(each.order_spans), each.span) for each in (old, new))
        at = Place(place.path, place.clause, was, now)
        comparison.tell(Kind.MOVED, at, old.order or None, new.order or None, sentence)


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
