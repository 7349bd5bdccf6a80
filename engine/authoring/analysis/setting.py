"""Where lines are judged: an era and its names, with what is true there anyway."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.authoring.analysis.expressions import Scope
from engine.authoring.analysis.formula import Formula
from engine.authoring.analysis.lines import impossible
from engine.authoring.analysis.names import Era, Names, PartnerScope
from engine.authoring.analysis.values import Judged
from engine.language.program import Tier


@dataclass(frozen=True)
class Setting:
    """One era of a program, with the scope its lines are read in; `tier` is the tier whose lines are judged."""

    names: Names
    era: Era
    scope: Scope
    tier: Tier | None = None

    def impossible(self, formulas: Iterable[Formula]) -> bool:
        """Whether it is proved that the formulas are never true together here."""
        return impossible(formulas, self.names, self.era)

    def smallest(self, lines: Sequence[Judged]) -> list[Judged]:
        """As few of the lines as already exclude each other here."""
        kept = list(lines)
        for each in list(lines):
            fewer = [other for other in kept if other is not each]
            if self.impossible(other.condition.met for other in fewer):
                kept = fewer
        return kept


def settings_of(names: Names) -> list[Setting]:
    """The eras of a program, with the names of a partner."""
    return [Setting(names, era, PartnerScope(names, era)) for era in names.eras]
