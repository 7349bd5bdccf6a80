"""The search for examples, loaded when the first finding needs one: most programs need none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from engine.analysis.formula import Formula
from engine.analysis.names import Era, Names
from engine.language.catalogue import Catalogue
from engine.language.diagnostic import Evidence

if TYPE_CHECKING:
    from engine.analysis.examples import Examples


@dataclass
class Search:
    """Looks for examples in one program."""

    names: Names
    catalogue: Catalogue

    @cached_property
    def examples(self) -> Examples:
        """Where examples are made and confirmed."""
        from engine.analysis.examples import Examples

        return Examples(self.names, self.catalogue)

    def tiers(self, title: str, formulas: Sequence[Formula], era: Era, claim: Mapping[str, str]) -> list[Evidence]:
        """An example in which the lines of tiers come out as claimed; nothing where none was found."""
        from engine.analysis.examples import example, tiers

        case = self.examples.of(title, formulas, era, lambda plan: tiers(claim))
        return [example(case, self.names)] if case is not None else []
