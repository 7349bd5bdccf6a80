"""Certifications, metrics, segments, the ladder and benefits: how each kind of declaration differs."""

from __future__ import annotations

from engine.authoring.diff.bare import same
from engine.authoring.diff.change import Kind, Value
from engine.authoring.diff.comparison import Comparison, Place, told_by_field
from engine.authoring.diff.lines import told_lines
from engine.authoring.diff.phrases import Speaker, days, joined, months, say, window_text
from engine.authoring.diff.tables import Keys, Telling, changed_value, told_table
from engine.language.program import Benefit, Certification, Ladder, Metric, Segment, Tier
from engine.language.source import Span

CERTIFICATION_WORDS = {"counts_as": "certification it counts as", "retired_on": "day of retirement"}
METRIC_WORDS = {
    "source": "table measured",
    "op": "way of measuring",
    "value": "field measured",
    "if_missing": "value when missing",
    "holding": "certifications counted",
    "scale": "number of digits",
    "per": "fields it depends on",
    "ignore_missing": "ignore_missing",
}


def told_certification(comparison: Comparison, old: Certification, new: Certification) -> None:
    """Validity, grace, run-off, and the rest."""
    path = f"certifications.{new.name}"
    who = f"the certification `{new.name}`"
    for name, sentence in (
        ("valid_for", _validity(who, old.valid_for, new.valid_for)),
        ("grace", f"{who} now counts {days(new.grace)} beyond its expiry, was {days(old.grace)}"),
        ("run_off", f"{who} now counts {_run_off(new.run_off)}, was {_run_off(old.run_off)}"),
    ):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            kind = Kind.ADDED if before is None else Kind.REMOVED if after is None else Kind.CHANGED
            comparison.tell(kind, Place(f"{path}.{name}", path, old.span, new.span), before, after, sentence)
    seen = {"name", "valid_for", "grace", "run_off"}
    told_by_field(comparison, old, new, Place(path, path, old.span, new.span), who, CERTIFICATION_WORDS, seen)


def _validity(who: str, before: int | None, after: int | None) -> str:
    if after is None:
        return f"{who} no longer expires, was valid for {months(before)}"
    if before is None:
        return f"{who} now expires after {months(after)}, and did not expire"
    return f"{who} is now valid for {months(after)}, was {months(before)}"


def _run_off(count: int | None) -> str:
    return "until its retirement" if not count else f"{months(count)} beyond its retirement"


def told_metric(comparison: Comparison, old: Metric, new: Metric) -> None:
    """What is measured, over which days, of which records."""
    path = f"metrics.{new.name}"
    who = f"`{new.name}`"
    place = Place(path, path, old.span, new.span)
    _told_window(comparison, old, new)
    if old.formula is not None and new.formula is not None and not same(old.formula, new.formula):
        at = Place(f"{path}.formula", path, old.formula.span, new.formula.span)
        sentence = f"{who} is now computed as {say(new.formula)}, was {say(old.formula)}"
        comparison.tell(Kind.CHANGED, at, old.formula, new.formula, sentence)
    if old.children != new.children:
        sentence = f"{who} {'now' if new.children else 'no longer'} counts the partners below, too"
        comparison.tell(
            Kind.CHANGED, Place(f"{path}.scope", path, old.span, new.span), old.children, new.children, sentence
        )
    by_choice = bool(old.holding_at or new.holding_at)
    if by_choice:
        _told_people(comparison, old, new)
    elif old.holding_all != new.holding_all:
        sentence = f"{who} now counts people who hold {'all' if new.holding_all else 'any'} of the certifications"
        at = Place(f"{path}.people_holding", path, old.span, new.span)
        comparison.tell(Kind.CHANGED, at, old.holding_all, new.holding_all, sentence)
    speaker = Speaker(who, "counts only records with")
    told_lines(comparison, old.where, new.where, Place(f"{path}.where", path, old.span, new.span), speaker)
    seen = {"name", "window", "shifted", "children", "where", "holding_all", "holding_at"}
    seen |= {"holding", "holding_by"} if by_choice else set()
    seen |= {"formula"} if old.formula is not None and new.formula is not None else set()
    told_by_field(comparison, old, new, place, who, METRIC_WORDS, seen)


def _told_people(comparison: Comparison, old: Metric, new: Metric) -> None:
    """The certifications that count, for each value of the choices by which they differ."""
    path, who = f"metrics.{new.name}", f"`{new.name}`"
    before, after = _people_of(old), _people_of(new)
    for keys in sorted(before.keys() | after.keys()):
        one, other = before.get(keys, ""), after.get(keys, "")
        if one == other:
            continue
        of = f" for {' '.join(keys)}" if keys else ""
        if one and other:
            sentence = f"{who} now counts people who hold {other}{of}, was {one}"
        else:
            sentence = f"{who} {'now' if other else 'no longer'} counts people who hold {other or one}{of}"
        kind = Kind.CHANGED if one and other else Kind.ADDED if other else Kind.REMOVED
        place = Place(".".join((path, "people_holding", *keys)), path, old.span, new.span)
        comparison.tell(kind, place, one or None, other or None, sentence)


def _people_of(metric: Metric) -> dict[tuple[str, ...], str]:
    """The certifications in words, by the values of the choices; by () where they go by none."""
    listed = [(dict(zip(metric.holding_by, each.keys, strict=True)), each) for each in metric.holding_at]
    found = {tuple(keys[each] for each in metric.per if each in keys): (held.names, held.all) for keys, held in listed}
    if metric.holding and not listed:
        found[()] = metric.holding, metric.holding_all
    return {keys: f" {'and' if every else 'or'} ".join(names) for keys, (names, every) in found.items()}


def _told_window(comparison: Comparison, old: Metric, new: Metric) -> None:
    """Other days, days judged earlier or later, or both at once."""
    path, who = f"metrics.{new.name}", f"`{new.name}`"
    days, moved = not same(old.window, new.window), old.shifted != new.shifted
    if not days and not moved:
        return
    name = "days" if days and moved else "window" if days else "shifted"
    one: Value = old.window if days else old.shifted
    other: Value = new.window if days else new.shifted
    texts = [window_text(each.window, each.shifted if moved else 0) for each in (old, new)]
    at = Place(f"{path}.{name}", path, *_windows(old, new))
    comparison.tell(Kind.CHANGED, at, one, other, f"{who} is now measured {texts[1]}, was {texts[0]}")


def _windows(old: Metric, new: Metric) -> tuple[Span, Span]:
    return (old.window.span if old.window else old.span), (new.window.span if new.window else new.span)


def told_segment(comparison: Comparison, old: Segment, new: Segment) -> None:
    """Who belongs to it."""
    path = f"segments.{new.name}"
    who = f"the segment `{new.name}`"
    place = Place(path, path, old.span, new.span)
    told_lines(
        comparison, old.when, new.when, Place(f"{path}.when", path, old.span, new.span), Speaker(who, "requires")
    )
    told_by_field(comparison, old, new, place, who, {}, {"name", "when"})


def told_designation(comparison: Comparison, old: Ladder, new: Ladder) -> None:
    """Whom it applies to, its tiers, and what each requires; one clause, so that it is swapped as a whole."""
    path, who = f"designations.{new.name}", f"the designation `{new.name}`"
    place = Place(path, path, old.span, new.span)
    told_lines(comparison, old.applies_to, new.applies_to, _inside(place, "applies_to"), Speaker(who, "applies to"))
    told_lines(comparison, old.common, new.common, _inside(place, "requires"), Speaker(who, "needs"))
    if old.names != new.names:
        sentence = f"the tiers of {who} now rise {_rise(new.names)}, were {_rise(old.names)}"
        comparison.tell(Kind.CHANGED, _inside(place, "ladder"), old.names, new.names, sentence)
    before = {each.name: each for each in old.tiers}
    for tier in new.tiers:
        if tier.name in before:
            called = who if new.plain else f"{tier.name} of {who}"
            at = place if new.plain else _inside(place, tier.name)
            _told_tier(comparison, before[tier.name], tier, at, called)
    seen = {"name", "applies_to", "common", "tiers", "cumulative"} | ({"plain"} if old.names != new.names else set())
    _told_cumulative(comparison, old, new, _inside(place, "cumulative"), f"every tier of {who}")
    words = {"per": "choices it goes by", "overall": "overall status", "was": "former names of tiers"}
    told_by_field(comparison, old, new, place, who, words, seen)


def _inside(place: Place, key: str) -> Place:
    """A place below another that is swapped with it."""
    return Place(f"{place.path}.{key}", place.clause, place.was, place.now)


def told_ladder(comparison: Comparison, old: Ladder, new: Ladder) -> None:
    """The ladder itself, the lines of all tiers, and each tier's own."""
    place = Place("tiers.ladder", "tiers.ladder", old.span, new.span)
    before, after = ({each.name: each for each in ladder.tiers} for ladder in (old, new))
    for at, name in enumerate(new.names):
        if name not in before:
            under = f"above {new.names[at - 1]}" if at else "at the bottom"
            spot = Place(f"tiers.{name}", place.clause, None, after[name].span)
            comparison.tell(Kind.ADDED, spot, None, name, f"there is a new tier {name}, {under}")
    for name in old.names:
        if name not in after:
            spot = Place(f"tiers.{name}", place.clause, before[name].span, None)
            comparison.tell(Kind.REMOVED, spot, name, None, f"there is no tier {name} any more")
    kept = [tuple(name for name in ladder.names if name in before and name in after) for ladder in (old, new)]
    if kept[0] != kept[1]:
        sentence = f"the tiers now rise {_rise(new.names)}, were {_rise(old.names)}"
        comparison.tell(Kind.MOVED, place, old.names, new.names, sentence)
    lowest = new.names[0] if new.names else "the lowest"
    common = Place("tiers.requires", "tiers.requires", old.span, new.span)
    speaker = Speaker(f"every tier above {lowest}", "needs")
    told_lines(comparison, old.common, new.common, common, speaker, each_line=True)
    for name in kept[1]:
        told_tier(comparison, before[name], after[name])
    _told_was(comparison, old, new)
    word = Place("tiers.cumulative", "tiers.ladder.cumulative", old.span, new.span)
    _told_cumulative(comparison, old, new, word, "every tier")
    told_by_field(comparison, old, new, place, "the ladder", {}, {"tiers", "common", "was", "cumulative"})


def _told_cumulative(comparison: Comparison, old: Ladder, new: Ladder, at: Place, who: str) -> None:
    """Whether tiers also require the lines of those below them."""
    if old.cumulative != new.cumulative:
        kind, now = (Kind.ADDED, "now also requires") if new.cumulative else (Kind.REMOVED, "no longer requires")
        sentence = f"{who} {now} the lines of the tiers below it"
        comparison.tell(kind, at, old.cumulative, new.cumulative, sentence)


def _told_was(comparison: Comparison, old: Ladder, new: Ladder) -> None:
    """Which tiers of the version before are which of this one."""
    place = Place("tiers.was", "tiers.ladder.was", old.span, new.span)
    for one, other in new.was:
        if (one, other) not in old.was:
            sentence = f"the tier {one} of the version before is now called {other}"
            comparison.tell(
                Kind.RENAMED, Place(f"tiers.{other}", place.clause, old.span, new.span), one, other, sentence
            )
    for one, other in old.was:
        if (one, other) not in new.was:
            sentence = f"the tier {one} of the version before is no longer known as {other}"
            comparison.tell(Kind.REMOVED, place, one, None, sentence)
    if set(old.was) == set(new.was) and old.was != new.was:
        names = tuple(tuple(one for one, _ in ladder.was) for ladder in (old, new))
        comparison.tell(Kind.MOVED, place, names[0], names[1], "the new names of tiers have another order")


def _rise(names: tuple[str, ...]) -> str:
    return ", ".join(names) if names else "none"


def told_tier(comparison: Comparison, old: Tier, new: Tier) -> None:
    """A tier's own lines, and the invitation."""
    path = f"tiers.{new.name}"
    place = Place(path, path, old.span, new.span)
    lines = Place(f"{path}.requires", f"{path}.requires", old.span, new.span)
    told_lines(comparison, old.requires, new.requires, lines, Speaker(new.name, "needs"), each_line=True)
    at = Place(f"{path}.by_invitation", f"{path}.by_invitation", old.invitation or old.span, new.invitation or new.span)
    _told_invitation(comparison, old, new, at, new.name)
    told_by_field(comparison, old, new, place, new.name, {}, {"name", "requires", "invitation"})


def _told_tier(comparison: Comparison, old: Tier, new: Tier, place: Place, who: str) -> None:
    """A tier of a designation."""
    told_lines(comparison, old.requires, new.requires, _inside(place, "requires"), Speaker(who, "needs"))
    _told_invitation(comparison, old, new, _inside(place, "by_invitation"), who)
    told_by_field(comparison, old, new, place, who, {}, {"name", "requires", "invitation"})


def _told_invitation(comparison: Comparison, old: Tier, new: Tier, at: Place, who: str) -> None:
    if (old.invitation is None) != (new.invitation is None):
        invited = new.invitation is not None
        sentence = f"{who} is {'now' if invited else 'no longer'} by invitation"
        comparison.tell(Kind.ADDED if invited else Kind.REMOVED, at, not invited, invited, sentence)


def told_benefit(comparison: Comparison, old: Benefit, new: Benefit) -> None:
    """What is granted, to whom, how often."""
    path = f"benefits.{new.name}"
    who = f"`{new.name}`"
    place = Place(path, path, old.span, new.span)

    def wording(keys: Keys, before: Value, after: Value) -> str:
        if not keys:
            return changed_value(who, before, after)
        of = " ".join(keys)
        if before is None:
            return f"{of} now gets {say(after)} of {who}"
        if after is None:
            return f"{of} no longer gets {who}, was {say(before)}"
        return f"{of} now gets {say(after)} of {who}, was {say(before)}"

    if old.table is not None and new.table is not None:
        telling = Telling(who, wording, ladders=(comparison.old.ladder.names, comparison.new.ladder.names))
        told_table(comparison, old.table, new.table, Place(path, path, old.span, new.span), telling)
    speaker = Speaker(who, "requires")
    told_lines(comparison, old.when, new.when, Place(f"{path}.when", path, old.span, new.span), speaker)
    seen = {"name", "when"} | ({"table"} if old.table is not None and new.table is not None else set())
    words = {"value": "kind", "levels": "levels", "every": "frequency", "table": "value", "per": "list of choices"}
    told_by_field(comparison, old, new, place, who, words, seen)


__all__ = [
    "joined",
    "told_benefit",
    "told_certification",
    "told_designation",
    "told_ladder",
    "told_metric",
    "told_segment",
]
