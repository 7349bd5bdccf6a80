"""Values by dimensions, by bands of a number and by date: parameters, and the values of benefits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from engine.authoring.diff.bare import same
from engine.authoring.diff.change import Kind, Value
from engine.authoring.diff.comparison import Comparison, Place, plain
from engine.authoring.diff.phrases import joined, say
from engine.language.program import Choice, Parameter, Table, Threshold, Version
from engine.language.source import Span

TIER = "tier"  # the word under `by` for the tier held
Keys = tuple[str, ...]
Wording = Callable[[Keys, Value, Value], str]
"""From keys, value before and value after (None: there was none) to the sentence."""


@dataclass(frozen=True, slots=True)
class Telling:
    """The wording of the values of one table; `apart`: each value by its name is a clause of its own."""

    who: str  # "`revenue_needed`"
    wording: Wording
    suffix: str = ""  # ", from 2026-08-01"
    apart: bool = True
    ladders: tuple[Keys, Keys] = ((), ())  # old and new tiers, where one not listed has the value of the next lower

    def within(self, keys: Keys) -> Telling:
        """The wording of the values inside one of its values."""

        def wording(inner: Keys, before: Value, after: Value) -> str:
            return self.wording((*keys, *inner), before, after)

        return replace(self, who=f"{self.who} for {' '.join(keys)}", wording=wording, apart=False)

    def from_on(self, start: str) -> Telling:
        """The wording of the values inside one of its bands."""
        who = f"{self.who} from {start} on"
        return Telling(who, value_wording(who), self.suffix, apart=False, ladders=self.ladders)


def form_of(table: Table) -> str:
    """Which of its three forms a table has."""
    return "choices" if table.choices else "thresholds" if table.thresholds else "single"


def is_aligned(old: Table, new: Table) -> bool:
    """Whether two tables have values by the same names, so that one value can be swapped without the others."""
    return form_of(old) == form_of(new) == "choices" and old.by == new.by and _unique(old) and _unique(new)


def _unique(table: Table) -> bool:
    return len({each.keys for each in table.choices}) == len(table.choices)


def choice_path(path: str, keys: Keys) -> str:
    """The path of one value: `parameters.needed[gold, smb] from 2026-08-01`."""
    name, word, day = path.partition(" from ")
    return f"{name}[{', '.join(keys)}]{word}{day}"


def told_table(comparison: Comparison, old: Table, new: Table, place: Place, telling: Telling) -> None:
    """Report how a value differs, entry by entry if both have the same dimensions."""
    told = len(comparison.changes)
    if is_aligned(old, new):
        _told_choices(comparison, old, new, place, telling)
    elif old.by != new.by:
        sentence = f"{telling.who} depends on {say(new.by)}, was on {say(old.by)}{telling.suffix}"
        if not old.by or not new.by:
            sentence = telling.wording((), plain(old), plain(new)) + telling.suffix
        comparison.tell(Kind.CHANGED, place, plain(old), plain(new), sentence)
    elif form_of(old) == form_of(new) == "single" and not same(old.single, new.single):
        comparison.tell(
            Kind.CHANGED, place, old.single, new.single, telling.wording((), old.single, new.single) + telling.suffix
        )
    elif form_of(old) == form_of(new) == "thresholds":
        _told_thresholds(comparison, old.thresholds, new.thresholds, place, telling)
    if len(comparison.changes) == told and not same(old, new):
        sentence = f"{telling.who} is now {say(new)}, was {say(old)}{telling.suffix}"
        if is_aligned(old, new) and TIER in new.by and any(telling.ladders):  # an entry says what a tier has anyway
            place = replace(place, decides=False)
            sentence = f"{telling.who} is written otherwise: every tier has the value that it had"
        comparison.tell(Kind.CHANGED, place, plain(old), plain(new), sentence)


def _told_choices(comparison: Comparison, old: Table, new: Table, place: Place, telling: Telling) -> None:
    """Every combination whose value differs; those that only share the change of another are named beside it."""
    before, after = Valued(old, telling.ladders[0]), Valued(new, telling.ladders[1])
    listed = dict.fromkeys((*after.own, *before.own))
    told: dict[Keys, list[Keys]] = {}
    for keys in dict.fromkeys((*listed, *after.keys(listed), *before.keys(listed))):
        one, other = before.value(keys), after.value(keys)
        if one is other or (one is not None and other is not None and same(one.value, other.value)):
            continue
        source = _source(keys, one, other, listed, after)
        if source in told and (before.value(source), after.value(source)) == (one, other):
            told[source].append(keys)
        else:
            told[keys] = []
    for keys, others in told.items():
        one, other = before.value(keys), after.value(keys)
        source = _source(keys, one, other, listed, after)
        at = Place(
            choice_path(place.path, keys),
            choice_path(place.clause, source) if telling.apart else place.clause,
            one.span if one else None,
            other.span if other else None,
            place.decides,
        )
        inner = replace(telling, suffix=f"{_so_do(others)}{telling.suffix}")
        if one is not None and other is not None and one.keys == other.keys == keys:
            told_table(comparison, one.value, other.value, at, inner.within(keys))
        else:
            values = plain(one.value) if one else None, plain(other.value) if other else None
            kind = Kind.ADDED if one is None else Kind.REMOVED if other is None else Kind.CHANGED
            comparison.tell(kind, at, *values, telling.wording(keys, *values) + inner.suffix)


def _source(keys: Keys, one: Choice | None, other: Choice | None, listed: Iterable[Keys], after: Valued) -> Keys:
    """The entry whose change gives a combination another value: its own, or the one that went or came below it."""
    if keys in listed:
        return keys
    given = one if one is not None and (other is None or one.keys not in after.own) else other
    assert given is not None  # what has no value on either side has no change
    return given.keys


def _so_do(others: Sequence[Keys]) -> str:
    """The tiers that have the same value because they have none of their own."""
    names = [" ".join(each) for each in others]
    return f"; so {'does' if len(names) == 1 else 'do'} {joined(names)}" if names else ""


@dataclass(frozen=True, slots=True)
class Valued:
    """A table, and the value that each combination has in it; `ladder` are the tiers through which values reach
    upwards, () where they do not.
    """

    table: Table
    ladder: Keys

    @property
    def own(self) -> dict[Keys, Choice]:
        """The entries by their keys."""
        return {each.keys: each for each in self.table.choices}

    @property
    def place(self) -> int | None:
        """Which of the keys is the tier; None where none is, or values do not reach upwards."""
        return self.table.by.index(TIER) if self.ladder and TIER in self.table.by else None

    def keys(self, listed: Iterable[Keys]) -> Iterator[Keys]:
        """The combinations that may have a value without an own entry: each tier beside the other keys listed."""
        if (place := self.place) is not None:
            for keys in listed:
                yield from ((*keys[:place], tier, *keys[place + 1 :]) for tier in self.ladder)

    def value(self, keys: Keys) -> Choice | None:
        """The entry that gives a combination its value; None where nothing does."""
        own, place = self.own, self.place
        if place is None or keys[place] not in self.ladder:
            return own.get(keys)
        below = reversed(self.ladder[: self.ladder.index(keys[place]) + 1])
        found = (own.get((*keys[:place], tier, *keys[place + 1 :])) for tier in below)
        return next((each for each in found if each is not None), None)


def _told_thresholds(
    comparison: Comparison, old: tuple[Threshold, ...], new: tuple[Threshold, ...], place: Place, telling: Telling
) -> None:
    """Bands of a number: the same start with another value, the same value from another start, or added and removed."""
    left = [each for each in old if not any(same(each, other) for other in new)]
    for each in (each for each in new if not any(same(each, other) for other in old)):
        start = next((other for other in left if same(other.start, each.start)), None)
        value = next((other for other in left if same(other.value, each.value)), None) if start is None else None
        match = start or value
        if match is not None:
            left.remove(match)
        at = Place(f"{place.path}[from {say(each.start)}]", place.clause, _span(match), _span(each))
        if start is not None:
            told_table(comparison, start.value, each.value, at, telling.from_on(say(each.start)))
        elif value is not None:
            text = f"{telling.who} is {say(each.value)} from {say(each.start)} on, was from {say(value.start)}"
            comparison.tell(Kind.CHANGED, at, plain(value.start), plain(each.start), text + telling.suffix)
        else:
            text = f"{telling.who} has a new band from {say(each.start)}: {say(each.value)}"
            comparison.tell(Kind.ADDED, at, None, plain(each.value), text + telling.suffix)
    for each in left:
        at = Place(f"{place.path}[from {say(each.start)}]", place.clause, _span(each), None)
        text = f"{telling.who} no longer has a band from {say(each.start)}, which was {say(each.value)}"
        comparison.tell(Kind.REMOVED, at, plain(each.value), None, text + telling.suffix)


def _span(threshold: Threshold | None) -> Span | None:
    return None if threshold is None else threshold.start.span


def told_parameter(comparison: Comparison, old: Parameter, new: Parameter, wording: Wording) -> None:
    """Report how a parameter differs, version by version."""
    path, who = f"parameters.{new.name}", f"`{new.name}`"
    before, after = by_start(old), by_start(new)
    if before is None or after is None or not before.keys() & after.keys():
        _told_versions_as_one(comparison, old, new, Place(path, path, old.span, new.span), Telling(who, wording))
        return
    for start in sorted({*before, *after}, key=lambda day: day or date.min):
        one, other = before.get(start), after.get(start)
        at_path = dated_path(path, start)
        suffix = f", from {start}" if start is not None and len(after) > 1 else ""
        telling = Telling(who, wording, suffix)
        if one is None and other is not None:
            place = Place(at_path, at_path, None, other.span)
            why = f", {other.reason}" if other.reason else ""
            comparison.tell(
                Kind.ADDED,
                place,
                None,
                plain(other.table),
                f"{who} has a new value from {start}: {say(other.table)}{why}",
            )
        elif other is None and one is not None:
            place = Place(at_path, at_path, one.span, None)
            comparison.tell(Kind.REMOVED, place, plain(one.table), None, f"{who} no longer changes on {start}")
        elif one is not None and other is not None:
            told_table(comparison, one.table, other.table, Place(at_path, at_path, one.span, other.span), telling)
            _told_reason(comparison, one, other, at_path, who)


def _told_reason(comparison: Comparison, one: Version, other: Version, path: str, who: str) -> None:
    if one.reason != other.reason:
        place = Place(f"{path}.reason", f"{path}.reason", one.span, other.span, decides=False)
        sentence = f"the reason given for {who} is now {_text(other.reason)}, was {_text(one.reason)}"
        comparison.tell(Kind.CHANGED, place, one.reason, other.reason, sentence)


def _text(reason: str) -> str:
    return f'"{reason}"' if reason else "none"


def by_start(parameter: Parameter) -> dict[date | None, Version] | None:
    """The versions by the day they start; None when two start on one day."""
    found = {each.start: each for each in parameter.versions}
    return found if len(found) == len(parameter.versions) else None


def dated_path(path: str, start: date | None) -> str:
    """The path of a version: `parameters.needed from 2026-08-01`."""
    return path if start is None else f"{path} from {start}"


def _told_versions_as_one(
    comparison: Comparison, old: Parameter, new: Parameter, place: Place, telling: Telling
) -> None:
    """A parameter whose dates cannot be paired: its only version has another day, or none."""
    told = len(comparison.changes)
    starts = tuple(tuple("" if each.start is None else str(each.start) for each in p.versions) for p in (old, new))
    if starts[0] != starts[1]:
        sentence = f"{telling.who} starts {_starts(starts[1])}, was {_starts(starts[0])}"
        comparison.tell(Kind.CHANGED, place, starts[0], starts[1], sentence)
    for one, other in zip(old.versions, new.versions, strict=False):
        told_table(comparison, one.table, other.table, place, telling)
        _told_reason(comparison, one, other, place.path, telling.who)
    if len(comparison.changes) == told and not same(old, new):
        comparison.tell(Kind.CHANGED, place, starts[0], starts[1], f"{telling.who} has other versions")


def _starts(starts: tuple[str, ...]) -> str:
    return "with the program" if starts in (("",), ()) else f"on {joined([each or 'the first day' for each in starts])}"


def value_wording(who: str) -> Wording:
    """The wording of the values of a table in general."""

    def wording(keys: Keys, before: Value, after: Value) -> str:
        of = f"{who} for {' '.join(keys)}" if keys else who
        return changed_value(of, before, after)

    return wording


def changed_value(of: str, before: Value, after: Value) -> str:
    """`X is now A, was B`, or that it came or went."""
    if before is None:
        return f"{of} is now {say(after)}, and had no own value"
    if after is None:
        return f"{of} no longer has its own value, was {say(before)}"
    return f"{of} is now {say(after)}, was {say(before)}"
