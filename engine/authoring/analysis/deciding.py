"""Lines that never decide anything: met whenever the others are, or never met beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from engine.authoring.analysis import codes
from engine.authoring.analysis.formula import Variable, negated, variables_in
from engine.authoring.analysis.lines import is_closed, judged, lines_of, parts_of, spread
from engine.authoring.analysis.names import Names, PartnerScope
from engine.authoring.analysis.proofs import excluded, never_together, proof, relations, told
from engine.authoring.analysis.setting import Setting, settings_of
from engine.authoring.analysis.solver import Verdict, Work, satisfy
from engine.authoring.analysis.values import Judged
from engine.language.diagnostic import Diagnostic, Related
from engine.language.names import names_in
from engine.language.program import Requirement, Tier

Lines = Callable[[Setting], Sequence[Judged]]


@dataclass(frozen=True)
class Asked:
    """A list of lines, all of which must hold, wherever it is judged."""

    settings: Sequence[Setting]
    lines: Lines
    mine: frozenset[int]  # places of the lines that findings may be about
    common: bool = False  # judged for several tiers


def idle_lines(asked: Asked) -> Iterator[Diagnostic]:
    """Lines of a list that never decide, and parts of its groups that cannot help.

    Where all lines exclude each other everything could be proved of them: that is reported as one finding elsewhere.
    """
    if not any(_may_be_idle(asked, each) for each in asked.settings[:1]):
        return
    open_ = [each for each in asked.settings if not closed(asked, each)]
    if not open_ or (asked.common and len(open_) < len(asked.settings)):
        return  # a common line may be what closes a tier, though it decides nothing for another
    asked = replace(asked, settings=open_)
    first = list(asked.lines(asked.settings[0]))
    gone: set[int] = set()
    for place in reversed(range(len(first))):
        if place not in asked.mine:
            continue
        if asked.settings[0].names.work.is_over:
            return  # nothing more is proved, and to find that out for each line would take long
        others = [each for each in range(len(first)) if each != place and each not in gone]
        reasons = _reasons(asked, place, others, first)
        if reasons is not None:
            gone.add(place)
            yield _idle(first[place], [first[each] for each in reasons], asked.settings[0].names)
    for place in sorted(asked.mine - gone):
        yield from _parts(asked, place)


def _may_be_idle(asked: Asked, setting: Setting) -> bool:
    """Whether a line is about what another is about, has alternatives, or is met by every partner: else all decide."""
    lines, work = asked.lines(setting), setting.names.work
    for place in asked.mine:
        line = lines[place].line
        grouped = line is not None and parts_of(line)[0] in ("any", "at_least")
        if grouped or _linked_to(place, range(len(lines)), lines, work) or always(lines[place], work):
            return True
    return False


def _linked_to(place: int, others: Iterable[int], lines: Sequence[Judged], work: Work) -> list[int]:
    """The other lines that are about what a line is about, or about what those are about, in their order."""
    left, found, pending = [each for each in others if each != place], {place}, [place]
    while pending and len(found) <= len(left):
        now = pending.pop()
        work.spend(len(left))
        more = [each for each in left if each not in found and linked(lines[now], lines[each])]
        found.update(more)
        pending += more
    return [each for each in left if each in found]


def closed(asked: Asked, setting: Setting) -> bool:
    """Whether the lines exclude each other in a setting."""
    if setting.tier is not None:
        return is_closed(setting.tier, setting.names, setting.era)
    return setting.impossible(each.condition.met for each in asked.lines(setting))


def _reasons(asked: Asked, place: int, others: list[int], first: Sequence[Judged]) -> list[int] | None:
    """The fewest other lines that make a line needless in every setting; None where it decides."""
    kept = _linked_to(place, others, first, asked.settings[0].names.work)
    if not (kept or always(first[place], asked.settings[0].names.work)) or not _needless(asked, place, kept):
        return None
    for each in list(kept):
        fewer = [other for other in kept if other != each]
        if _needless(asked, place, fewer):
            kept = fewer
    return kept


def _needless(asked: Asked, place: int, others: Sequence[int]) -> bool:
    """Whether a line is met where the others are, and refuted only where they are refuted, in every setting."""
    for setting in asked.settings:
        lines = asked.lines(setting)
        rest = [lines[each].condition for each in others]
        line = lines[place].condition
        if not setting.impossible([*(each.met for each in rest), negated(line.met)]):
            return False
        if not setting.impossible([line.refuted, *(negated(each.refuted) for each in rest)]):
            return False
    return True


def linked(one: Judged, two: Judged) -> bool:
    """Whether two lines are about something in common, as far as any proof can see."""
    return bool(_about(one) & _about(two))


def _about(line: Judged) -> frozenset[Variable | str]:
    """The variables of a line; counts are about each other, too."""
    found = frozenset(variables_in(line.condition.met))
    counts = {"counts" for each in found if each.whole and not each.unit}
    return found | counts


def always(line: Judged, work: Work) -> bool:
    """Whether a line is met whatever its variables are."""
    return satisfy([negated(line.condition.met)], work) is Verdict.NONE


def _idle(line: Judged, reasons: Sequence[Judged], names: Names) -> Diagnostic:
    because = " and ".join(f"`{each.text}`" for each in reasons)
    steps = told([*reasons, line])
    if not reasons:
        steps.append("every partner meets it")
    steps += relations([*reasons, line], names)
    if reasons:
        steps.append("the last is met whenever the others are")
    return codes.IDLE_LINE.at(
        line.span,
        f"`{line.text}` makes no difference: "
        + (f"it is met whenever {because} is" if because else "it is always met"),
        related=[
            Related(each.span, "this requires more" if place == 0 else "and this") for place, each in enumerate(reasons)
        ],
        help="remove the line, or write what was meant",
        evidence=[proof(steps)],
    )


def _parts(asked: Asked, place: int) -> Iterator[Diagnostic]:
    """Alternatives under a line that can never be met beside the other lines, or add nothing to each other."""
    line = asked.lines(asked.settings[0])[place].line
    if line is None:
        return
    form, parts = parts_of(line)
    if form not in ("any", "at_least", "all"):
        return
    for number, part in enumerate(parts):
        if form == "all":
            continue
        found = _dead(asked, place, part)
        if found is None and form == "any":
            found = _covered(asked, parts, number)
        if found is not None:
            yield found


def _dead(asked: Asked, place: int, part: Requirement) -> Diagnostic | None:
    """A part that is never met where the other lines are."""
    for setting in asked.settings:
        beside = [each for number, each in enumerate(asked.lines(setting)) if number != place]
        mine = judged(part, setting.scope)
        if not setting.impossible([mine.condition.met, *(each.condition.met for each in beside)]):
            return None
    setting = asked.settings[0]
    beside = [each for number, each in enumerate(asked.lines(setting)) if number != place]
    core = setting.smallest(spread([judged(part, setting.scope), *beside], setting.scope))
    others = [each for each in core if not _within(each, part)]
    because = " and ".join(f"`{each.text}`" for each in others)
    return codes.NEVER_MET.at(
        part.span,
        f"`{judged(part, setting.scope).text}` is never met" + (f" together with {because}" if because else ""),
        related=places(core),
        help="change one of these lines, or remove this one",
        evidence=[proof(never_together(core, setting.names, setting.era))],
    )


def _within(line: Judged, part: Requirement) -> bool:
    """Whether a line is a part, or one of its parts, by its place: it may have been read again."""
    return line.span == part.span or any(_within(line, each) for each in parts_of(part)[1])


def _covered(asked: Asked, parts: Sequence[Requirement], number: int) -> Diagnostic | None:
    """An alternative that is met only where another one is."""
    later: list[int] = []
    for setting in asked.settings:
        conditions = [judged(each, setting.scope).condition for each in parts]
        mine = conditions[number]
        wider = [
            place
            for place, each in enumerate(conditions)
            if place != number
            and setting.impossible([mine.met, negated(each.met)])
            and setting.impossible([each.refuted, negated(mine.refuted)])
            and (place < number or not setting.impossible([each.met, negated(mine.met)]))
        ]
        if not wider:
            return None
        later = wider
    setting = asked.settings[0]
    mine_, other = judged(parts[number], setting.scope), judged(parts[later[0]], setting.scope)
    return codes.IDLE_LINE.at(
        parts[number].span,
        f"`{mine_.text}` makes no difference: whenever it is met, `{other.text}` is met too",
        related=[Related(other.span, "this requires less, and one of them is enough")],
        help="remove the line, or write what was meant",
        evidence=[
            proof(
                (
                    *told([mine_, other]),
                    *relations([mine_, other], asked.settings[0].names),
                    "the second is met whenever the first is",
                )
            )
        ],
    )


def lists_of(names: Names, empty: set[str]) -> Iterator[Asked]:
    """The lists of lines of tiers and segments, but for those that name a segment that no partner is in."""
    for asked in _lists(names):
        named = {each.text for line in asked.lines(asked.settings[0]) for each in names_in(line.line)}
        if not named & empty:
            yield asked


def _lists(names: Names) -> Iterator[Asked]:
    settings = settings_of(names)
    tiers = names.program.ladder.tiers[1:]
    common = len(names.program.ladder.common)
    tested = [_tested(each, tier) for tier in tiers for each in settings]
    for tier in tiers:
        own = frozenset(range(common, common + len(tier.requires)))
        yield Asked([each for each in tested if each.tier is tier], _of_tier, own)
    if tiers and common:
        yield Asked(tested, partial(_common, common), frozenset(range(common)), common=True)
    for segment in names.program.segments:
        yield Asked(settings, partial(_read, segment.when), frozenset(range(len(segment.when))))


def _tested(setting: Setting, tier: Tier) -> Setting:
    return replace(setting, scope=PartnerScope(setting.names, setting.era, tier.name), tier=tier)


def _of_tier(setting: Setting) -> Sequence[Judged]:
    return lines_of(setting.tier, setting.names, setting.era) if setting.tier else ()


def _common(count: int, setting: Setting) -> Sequence[Judged]:
    """The common lines, which come first."""
    return _of_tier(setting)[:count]


def _read(lines: Sequence[Requirement], setting: Setting) -> Sequence[Judged]:
    return [judged(each, setting.scope) for each in lines]


def never_met(names: Names, empty: set[str]) -> Iterator[Diagnostic]:
    """Segments that no partner is ever in, whose names are put into `empty`."""
    settings = settings_of(names)
    for segment in names.program.segments:
        asked = Asked(settings, partial(_read, segment.when), frozenset())
        if all(closed(asked, each) for each in settings):
            core = settings[0].smallest(spread(asked.lines(settings[0]), settings[0].scope))
            empty.add(segment.name)
            yield codes.NEVER_MET.at(
                segment.span,
                f"no partner is ever in `{segment.name}`: {excluded(core)}",
                related=places(core),
                help="change one of these lines, or remove the segment",
                evidence=[proof(never_together(core, names, settings[0].era))],
            )


def places(lines: Sequence[Judged]) -> list[Related]:
    """Lines as places beside a finding."""
    return [Related(each.span, "this line" if place == 0 else "and this") for place, each in enumerate(lines)]
