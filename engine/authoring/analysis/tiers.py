"""Tiers that no partner can reach or hold, and tiers that are easier than the one below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from engine.authoring.analysis import codes
from engine.authoring.analysis.deciding import linked, places
from engine.authoring.analysis.formula import Formula, negated, variables_in
from engine.authoring.analysis.laddering import Falling, falling_thresholds
from engine.authoring.analysis.lines import (
    applying,
    condition_of_word,
    impossible,
    is_closed,
    judged,
    lines_of,
    rung,
    spread,
)
from engine.authoring.analysis.measured import rendered
from engine.authoring.analysis.names import Era, Names, PartnerScope, Place
from engine.authoring.analysis.proofs import excluded, never_together, proof, sentence
from engine.authoring.analysis.searching import Search
from engine.authoring.analysis.setting import Setting
from engine.authoring.analysis.values import Judged
from engine.calendar import say_days
from engine.language.codes import meaning
from engine.language.diagnostic import Code, Diagnostic, Evidence, Related
from engine.language.program import Ladder as Tiers
from engine.language.program import Tier

MOST_SCOPES = 2  # of a designation that are looked at: the lines of all are the same, and mostly what they read is too


@dataclass
class Ladder:
    """What was proved of the tiers so far."""

    names: Names
    search: Search
    closed: set[tuple[str, str]] = field(default_factory=set)  # (ladder, tier)
    easier: set[tuple[str, str, str]] = field(default_factory=set)  # (ladder, tier, a lower one)

    @property
    def unreachable(self) -> set[str]:
        """The tiers that no partner can reach."""
        return {tier for ladder, tier in self.closed if not ladder}

    def findings(self) -> Iterator[Diagnostic]:
        """All findings about tiers, and about the ladders of designations."""
        for ladder in self.names.program.ladders:
            yield from self._unreachable(ladder)
            yield from self._falling(ladder)
            yield from self._skipping(ladder)
            yield from self._never_held(ladder)

    def _unreachable(self, ladder: Tiers) -> Iterator[Diagnostic]:
        """A tier that is closed in all scopes: in some of them, it may be meant."""
        scopes = self._scopes(ladder)
        for tier in ladder.tiers[1:]:
            closed = [era for era in self.names.eras if all(is_closed(tier, self.names, era, each) for each in scopes)]
            named = _named(ladder, tier)
            if len(closed) == len(self.names.eras):
                self.closed.add((ladder.name, tier.name))
                yield self._told(tier, closed, scopes[0], codes.UNREACHABLE_TIER, f"no partner can reach {named}: ")
            elif closed:
                days = " and ".join(say_days(one.start, two.before) for one, two in _joined(closed))
                message = f"no partner can reach {named} {days}: then "
                yield self._told(tier, closed, scopes[0], codes.CLOSED_FOR_A_TIME, message)

    def _scopes(self, ladder: Tiers) -> list[Place]:
        """The ladder in each of its scopes: one, if it has no `per`."""
        scopes = self.names.program.scopes(ladder.per)
        return [Place(ladder.name, tuple(zip(ladder.per, each, strict=True))) for each in scopes]

    def _told(self, tier: Tier, closed: Sequence[Era], place: Place, code: Code, message: str) -> Diagnostic:
        setting = Setting(self.names, closed[0], PartnerScope(self.names, closed[0], tier.name, place=place))
        asked = [*applying(self.names, closed[0], place), *lines_of(tier, self.names, closed[0], place)]
        core = setting.smallest(spread(asked, setting.scope))
        what = "designation" if self.names.ladder(place).plain else "tier"
        return code.at(
            tier.span,
            message + excluded(core),
            related=places(core),
            help=f"change one of these lines, or remove the {what}",
            evidence=[proof(never_together(core, self.names, closed[0]))],
        )

    def _falling(self, ladder: Tiers) -> Iterator[Diagnostic]:
        """A falling threshold, unless other lines of the higher tier make such a partner impossible."""
        for each in falling_thresholds(self.names.program, ladder):
            if (ladder.name, each.tier) in self.closed:
                continue
            scopes = self._scopes(ladder)[:MOST_SCOPES]
            found = [self._example(each, era, place) for place in scopes for era in self.names.eras]
            possible = [evidence for evidence in found if evidence is not None]
            if possible:
                self.easier.add((ladder.name, each.tier, each.lower))
                yield _easier(each, next(filter(None, possible), []))

    def _example(self, falling: Falling, era: Era, place: Place) -> list[Evidence] | None:
        """A partner that meets the higher tier and not the line of the lower one; None if there is none."""
        tiers = {each.name: each for each in self.names.ladder(place).tiers}
        tier, lower = tiers[falling.tier], tiers[falling.lower]
        own = [*lines_of(tier, self.names, era, place), *applying(self.names, era, place)]
        formulas = [*(each.condition.met for each in own), *self._refuted(falling, era, place)]
        if impossible(formulas, self.names, era):
            return None
        asked = [each.line for each in lines_of(lower, self.names, era, place)]
        return self._without(tier, (lower.name, asked.index(falling.line)), formulas, era, place)

    def _refuted(self, falling: Falling, era: Era, place: Place) -> Iterator[Formula]:
        """The lower tier's line is not met, where the parameter's other dimensions have these words."""
        scope = PartnerScope(self.names, era, falling.lower, place=place)
        yield judged(falling.line, scope).condition.refuted
        yield from (condition_of_word(name, word, scope) for name, word in falling.words)

    def _skipping(self, ladder: Tiers) -> Iterator[Diagnostic]:
        """A tier that a partner can meet without meeting the tier below."""
        scopes = self._scopes(ladder)[:MOST_SCOPES]
        for lower, tier in pairwise(ladder.tiers[1:]):
            if self._is_told(ladder, tier, lower):
                continue
            found = (
                self._skipped(tier, lower, era, place)
                for place in scopes
                for era in dict.fromkeys((self.names.eras[0], self.names.eras[-1]))
            )
            yield from islice((each for each in found if each is not None), 1)

    def _is_told(self, ladder: Tiers, tier: Tier, lower: Tier) -> bool:
        """Whether another finding is about the two tiers."""
        closed = {(ladder.name, tier.name), (ladder.name, lower.name)} & self.closed
        return (ladder.name, tier.name, lower.name) in self.easier or bool(closed)

    def _skipped(self, tier: Tier, lower: Tier, era: Era, place: Place) -> Diagnostic | None:
        own = [*lines_of(tier, self.names, era, place), *applying(self.names, era, place)]
        asked = lines_of(lower, self.names, era, place)
        missed = {number: each for number, each in enumerate(asked) if not self._implied(each, own, era)}
        for number, line in missed.items():
            formulas = [*(each.condition.met for each in own), line.condition.refuted]
            evidence = self._without(tier, (lower.name, number), formulas, era, place)
            if evidence:
                return codes.SKIPPED_TIER.at(
                    tier.span,
                    f"a partner can meet {_named(self.names.ladder(place), tier)} and not `{lower.name}` below it",
                    related=[Related(each.span, f"`{tier.name}` can be met without this") for each in missed.values()],
                    help=self._cure_of_skipping(self.names.ladder(place), tier, lower, [*missed.values()]),
                    evidence=evidence,
                )
        return None

    def _without(
        self, tier: Tier, missed: tuple[str, int], formulas: Sequence[Formula], era: Era, place: Place
    ) -> list[Evidence]:
        """An example that meets a tier but not one line of the tier below. A case shows of a designation what is held,
        so no higher tier may be met.
        """
        title = f"{tier.name} without {missed[0]}"
        if not place.ladder:
            return self.search.tiers(title, formulas, era, {tier.name: "met", missed[0]: "not_met"})
        tiers = self.names.ladder(place).tiers
        above = tiers[tiers.index(tier) + 1 :]
        unmet = (negated(rung(each, self.names, era, place).met) for each in above)
        return self.search.standing(title, [*formulas, *unmet], era, place, tier.name, missed)

    def _cure_of_skipping(self, ladder: Tiers, tier: Tier, lower: Tier, missed: Sequence[Judged]) -> str:
        """What makes a tier require the missed lines: they are the lower tier's own, its invitation, or by tier."""
        lines = [each.line for each in missed]
        said = {rendered(each) for each in ladder.lines_of(tier)}
        if any(each in lines and rendered(each) not in said for each in lower.requires):
            return f"repeat the line under `{tier.name}`, or write `cumulative: true` beside `ladder`"
        if None in lines:
            return f"write `by_invitation: true` under `{tier.name}`, too"
        return f"ask for at least as much of `{tier.name}` as of `{lower.name}`"

    def _implied(self, line: Judged, lines: Sequence[Judged], era: Era) -> bool:
        """Whether a line is never refuted where the others are met: first by the few that are about the same."""
        about = frozenset(variables_in(line.condition.met))
        alike = [each for each in lines if frozenset(variables_in(each.condition.met)) == about]
        near = [each for each in lines if linked(line, each)]
        tried: list[list[Judged]] = []
        for some in (alike, near, list(lines)):
            if some and some not in tried:
                if impossible([line.condition.refuted, *(each.condition.met for each in some)], self.names, era):
                    return True
                tried.append(some)
        return False

    def _never_held(self, ladder: Tiers) -> Iterator[Diagnostic]:
        """A tier whose lines always give a higher one as well; a plain designation has no tiers to pass.

        The lowest may be there for its name only, where `applies_to` chooses who has more.
        """
        tiers, scopes = () if ladder.plain else ladder.tiers, self._scopes(ladder)
        for rank, tier in enumerate(tiers[:-1]):
            above = tiers[rank + 1 :]
            if ladder.applies_to and not rank:
                continue
            if (ladder.name, tier.name) in self.closed or any(
                (ladder.name, each.name, tier.name) in self.easier for each in above
            ):
                continue
            if all(self._passed(tier, above, era, place) for place in scopes for era in self.names.eras):
                names = " or ".join(f"`{each.name}`" for each in above)
                who = f"every partner that meets `{tier.name}`" if rank else "every partner"
                who += " to whom it applies" if ladder.applies_to else ""
                yield codes.NEVER_HELD.at(
                    tier.span,
                    f"no partner holds {_named(ladder, tier)}: {who} also meets {names}",
                    related=[Related(above[0].span, f"this requires no more than `{tier.name}`")],
                    help="make the higher tier require more, or remove one of the two",
                    evidence=[proof(self._why_passed(tier, above, scopes[0]))],
                )

    def _why_passed(self, tier: Tier, above: Sequence[Tier], place: Place) -> Iterator[str]:
        era = self.names.eras[0]
        yield from (sentence(line) for line in applying(self.names, era, place))
        for each in (tier, *above):
            lines = lines_of(each, self.names, era, place)
            asked = "; ".join(sentence(line) for line in lines)
            yield f"`{each.name}`: " + (asked or "no requirements")
        yield f"every partner that meets the first also meets {'one of the others' if len(above) > 1 else 'the second'}"

    def _passed(self, tier: Tier, above: Sequence[Tier], era: Era, place: Place) -> bool:
        applies = [each.condition.met for each in applying(self.names, era, place)]
        met, higher = rung(tier, self.names, era, place).met, [lines_of(each, self.names, era, place) for each in above]
        for line in range(
            len(self.names.ladder(place).common)
        ):  # who misses a line misses its tier: that is less to try
            missed = [negated(lines[line].condition.met) for lines in higher]
            if not impossible([*applies, met, *missed], self.names, era):
                return False
        missed = [negated(rung(each, self.names, era, place).met) for each in above]
        return impossible([*applies, met, *missed], self.names, era)


def _named(ladder: Tiers, tier: Tier) -> str:
    """A tier with its designation, or a designation that is held or not."""
    if ladder.plain:
        return f"`{ladder.name}`"
    return f"`{tier.name}` of `{ladder.name}`" if ladder.name else f"`{tier.name}`"


def _joined(eras: Sequence[Era]) -> list[tuple[Era, Era]]:
    """Eras that follow each other, as first and last."""
    found: list[tuple[Era, Era]] = []
    for each in eras:
        if found and found[-1][1].before == each.start:
            found[-1] = (found[-1][0], each)
        else:
            found.append((each, each))
    return found


def _easier(falling: Falling, evidence: list[Evidence]) -> Diagnostic:
    return meaning.EASIER_TIER.at(
        falling.span,
        f"`{falling.tier}` requires less `{falling.measure}` than the lower tier `{falling.lower}`",
        label="less than the lower tier",
        related=[Related(falling.lower_span, f"what `{falling.lower}` requires")],
        help="raise the threshold from tier to tier",
        evidence=evidence,
    )
