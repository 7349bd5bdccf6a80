"""Lines of a program as the analysis sees them: where each is met and refuted, with its place and its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.authoring.analysis.domain import Words
from engine.authoring.analysis.expressions import Reader, Scope
from engine.authoring.analysis.formula import Formula, In, Variable, any_of, every, negated, variables_in
from engine.authoring.analysis.names import OF_TIERS, Era, Names, PartnerScope, Place, is_word
from engine.authoring.analysis.solver import contradictory
from engine.authoring.analysis.values import Condition, Judged, all_met
from engine.language.expression import render_expression
from engine.language.program import Group, Line, Requirement, Tier
from engine.language.syntax import Logic

YES = Words(frozenset(("true",)))
NO = Words(frozenset(("false",)))


def judged(line: Requirement, scope: Scope) -> Judged:
    """A line in the names of a scope; the names of a partner are looked up once for each line and era."""
    if not isinstance(scope, PartnerScope):
        return Judged(text_of(line), line.span, Reader(scope).requirement(line), line)
    key = (id(line), scope.era, scope.tested, scope.rounded, scope.place)
    if key not in scope.names.read:  # what is kept holds the line, so its number stays its own
        scope.names.read[key] = Judged(text_of(line), line.span, Reader(scope).requirement(line), line)
    return scope.names.read[key]


def text_of(line: Requirement) -> str:
    """A line as text; a group by what it asks and how many lines it has."""
    if not isinstance(line, Group):
        return render_expression(line.expression)
    form = f"at least {line.count}" if line.form == "at_least" else line.form
    return f"{form} of {len(line.lines)} lines"


def parts_of(line: Requirement) -> tuple[str, tuple[Requirement, ...]]:
    """How the parts of a line are put together, and the parts; nothing for a single comparison."""
    if isinstance(line, Group):
        return line.form, line.lines
    if isinstance(line.expression, Logic):
        form = "all" if line.expression.op == "and" else "any"
        return form, tuple(Line(each, each.span) for each in line.expression.terms)
    return "", ()


def spread(lines: Iterable[Judged], scope: Scope) -> list[Judged]:
    """The lines, with each `all` group replaced by its parts."""
    found: list[Judged] = []
    for each in lines:
        form, parts = parts_of(each.line) if each.line is not None else ("", ())
        found += spread((judged(part, scope) for part in parts), scope) if form == "all" else [each]
    return found


def lines_of(tier: Tier, names: Names, era: Era, place: Place = OF_TIERS) -> list[Judged]:
    """The lines of a tier: the common ones, its own, those it takes over, and the invitation."""
    key = (tier.name, era, place)
    if key not in names.judged:
        names.judged[key] = _lines_of(tier, names, era, place)
    return names.judged[key]


def _lines_of(tier: Tier, names: Names, era: Era, place: Place) -> list[Judged]:
    ladder = names.ladder(place)
    if tier is ladder.tiers[0]:
        return []  # the lowest tier has every partner
    scope = PartnerScope(names, era, tier.name, place=place)
    found = [judged(each, scope) for each in ladder.lines_of(tier)]
    if tier.invitation is not None:
        variable = names.invited(tier.name, place)
        found.append(Judged("by invitation", tier.invitation, Condition(In(variable, YES), In(variable, NO))))
    return found


def rung(tier: Tier, names: Names, era: Era, place: Place = OF_TIERS) -> Condition:
    """All lines of a tier together."""
    return all_met(each.condition for each in lines_of(tier, names, era, place))


def is_closed(tier: Tier, names: Names, era: Era, place: Place = OF_TIERS) -> bool:
    """Whether it is proved that no partner to whom the ladder applies meets all lines of a tier in an era."""
    key = (tier.name, era, place)
    if key not in names.closed:
        asked = (*applying(names, era, place), *lines_of(tier, names, era, place))
        names.closed[key] = impossible([each.condition.met for each in asked], names, era)
    return names.closed[key]


def condition_of_word(name: str, word: str, scope: PartnerScope) -> Formula:
    """Where a dimension of a parameter has a word."""
    return is_word(name, word, scope, ())


def impossible(formulas: Iterable[Formula], names: Names, era: Era) -> bool:
    """Whether it is proved that the formulas are never true together in an era, with what is true there anyway."""
    if names.work.is_over:
        return False
    given = tuple(formulas)
    used = [variable for each in given for variable in variables_in(each)]
    names.work.spend(len(used))  # what is true of each is looked up
    return contradictory((*given, *names.facts(used, era), *held_facts(used, names, era)), names.work)


def held_facts(used: Sequence[Variable], names: Names, era: Era) -> Iterator[Formula]:
    """The tier held is between the highest tier whose lines are met and the highest whose lines are not refuted."""
    if names.tier not in used:
        return
    if era not in names.held:
        names.held[era] = _held(names, era)
    yield names.held[era]


def _held(names: Names, era: Era) -> Formula:
    tiers = names.program.ladder.tiers
    rungs = [rung(each, names, era) for each in tiers]
    unmet = [negated(each.met) for each in rungs]
    open_ = [negated(each.refuted) for each in rungs]
    ways: list[Formula] = []
    for place, tier in enumerate(tiers):
        none_above = unmet[place + 1 :]
        reached = any_of(open_[place:]) if place else every(())
        ways.append(every((In(names.tier, Words(frozenset((tier.name,)))), *none_above, reached)))
    return any_of(ways)


def applying(names: Names, era: Era, place: Place) -> list[Judged]:
    """The lines that say whether a ladder applies to a partner."""
    scope = PartnerScope(names, era, place=place)
    return [judged(each, scope) for each in names.ladder(place).applies_to]


def floor_facts(used: Iterable[Variable], names: Names, era: Era) -> Iterator[Formula]:
    """The statuses of a partner without a status history: on each ladder the highest tier whose lines are met.

    Those that these lines read are among them.
    """
    pending, seen = [*used], {*used}
    while pending:
        variable = pending.pop()
        place = OF_TIERS if variable is names.tier else names.places.get(variable)
        if place is not None:
            fact = _floor(variable, names, era, place)
            new = [each for each in variables_in(fact) if each not in seen]
            pending += new
            seen.update(new)
            yield fact


def _floor(variable: Variable, names: Names, era: Era, place: Place) -> Formula:
    ladder = names.ladder(place)
    applies = all_met(each.condition for each in applying(names, era, place))
    rungs = [rung(each, names, era, place) for each in ladder.tiers]
    unmet = [negated(each.met) for each in rungs]
    words = ("false", "true") if ladder.plain else ladder.names
    ways = [
        every((In(variable, Words(frozenset((word,)))), applies.met, each.met, *unmet[rank + 1 :]))
        for rank, (word, each) in enumerate(zip(words, rungs, strict=True))
    ]
    return any_of((*ways, every((In(variable, variable.missing), applies.refuted))))
