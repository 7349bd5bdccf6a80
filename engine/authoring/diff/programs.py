"""Two whole programs: every change of meaning between them, in the order of the language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from engine.authoring.diff.bare import NAMED, bare, meant, same
from engine.authoring.diff.change import Change, Kind, Value
from engine.authoring.diff.comparison import (
    Comparison,
    Declared,
    Entitled,
    Place,
    by_name,
    field_sentence,
    kind_of,
    plain,
    told_by_field,
)
from engine.authoring.diff.declared import (
    told_benefit,
    told_certification,
    told_designation,
    told_ladder,
    told_metric,
    told_segment,
)
from engine.authoring.diff.incentives import told_incentive
from engine.authoring.diff.names import tier_names, with_tiers_renamed
from engine.authoring.diff.phrases import say
from engine.authoring.diff.tables import Keys, Wording, changed_value, told_parameter
from engine.authoring.wording.programs import say_conversion
from engine.authoring.wording.values import say_range
from engine.language.program import Line, Parameter, Program
from engine.language.records import RATES, RecordTable
from engine.language.syntax import Comparing, Duration, Money, Name

NOUNS = {
    "parameters": "parameter",
    "certifications": "certification",
    "metrics": "metric",
    "segments": "segment",
    "designations": "designation",
    "benefits": "benefit",
    "incentives": "incentive",
    "records": "record table",
}
HEAD_WORDS = {
    "family": "program",
    "rounding": "rounding",
    "rounding_at": "place of rounding",
    "scale": "number of minor digits",
    "own_tables": "tables the program names",
}
STAGES = ("earlier", "since", "amendments")
TOGETHER = {
    "scale": "currency",
    "calendar_declared": "calendar",
    "follows": "effective",
    **dict.fromkeys(STAGES, "amendments"),
}
"""Fields that follow from another and are swapped with it."""

LABELS = frozenset({"family", "version", "title"})
"""Fields of a program no decision depends on."""


def compare_programs(old: Program, new: Program) -> tuple[Change, ...]:
    """Every change of meaning from the old program to the new; () when they mean the same."""
    old = with_tiers_renamed(old, tier_names(old, new))
    comparison = Comparison(old, new)
    _told_head(comparison)
    _told_stages(comparison)
    _told_versions(comparison)
    _told_records(comparison)
    for section in ("parameters", "certifications", "metrics", "segments"):
        _told_section(comparison, section)
    told_ladder(comparison, old.ladder, new.ladder)
    _told_section(comparison, "designations")
    for section in ("benefits", "incentives"):
        _told_section(comparison, section)
    return tuple(_dated(each, old, new) for each in comparison.changes)


def _dated(change: Change, old: Program, new: Program) -> Change:
    """A change that only an amendment makes holds from its day on, and says so."""
    amended = new.since is not None and new.since != old.since and change.decides and change.clause != "amendments"
    return replace(change, sentence=f"{change.sentence}, from {new.since}") if amended else change


def _told_head(comparison: Comparison) -> None:
    """The fields of the program itself."""
    old, new = comparison.old, comparison.new
    named = {*NAMED, *STAGES, "follows", "ladder", "records", "effective", "calendar"}
    seen = {*named, "corrections", "choices", "conversion"}
    for name in (each for each in meant(old) if each not in seen):
        one, other = (getattr(program, name) for program in (old, new))
        if not (same(one, other) or (name == "own_tables" and set(one) == set(other))):
            place = Place(name, TOGETHER.get(name, name), old.span, new.span, decides=name not in LABELS)
            before, after = plain(one), plain(other)
            sentence = field_sentence("the program", HEAD_WORDS.get(name, name.replace("_", " ")), before, after)
            comparison.tell(kind_of(before, after), place, before, after, sentence)
    _told_conversion(comparison)
    if old.effective != new.effective:
        place = Place("effective", "effective", old.span, new.span)
        days = [tuple(each.isoformat() for each in program.effective) for program in (old, new)]
        sentence = f"the program is in force {say_range(*new.effective)}, was {say_range(*old.effective)}"
        comparison.tell(Kind.CHANGED, place, days[0], days[1], sentence)
    _told_choices(comparison)
    place = Place("calendar", "calendar", old.span, new.span)
    words = {"fiscal_start_month": "first month of the fiscal year", "year_named": "naming of fiscal years"}
    told_by_field(comparison, old.calendar, new.calendar, place, "the calendar", words, set())
    for name in ("late_records", "returns"):
        was, now = (getattr(program.corrections, name) for program in (old, new))
        if not same(was, now):
            place = Place(f"corrections.{name}", "corrections", old.span, new.span)
            sentence = f"{name.replace('_', ' ')} now change a period {_after(now)}, was {_after(was)}"
            comparison.tell(kind_of(plain(was), plain(now)), place, plain(was), plain(now), sentence)


def _after(duration: Duration | None) -> str:
    return "without end" if duration is None else f"for {say(duration)} after it"


def _told_choices(comparison: Comparison) -> None:
    """The values of choices, which fields, metrics and designations go by; they are swapped together."""
    old, new = by_name(comparison.old.choices), by_name(comparison.new.choices)
    for name in dict.fromkeys((*new, *old)):
        one, other = old.get(name), new.get(name)
        if one is not None and other is not None and same(one, other):
            continue
        place = Place(f"choices.{name}", "choices", one.span if one else None, other.span if other else None)
        if other is None:
            comparison.tell(Kind.REMOVED, place, name, None, f"there is no choice `{name}` any more")
        elif one is None:
            values = ", ".join(other.values)
            comparison.tell(Kind.ADDED, place, None, name, f"there is a new choice `{name}`: {values}")
        else:
            told_by_field(comparison, one, other, place, f"the choice `{name}`", {}, {"name"})


def _told_conversion(comparison: Comparison) -> None:
    """How amounts in other currencies are converted; the table of rates comes and goes with it."""
    old, new = comparison.old, comparison.new
    if same(old.conversion, new.conversion):
        return
    was_at, now_at = (each.conversion.span if each.conversion else each.span for each in (old, new))
    before, after = say_conversion(old), say_conversion(new)
    was = f", was {before}" if before else ""
    sentence = f"amounts in other currencies are now converted {after}{was}"
    if not after:
        sentence = f"amounts in other currencies are no longer converted{was}"
    place = Place("conversion", "conversion", was_at, now_at)
    comparison.tell(kind_of(before or None, after or None), place, before, after, sentence)


def _told_stages(comparison: Comparison) -> None:
    """Amendments by number, the day the present rules begin, and the rules before that day."""
    old, new = comparison.old, comparison.new
    place = Place("amendments", "amendments", old.span, new.span)
    before, after = ({each.number: each for each in program.amendments} for program in (old, new))
    for number in sorted({*before, *after}):
        one, other = before.get(number), after.get(number)
        path = f"amendments.{number}"
        at = Place(path, place.clause, one.span if one else None, other.span if other else None)
        if one is None and other is not None:
            why = f": {other.reason}" if other.reason else ""
            sentence = f"amendment {number} changes the rules from {other.effective_from} on{why}"
            comparison.tell(Kind.ADDED, at, None, other.effective_from, sentence)
        elif other is None and one is not None:
            sentence = f"there is no amendment {number} any more, which changed the rules from {one.effective_from} on"
            comparison.tell(Kind.REMOVED, at, one.effective_from, None, sentence)
        elif not same(one, other):
            told_by_field(comparison, one, other, at, f"amendment {number}", {}, {"number"})
    if old.since != new.since and before.keys() == after.keys():
        sentence = f"the present rules begin {_day(new)}, was {_day(old)}"
        comparison.tell(Kind.CHANGED, place, old.since, new.since, sentence)
    if old.earlier is not None and new.earlier is not None:
        for each in compare_programs(old.earlier, new.earlier):
            path, sentence = f"before {new.since}: {each.path}", f"before {new.since}, {each.sentence}"
            comparison.changes.append(replace(each, path=path, clause=place.clause, sentence=sentence))
    elif (old.earlier is None) != (new.earlier is None) and before.keys() == after.keys():
        come = new.earlier is not None
        sentence = f"there are {'now' if come else 'no longer'} other rules before {(new if come else old).since}"
        comparison.tell(Kind.ADDED if come else Kind.REMOVED, place, not come, come, sentence)


def _told_versions(comparison: Comparison) -> None:
    """The versions before, where several are evaluated as one."""
    old, new = comparison.old, comparison.new
    if old.follows is not None and new.follows is not None:
        for each in compare_programs(old.follows, new.follows):
            path, sentence = f"{new.follows.version}: {each.path}", f"in version {new.follows.version}, {each.sentence}"
            comparison.changes.append(replace(each, path=path, clause="effective", sentence=sentence))
    elif old.follows is not None or new.follows is not None:
        before, after = (each.follows.edition if each.follows else None for each in (old, new))
        sentence = f"version {after or before} is {'now' if after else 'no longer'} evaluated together with it"
        comparison.tell(
            kind_of(before, after), Place("follows", "effective", old.span, new.span), before, after, sentence
        )


def _day(program: Program) -> str:
    return f"on {program.since}" if program.since else "with the program"


def _told_records(comparison: Comparison) -> None:
    """Record tables by name: their fields and links by name, the rest field by field."""
    old, new = by_name(comparison.old.records.tables), by_name(comparison.new.records.tables)
    spans = dict(comparison.old.record_spans), dict(comparison.new.record_spans)
    for name in dict.fromkeys((*new, *old)):
        path = f"records.{name}"
        place = Place(path, path, spans[0].get(name, comparison.old.span), spans[1].get(name, comparison.new.span))
        if name == RATES.name and (name in old) != (name in new):
            continue  # it comes and goes with the conversion
        if name not in old:
            comparison.tell(Kind.ADDED, place, None, name, f"there is a new record table `{name}`")
        elif name not in new:
            comparison.tell(Kind.REMOVED, place, name, None, f"there is no record table `{name}` any more")
        elif not same(_sorted(old[name]), _sorted(new[name])):
            _told_table(comparison, old[name], new[name], place)


def _sorted(table: RecordTable) -> RecordTable:
    """The table with fields and links by name: their order has no meaning."""
    return replace(
        table,
        fields=tuple(sorted(table.fields, key=lambda each: each.name)),
        links=tuple(sorted(table.links, key=lambda each: each.name)),
    )


def _told_table(comparison: Comparison, old: RecordTable, new: RecordTable, place: Place) -> None:
    told = len(comparison.changes)
    for what in ("fields", "links"):
        before = {each.name: each for each in getattr(old, what)}
        after = {each.name: each for each in getattr(new, what)}
        for name in dict.fromkeys((*after, *before)):
            at = Place(f"{place.path}.{what}.{name}", place.clause, place.was, place.now)
            noun, who = what.removesuffix("s"), f"`{new.name}.{name}`"
            if name not in before:
                comparison.tell(Kind.ADDED, at, None, name, f"`{new.name}` has a new {noun} `{name}`")
            elif name not in after:
                comparison.tell(Kind.REMOVED, at, name, None, f"`{new.name}` no longer has the {noun} `{name}`")
            elif not same(before[name], after[name]):
                told_by_field(comparison, before[name], after[name], at, f"the {noun} {who}", {}, {"name"})
    told_by_field(comparison, old, new, place, f"the table `{new.name}`", {}, {"name", "fields", "links"})
    if len(comparison.changes) == told:
        comparison.tell(Kind.CHANGED, place, old.name, new.name, f"the table `{new.name}` has changed")


Named = TypeVar("Named", bound=Entitled)


def _told_section(comparison: Comparison, section: str) -> None:
    """Declarations of a section by name; one that went and one that came with the same body were renamed."""
    old, new = by_name(getattr(comparison.old, section)), by_name(getattr(comparison.new, section))
    renamed = renames(old, new)
    noun = NOUNS[section]
    tell = _teller(comparison, section)
    for name, declared in new.items():
        path = f"{section}.{name}"
        if name in old:
            if not same(old[name], declared):
                told = len(comparison.changes)
                tell(old[name], declared)
                if len(comparison.changes) == told:
                    place = Place(path, path, old[name].span, declared.span)
                    comparison.tell(Kind.CHANGED, place, name, name, f"the {noun} `{name}` has changed")
        elif name in renamed:
            was = renamed[name]
            place = Place(path, path, old[was].span, declared.span)
            comparison.tell(Kind.RENAMED, place, was, name, f"the {noun} `{name}` has a new name, was `{was}`")
        else:
            place = Place(path, path, None, declared.span)
            comparison.tell(Kind.ADDED, place, None, name, f"there is a new {noun} `{name}`{_gist(declared)}")
    former = {*renamed.values()}
    for name in (each for each in old if each not in new and each not in former):
        place = Place(f"{section}.{name}", f"{section}.{name}", old[name].span, None)
        comparison.tell(Kind.REMOVED, place, name, None, f"there is no {noun} `{name}` any more")


def _gist(declared: Declared) -> str:
    """The value of a parameter that has only one."""
    if isinstance(declared, Parameter) and len(declared.versions) == 1:
        single = declared.versions[0].table.single
        return f": {say(single)}" if single is not None else ""
    return ""


def renames(old: dict[str, Named], new: dict[str, Named]) -> dict[str, str]:
    """New names to old ones, where one body went and the same came under another name, and no second is like it."""
    gone = [each for each in old.values() if each.name not in new]
    come = [each for each in new.values() if each.name not in old]
    if not gone or not come:
        return {}
    alike, twins = _by_body(gone), _by_body(come)
    only = ((names, alike.get(body, [])) for body, names in twins.items())
    return {names[0]: former[0] for names, former in only if len(names) == len(former) == 1}


def _by_body(declared: Iterable[Named]) -> dict[object, list[str]]:
    """The names of those that are alike but for their names; each is looked at once, as there may be thousands."""
    found: dict[object, list[str]] = {}
    for each in declared:
        found.setdefault(_body(each), []).append(each.name)
    return found


def _body(declared: object) -> object:
    """Everything but the name."""
    return tuple(bare(getattr(declared, name)) for name in meant(declared) if name != "name")


def _teller(comparison: Comparison, section: str) -> Callable[[object, object], None]:
    """How a section's declarations are compared."""
    wordings = threshold_wording(comparison.new)

    def parameter(old: object, new: object) -> None:
        assert isinstance(old, Parameter) and isinstance(new, Parameter)
        told_parameter(comparison, old, new, wordings(new))

    tellers: dict[str, Callable[..., None]] = {
        "parameters": lambda old, new: parameter(old, new),
        "certifications": lambda old, new: told_certification(comparison, old, new),
        "metrics": lambda old, new: told_metric(comparison, old, new),
        "segments": lambda old, new: told_segment(comparison, old, new),
        "designations": lambda old, new: told_designation(comparison, old, new),
        "benefits": lambda old, new: told_benefit(comparison, old, new),
        "incentives": lambda old, new: told_incentive(comparison, old, new),
    }
    return tellers[section]


def threshold_wording(program: Program) -> Callable[[Parameter], Wording]:
    """The wording of a parameter's values: as what a tier needs, if exactly one line of the tiers uses it."""
    asked: dict[str, list[Comparing]] = {}
    for line in (*program.ladder.common, *(each for tier in program.ladder.tiers for each in tier.requires)):
        if isinstance(line, Line) and isinstance(line.expression, Comparing):
            comparing = line.expression
            if isinstance(comparing.right, Name) and isinstance(comparing.left, Name) and comparing.op in (">=", ">"):
                asked.setdefault(comparing.right.text, []).append(comparing)

    def wording_of(parameter: Parameter) -> Wording:
        uses = asked.get(parameter.name, [])
        by = {version.table.by for version in parameter.versions}
        needs = len(uses) == 1 and len(by) == 1 and "tier" in next(iter(by))
        return _needs(uses[0], next(iter(by))) if needs else _values(parameter)

    return wording_of


def _values(parameter: Parameter) -> Wording:
    def wording(keys: Keys, before: Value, after: Value) -> str:
        of = f"`{parameter.name}`" + (f" for {' '.join(keys)}" if keys else "")
        return changed_value(of, before, after)

    return wording


def _needs(line: Comparing, by: tuple[str, ...]) -> Wording:
    """`gold now needs 300,000 USD of `revenue`, was 250,000 USD`."""
    measure = say(line.left) if not isinstance(line.left, Name) else f"`{line.left.text}`"

    def wording(keys: Keys, before: Value, after: Value) -> str:
        words = dict(zip(by, keys, strict=False))
        tier = words.pop("tier", "every tier")
        others = (*words.values(), *keys[len(by) :])  # a value inside a value has more dimensions
        who = f"{tier} ({', '.join(others)})" if others else tier
        if after is None:
            return f"{who} no longer needs {_amount(before, measure, line.op)}"
        was = "" if before is None else f", was {say(before)}"
        return f"{who} now needs {_amount(after, measure, line.op)}{was}"

    return wording


def _amount(value: Value, measure: str, op: str) -> str:
    more = "more than " if op == ">" else ""
    if isinstance(value, Money):
        return f"{more}{say(value)} of {measure}"
    return f"{measure} of {more or 'at least '}{say(value)}"
