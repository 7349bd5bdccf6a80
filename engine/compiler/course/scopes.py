"""The meaning of names in an incentive: in its rows, and in values read on the day a row is judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.compiler.expressions import BROKEN, Typed
from engine.compiler.frame import FrameScope
from engine.compiler.workbench import RowScope, Workbench
from engine.language import syntax
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.plan.scalar import Column, Literal, Scalar
from engine.types import BOOLEAN

OF_PARTNER = "partner."  # begins the name of a partner's field where a row has one of that name, too


@dataclass(slots=True)
class RecordScope(RowScope):
    """Names in the rows of an incentive.

    `as_of` is refused there: each later run would change what a past day earned.
    """

    def find(self, name: syntax.Name) -> Typed | None:
        """As in any row, but for `as_of`."""
        return None if name.text == "as_of" else RowScope.find(self, name)

    def refuse(self, name: syntax.Name) -> Diagnostic | None:
        """A finding: the day of the run cannot be used here."""
        if name.text == "as_of":
            return meaning.NOT_HERE.at(
                name.span,
                "`as_of` is not allowed in the records of an incentive: each later run would change what they earned",
                help="compare days of the record, such as `days_between(closed_on, recorded_on)`",
            )
        return RowScope.refuse(self, name)


@dataclass(slots=True)
class PartnerScope(FrameScope):
    """Names of a partner on a day on which an incentive is judged, as the pay of a period reads them."""

    def find(self, name: syntax.Name) -> Typed | None:
        """As for any partner; `partner.region` is its field `region`."""
        inner = syntax.Name(name.text.removeprefix(OF_PARTNER), name.span)
        return FrameScope.find(self, inner)


@dataclass(slots=True)
class JudgedScope:
    """Names in what a record is paid: of the row, and of its partner on the row's day.

    What is the partner's becomes a column of the frame that judges it, and `taken` names those columns, for
    the rows to take.
    """

    rows: RecordScope
    partner: PartnerScope
    owner: str
    taken: dict[str, Column] = field(default_factory=dict)
    gates: list[Scalar] = field(default_factory=list)

    @property
    def bench(self) -> Workbench:
        """The workbench."""
        return self.rows.bench

    @property
    def currency(self) -> str:
        """The program's currency."""
        return self.rows.currency

    @property
    def day(self) -> Typed | None:
        """The row's own day."""
        return self.rows.day

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding."""
        self.rows.report(diagnostic)

    def names(self) -> Iterator[str]:
        """All names, for suggestions."""
        yield from self.rows.names()
        yield from self.partner.names()

    def find(self, name: syntax.Name) -> Typed | None:
        """The value of a name in the row, else of the partner."""
        table = self.rows.rows.table
        if name.text.startswith(f"{table.name}."):
            return self.rows.find(syntax.Name(name.text.removeprefix(f"{table.name}."), name.span))
        definition = self.bench.definitions.get(name.text)
        if definition is not None and definition.rows == "*":  # a parameter may go by tier and by fields of the row
            self.bench.used.add(name.text)
            with self.bench.at(definition.span):
                typed = definition.build(self)
            return Typed(typed.scalar, typed.type, name.span) if typed else BROKEN
        found = None if self._is_partners(name.text) else self.rows.find(name)
        if found is None:
            return self._of_partner(name)
        if table.field(name.text) and self.partner.is_field(name.text) and name.text != table.partner:
            self.report(
                meaning.AMBIGUOUS_WORD.at(
                    name.span,
                    f"`{name.text}` is a field of both the record and its partner",
                    help=f"write `{table.name}.{name.text}` or `partner.{name.text}`",
                )
            )
            return BROKEN
        return found

    def _is_partners(self, name: str) -> bool:
        """Whether it says that it is the partner's: of the day judged, and not by the reference of the row."""
        declared = any(each.name == OF_PARTNER[:-1] for each in self.rows.rows.table.links)
        return name.startswith(OF_PARTNER) and not declared

    def refuse(self, name: syntax.Name) -> Diagnostic | None:
        """A finding: why a name has no meaning here."""
        return self.rows.refuse(name) if name.text == "as_of" else self.partner.refuse(name)

    def _of_partner(self, name: syntax.Name) -> Typed | None:
        if name.text == "as_of":
            return None
        found, gates = self.partner.find(name), self.partner.gates
        while gates:  # that a benefit is granted, as the rows take it
            self.gates.append(self.take(f"gate {len(gates)} of {name.text}", Typed(gates.pop(), BOOLEAN, name.span)))
        return found if found is None or found is BROKEN else Typed(self.take(name.text, found), found.type, name.span)

    def take(self, name: str, value: Typed) -> Scalar:
        """A value of the frame as a column that rows take; it is missing where the partner is not known."""
        if isinstance(value.scalar, Literal):
            return value.scalar
        column = self.partner.frame.derive(f"{self.owner}.reads {name}", value.scalar)
        self.taken[column.name] = Column(column.name, column.type, optional=True)
        return self.taken[column.name]
