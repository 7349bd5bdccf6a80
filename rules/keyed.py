"""What has a value for each of its keys: the values that a name asks for, and what is wrong with others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, permutations, product

from engine.language import syntax
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.near import MOST_NAMES, close_names
from engine.language.program import Program
from engine.language.tokens import can_follow_dot

Values = tuple[str, ...]

MOST_SWAPPED = 4  # keys of which all orders are tried, for a message


@dataclass(frozen=True, slots=True)
class Keyed:
    """A name that is read at a value of each of its keys, in the order of `per`.

    `said` is how expressions name it: `sold`, `benefits.margin`. `keys` are its choices, each with its values.
    """

    said: str
    keys: tuple[tuple[str, Values], ...]

    def values(self, written: Values, at_hand: Mapping[str, str]) -> Values | None:
        """The values written behind dots, else the current ones; None if a key has none, or not one of its own."""
        found = written or tuple(at_hand[key] for key, _ in self.keys if key in at_hand)
        return found if self._fits(found) else None

    @property
    def example(self) -> str:
        """A name that reads it; "" where no name can, because a choice has no value that is a word."""
        return next(self._names(words for _, words in self.keys), "")

    def unknown(self, name: syntax.Name, written: Values) -> Diagnostic:
        """The finding about values behind dots that are not one of each key."""
        keys = " and ".join(key for key, _ in self.keys)
        if len(written) != len(self.keys):
            message = f"`{name.text}` does not name one value for each {keys}"
            order = " in this order, " if len(self.keys) > 1 else " "
            help = f"write one value for each,{order}such as `{self.example}`" if self.example else self._unreadable
            return meaning.UNKNOWN_NAME.at(name.span, message, help=help)
        swapped = self._swapped(written)
        if swapped:
            help = f"write the values in the order of `per`, {keys}: `{swapped}`"
            return meaning.UNKNOWN_NAME.at(name.span, f"unknown name `{name.text}`", help=help)
        wrong = [place for place, value in enumerate(written) if value not in self.keys[place][1]]
        said = ""
        if len(self.keys) > 1:
            said = ": " + " and ".join(f"`{written[each]}` is not a value of `{self.keys[each][0]}`" for each in wrong)
        return meaning.UNKNOWN_NAME.at(
            name.span, f"unknown name `{name.text}`{said}", help=self._cure(written, wrong) or self._unreadable
        )

    def _fits(self, values: Values) -> bool:
        pairs = zip(values, self.keys, strict=False)
        return len(values) == len(self.keys) and all(value in words for value, (_, words) in pairs)

    def _cure(self, written: Values, wrong: list[int]) -> str:
        """The names that may be meant; "" if no name reads it."""
        near = {each: close_names(written[each], [*filter(can_follow_dot, self.keys[each][1])]) for each in wrong}
        asked = [
            (value,) if place not in near else near[place] or self.keys[place][1] for place, value in enumerate(written)
        ]
        found = [f"`{each}`" for each in islice(self._names(asked), MOST_NAMES + 1)]
        if not found:
            return ""
        if all(near.values()):
            return f"did you mean {' or '.join(found[:2])}?"
        return f"choose one of: {', '.join(found[:MOST_NAMES])}" + (", ..." if len(found) > MOST_NAMES else "")

    def _names(self, asked: Iterable[Iterable[str]]) -> Iterator[str]:
        """The names that read it at these values; a value that is not a word can stand behind no dot."""
        return (".".join((self.said, *each)) for each in product(*(filter(can_follow_dot, words) for words in asked)))

    def _swapped(self, written: Values) -> str:
        """The name with the same values in the order of the keys; "" if they fit in no order."""
        if len(written) > MOST_SWAPPED:
            return ""
        return next((".".join((self.said, *each)) for each in permutations(written) if self._fits(each)), "")

    @property
    def _unreadable(self) -> str:
        key = next(key for key, words in self.keys if not any(map(can_follow_dot, words)))
        return f"no value of `{key}` can stand behind a dot: read it where `{key}` is under `per`"


def keyed_of(said: str, per: Values, program: Program) -> Keyed:
    """A name whose keys are choices of the program."""
    return Keyed(said, tuple((each, program.dimension(each)) for each in per))
