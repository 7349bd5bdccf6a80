"""The search for examples, loaded when the first finding needs one: most programs need none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from engine.authoring.analysis.formula import Formula
from engine.authoring.analysis.names import Era, Names, Place
from engine.authoring.analysis.worth import Words, cases_of, may_pay, together
from engine.compiler.workbench import Workbench
from engine.language.catalogue import Catalogue
from engine.language.diagnostic import Evidence
from engine.language.program import Incentive, Program

if TYPE_CHECKING:
    from engine.authoring.analysis.examples import Examples
    from engine.authoring.cases.model import Case


MOST_TRIED = 4  # combinations of dimensions to try; if one pays, it is usually among the first


def _paying(incentive: Incentive, names: Names) -> tuple[Words, ...]:
    """The cases in which an incentive may pay."""
    return tuple(each for each in cases_of(incentive, names) if may_pay(incentive, names, each))


@dataclass
class Search:
    """Looks for examples in one program."""

    names: Names
    program: Program  # as amended; `names` may be of the rules before
    catalogue: Catalogue[Workbench]

    @cached_property
    def examples(self) -> Examples:
        """Where examples are made and confirmed."""
        from engine.authoring.analysis.examples import Examples

        return Examples(self.names, self.program, self.catalogue)

    def tiers(self, title: str, formulas: Sequence[Formula], era: Era, claim: Mapping[str, str]) -> list[Evidence]:
        """An example in which the lines of tiers come out as claimed; nothing where none was found."""
        from engine.authoring.analysis.examples import example, tiers

        case = self.examples.of(title, formulas, era, lambda plan: tiers(claim))
        return [example(case, self.names)] if case is not None else []

    def standing(
        self, title: str, formulas: Sequence[Formula], era: Era, place: Place, held: str, missed: tuple[str, int]
    ) -> list[Evidence]:
        """An example that holds a tier of a designation and does not meet one line of another, by its number."""
        from engine.authoring.analysis.examples import example, standing

        case = self.examples.of(title, formulas, era, lambda plan: standing(place, held, missed, plan))
        return [example(case, self.names)] if case is not None else []

    def paying(self, title: str, incentives: Sequence[Incentive]) -> list[Evidence]:
        """An example of one record for which all of the incentives pay."""
        from engine.authoring.analysis.events import paying_cases
        from engine.authoring.analysis.examples import example

        words = list(islice(together(_paying(each, self.names) for each in incentives), MOST_TRIED))
        case = next(paying_cases(self.examples, title, incentives, words), None)
        return [example(case, self.names)] if case is not None else []

    def edge(self, incentive: Incentive, edge: Fraction, step: Fraction, words: Words) -> list[Evidence]:
        """Two cases, what is earned one step below an edge and at it; nothing where the first is not more.

        The partner and the record have these words in the dimensions that values go by.
        """
        from engine.authoring.analysis.events import paying_cases
        from engine.authoring.analysis.examples import example

        found: list[Case] = []
        for name, measure in (("just below the edge", edge - step), ("at the edge", edge)):
            cases = paying_cases(self.examples, f"{incentive.name} {name}", (incentive,), (words,), measure)
            case = next(cases, None)
            if case is None:
                return []
            found.append(case)
        below, at = (each.expected[0].answer for each in found)
        if not (isinstance(below, Decimal) and isinstance(at, Decimal) and below > at):
            return []
        return [Evidence("example", "\n".join(example(each, self.names).text for each in found))]
