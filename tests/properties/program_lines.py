"""Random conditions and formulas over known names, with thresholds drawn from values seen under those names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TypeGuard

from engine.plan.scalar import Value
from engine.types import Kind, Type
from tests.properties.program_text import Tree

ORDER = ("<", "<=", ">", ">=")
NUMBERS = (Kind.INTEGER, Kind.NUMBER)
LARGEST = 10**12  # a literal has fewer digits than a sum may have
FEW_DIGITS = 20  # two of these can be divided, and the ratio compared, within 38 digits


@dataclass(frozen=True)
class Known:
    """A name with its type, and values it has or might have."""

    name: str
    type: Type
    values: tuple[Value, ...] = ()

    @property
    def present(self) -> tuple[Value, ...]:
        """The values that are there."""
        return tuple(each for each in self.values if each is not None)


@dataclass
class Lines:
    """Draws conditions over `names`; `nowhere_tier` and friends are added by the caller as names."""

    random: Random
    currency: str
    scale: int
    names: Sequence[Known]
    days: tuple[date, ...]
    parameters: Sequence[Known] = field(default_factory=tuple)
    today: bool = True  # whether `as_of` may be read

    def requirements(self, least: int = 1, most: int = 3) -> list[Tree]:
        """Some lines, all of which must hold."""
        return [self.requirement(2) for _ in range(self.random.randint(least, most))]

    def requirement(self, depth: int) -> Tree:
        """A line or a group of lines."""
        if depth == 0 or self.random.random() < 0.65:
            return self.line()
        lines = [self.requirement(depth - 1) for _ in range(self.random.randint(1, 3))]
        form = self.random.choice(("all", "any", "none", "at_least"))
        if form == "at_least":
            return {"at_least": str(self.random.randint(1, len(lines))), "of": lines}
        return {form: lines}

    def line(self) -> str:
        """One expression: mostly a comparison, at times several with and, or, not."""
        pick = self.random.random()
        if pick < 0.12:
            return f"{self.atom()} {self.random.choice(('and', 'or'))} {self.atom()}"
        if pick < 0.18:
            return f"not ({self.atom()} {self.random.choice(('and', 'or'))} {self.atom()})"
        return self.atom()

    def atom(self) -> str:
        """A comparison, membership, range, test for missing, or a name that is true or false."""
        if self.random.random() < 0.12:
            return self._calculated()
        known = self.random.choice(self.names)
        if self.random.random() < 0.07:
            return f"{known.name} is {self.random.choice(('', 'not '))}missing"
        match known.type.kind:
            case Kind.BOOLEAN:
                return self.random.choice((known.name, f"not {known.name}", f"{known.name} is true"))
            case Kind.CHOICE | Kind.TEXT | Kind.ID:
                return self._word_line(known)
        return self._number_line(known)

    def _word_line(self, known: Known) -> str:
        pick = self.random.randrange(5)
        ordered = known.type.kind is Kind.CHOICE and known.type.ordered
        if pick == 0:
            verb = self.random.choice(("in", "not in"))
            return f"{known.name} {verb} [{self.literal(known)}, {self.literal(known)}]"
        if pick == 1 and ordered:
            return f"{known.name} between {self.literal(known)} and {self.literal(known)}"
        if pick == 2 and ordered:
            return f"{known.name} {self.random.choice(ORDER)} {self.literal(known)}"
        if pick == 3:
            others = [each for each in self.names if each.type.kind is known.type.kind is not Kind.CHOICE]
            if others:
                return f"{known.name} is {self.random.choice(others).name}"
        return f"{known.name} {self.random.choice(('is', 'is not'))} {self.literal(known)}"

    def _number_line(self, known: Known) -> str:
        pick = self.random.randrange(10)
        if pick == 0:
            return f"{known.name} between {self.literal(known)} and {self.literal(known)}"
        if pick == 1 and known.type.kind is not Kind.DATE:
            return f"{known.name} in [{self.literal(known)}, {self.literal(known)}]"
        if pick == 2:
            return f"{known.name} {self.random.choice(('is', 'is not'))} {self.literal(known)}"
        right = self.literal(known)
        if pick == 3 and not known.type.ratio:
            right = self.random.choice(self.alike(known)).name
        if pick == 4:
            return f"{right} {self.random.choice(ORDER)} {known.name}"
        return f"{known.name} {self.random.choice(ORDER)} {right}"

    def alike(self, known: Known) -> list[Known]:
        """Names with which this one can be added and compared; itself among them."""
        mine = NUMBERS if known.type.kind in NUMBERS else (known.type.kind,)
        everything = [*self.names, *self.parameters]
        return [each for each in everything if each.type.kind in mine and not each.type.ratio] or [known]

    def _calculated(self) -> str:
        dates = [each for each in self.names if each.type.kind is Kind.DATE]
        if dates and self.random.random() < 0.45:
            call = self.random.choice(("days_between", "months_between"))
            other = self.random.choice([*(each.name for each in dates), *(["as_of"] * self.today)])
            count = self.random.choice((0, 1, 3, 12, 30, 365))
            return f"{call}({self.random.choice(dates).name}, {other}) {self.random.choice(ORDER)} {count}"
        formula = self.formula()
        if formula is None:
            now = Known("as_of", Type(Kind.DATE), self.days)
            return self._number_line(now if self.today else self.random.choice(dates))
        text, kind = formula
        return f"{text} {self.random.choice(ORDER)} {self.number(kind)}"

    def formula(self) -> tuple[str, Kind] | None:
        """A short formula over names, and the kind of its value; None where no name is a number."""
        plain = [
            each
            for each in self.names
            if each.type.is_numeric and not each.type.ratio and each.type.digits <= FEW_DIGITS
        ]
        if not plain:
            return None
        left = self.random.choice(plain)
        others = [each for each in self.alike(left) if each.type.digits <= FEW_DIGITS]
        right = self.random.choice(others or [left])
        kind = left.type.kind if left.type.kind is Kind.MONEY else Kind.NUMBER
        pick = self.random.randrange(9)
        forms = (
            f"{left.name} + {right.name}",
            f"{left.name} - {right.name}",
            f"{left.name} * {self.random.choice(('2', '0.5', '10%', '3'))}",
            f"min({left.name}, {right.name}, {self.number(left.type.kind)})",
            f"max({left.name}, {right.name})",
            f"abs({left.name} - {right.name})",
            f"-{left.name}",
        )
        if pick < len(forms):
            return forms[pick], kind
        if pick == 7:
            return f"({left.name} - {right.name}) / {right.name}", Kind.NUMBER
        return f"{left.name} / {right.name}", Kind.NUMBER

    def literal(self, known: Known) -> str:
        """A value of the name's type as a program writes it: often one that was seen, or next to one."""
        if known.type.is_textual:
            choices = known.type.values or known.present or ("alpha",)
            word = str(self.random.choice(choices))
            return word if known.type.kind is Kind.CHOICE else quoted(word)
        seen = self.random.choice(known.present) if known.present else None
        if known.type.kind is Kind.DATE:
            day = seen if isinstance(seen, date) and self.random.random() < 0.7 else self.random.choice(self.days)
            return str(day + timedelta(days=self.random.choice((0, 0, 0, -1, 1))))
        if is_small(seen) and self.random.random() < 0.9:
            return self.written(known.type.kind, self._near(Decimal(seen), known.type.kind))
        return self.number(known.type.kind)

    def _near(self, value: Decimal, kind: Kind) -> Decimal:
        scale = self.scale if kind is Kind.MONEY else max(0, -int(value.as_tuple().exponent))
        step = Decimal(self.random.choice((0, 0, 0, 0, 0, 0, 1, -1))).scaleb(-scale)
        return value + step

    def number(self, kind: Kind) -> str:
        """A plausible number of the kind."""
        if kind is Kind.MONEY:
            return self.written(kind, Decimal(self.random.choice((0, 1, 100, 250, 1000, 1500, 2000, 3000, -100))))
        return self.written(kind, Decimal(self.random.choice(("0", "1", "2", "3", "10", "0.5", "0.15", "100", "-1"))))

    def written(self, kind: Kind, value: Decimal) -> str:
        """The number as a program writes it."""
        if kind is Kind.MONEY:
            return f"{_shortest(value.quantize(Decimal(1).scaleb(-self.scale)))} {self.currency}"
        if value and abs(value) < 1 and self.random.random() < 0.5:
            return f"{_shortest(value * 100)}%"
        return _shortest(value)


def is_small(value: Value) -> TypeGuard[Decimal | int]:
    """Whether the value is a number that a program may write."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        return False
    return abs(Decimal(value)) < LARGEST


def _shortest(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quoted(text: str) -> str:
    """A text literal."""
    return "'" + text.replace("'", "''") + "'"
