"""What an incentive pays: a rate, an amount or bands, each of them a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.authoring.diff.bare import same
from engine.authoring.diff.change import Kind, Value
from engine.authoring.diff.comparison import Comparison, Place, kind_of, plain
from engine.authoring.diff.phrases import joined, say
from engine.authoring.diff.tables import Keys, Telling, told_table, value_wording
from engine.language.program import BandRow, Incentive, Table

METHODS = {"marginal": "each rate on the part inside its band", "whole": "the reached rate on everything"}


def told_pay(comparison: Comparison, old: Incentive, new: Incentive, place: Place, who: str) -> None:
    """Report how the pay differs: as a whole if its form differs, else value by value."""

    def at(name: str) -> Place:
        return replace(place, path=f"{place.path}{name}")

    if _ways(old) != _ways(new):
        before, after = _pays(old), _pays(new)
        comparison.tell(Kind.CHANGED, at("pay"), before, after, f"{who} now pays {after}, was {before}")
    else:
        for name in ("rate", "amount"):
            _told_value(comparison, getattr(old, name), getattr(new, name), at(name), f"the {name} of {who}")
        told_bands(comparison, old.bands, new.bands, at("bands"), who)
        if isinstance(old.per, Table) and isinstance(new.per, Table):
            _told_value(comparison, old.per, new.per, at("per"), f"the `per` of {who}")
        elif not same(old.per, new.per):
            sentence = f"{who} now pays its amount {_per(new)}, was {_per(old)}"
            there = at("per")
            if old.per is not None and new.per is not None:
                there = replace(there, was=old.per.span, now=new.per.span)
            comparison.tell(kind_of(old.per, new.per), there, old.per, new.per, sentence)
    if old.method is not new.method:
        sentence = f"the bands of {who} now pay {METHODS[new.method.value]}, was {METHODS[old.method.value]}"
        comparison.tell(Kind.CHANGED, at("method"), old.method.value, new.method.value, sentence)


def _ways(incentive: Incentive) -> tuple[bool, ...]:
    """Its form of pay; a `per` without an amount has no meaning."""
    return incentive.rate is not None, incentive.amount is not None, bool(incentive.bands)


def _pays(incentive: Incentive) -> str:
    """All that it pays, in a phrase."""
    found = []
    if incentive.rate is not None:
        found.append(f"a rate of {say(incentive.rate)}")
    if incentive.amount is not None:
        found.append(f"{say(incentive.amount)} {_per(incentive)}")
    if incentive.bands:
        found.append("by bands: " + joined([f"{_paid(each)} from {say(each.start)}" for each in incentive.bands]))
    return joined(found) or "nothing"


def _per(incentive: Incentive) -> str:
    return "once" if incentive.per is None else f"for every {say(incentive.per)}"


def _told_value(comparison: Comparison, old: Table | None, new: Table | None, place: Place, who: str) -> None:
    """A value that both have, entry by entry."""
    if old is not None and new is not None and not same(old, new):
        at = replace(place, was=old.span, now=new.span)
        told_table(comparison, old, new, at, Telling(who, value_wording(who), apart=False))


# ---------------------------------------------------------------------------------------------------- bands


def told_bands(comparison: Comparison, old: Sequence[BandRow], new: Sequence[BandRow], place: Place, who: str) -> None:
    """Report bands with another start or pay, and added or removed bands."""
    left = [each for each in old if not any(same(each, other) for other in new)]
    fresh = [each for each in new if not any(same(each, other) for other in old)]
    partners = _partners(left, fresh)
    for number, each in enumerate(fresh):
        match = partners.get(number)
        at = Place(_path(place, each), place.clause, match.span if match else None, each.span)
        if match is None:
            sentence = f"{who} has a new band from {say(each.start)}: {_paid(each)}"
            comparison.tell(Kind.ADDED, at, None, plain(each.paid), sentence)
        else:
            _told_band(comparison, match, each, at, who)
    for each in (each for each in left if not any(each is match for match in partners.values())):
        at = Place(_path(place, each), place.clause, each.span, None)
        sentence = f"{who} no longer has the band from {say(each.start)}, which paid {_paid(each)}"
        comparison.tell(Kind.REMOVED, at, plain(each.paid), None, sentence)
    if not left and not fresh and not same(tuple(old), tuple(new)):
        sentence = f"the bands of {who} have another order"
        comparison.tell(Kind.MOVED, place, _starts(old), _starts(new), sentence)


def _partners(old: Sequence[BandRow], new: Sequence[BandRow]) -> dict[int, BandRow]:
    """The old band for each new one, by the new one's number. Bands with the same start match first (their pay
    changed), then bands with the same pay (their start moved).
    """
    left, found = list(old), dict[int, BandRow]()
    for alike in (_starts_alike, _pays_alike):
        for number, each in enumerate(new):
            match = next((other for other in left if alike(other, each)), None) if number not in found else None
            if match is not None:
                found[number] = match
                left.remove(match)
    return found


def _told_band(comparison: Comparison, old: BandRow, new: BandRow, place: Place, who: str) -> None:
    """Report a band with another pay, start or end."""
    start, pay = say(new.start), _paid(new)

    def paying(keys: Keys, one: Value, other: Value) -> str:
        of = f" for {' '.join(keys)}" if keys else ""
        return f"{who} from {start} on now pays {say(other)}{of}, was {say(one)}"

    if (old.rate is None, old.amount is None) != (new.rate is None, new.amount is None):
        sentence = f"{who} from {start} on now pays {pay}, was {_paid(old)}"
        comparison.tell(Kind.CHANGED, place, plain(old.paid), plain(new.paid), sentence)
    else:
        for name in ("rate", "amount"):
            before, after = getattr(old, name), getattr(new, name)
            if not same(before, after):
                telling = Telling(f"the {name} of {who} from {start} on", paying, apart=False)
                told_table(comparison, before, after, place, telling)
    band = f"the {pay} band of {who}" if _is_single(new) else f"the band of {who} that pays {pay}"
    if not same(old.start, new.start):

        def starting(keys: Keys, one: Value, other: Value) -> str:
            of = f" for {' '.join(keys)}" if keys else ""
            return f"{band} starts at {say(other)}{of}, was {say(one)}"

        telling = Telling(f"the start of {band}", starting, apart=False)
        told_table(comparison, old.start, new.start, place, telling)
    if not same(old.up_to, new.up_to):
        sentence = f"{band} now ends {_end(new)}, was {_end(old)}"
        comparison.tell(Kind.CHANGED, place, plain(old.up_to), plain(new.up_to), sentence)


def _path(place: Place, band: BandRow) -> str:
    return f"{place.path}[from {say(band.start)}]"


def _starts(bands: Sequence[BandRow]) -> tuple[str, ...]:
    return tuple(say(each.start) for each in bands)


def _starts_alike(one: BandRow, other: BandRow) -> bool:
    return same(one.start, other.start)


def _pays_alike(one: BandRow, other: BandRow) -> bool:
    return same(one.rate, other.rate) and same(one.amount, other.amount)


def _paid(band: BandRow) -> str:
    return joined([say(each) for each in (band.rate, band.amount) if each is not None]) or "nothing"


def _is_single(band: BandRow) -> bool:
    return band.paid is not None and band.paid.single is not None


def _end(band: BandRow) -> str:
    return f"at {say(band.up_to)}" if band.up_to is not None else "where the next begins"
