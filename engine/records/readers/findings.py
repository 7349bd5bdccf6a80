"""Findings about one source file: the first twenty are shown, the others counted."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.language.diagnostic import Code, Diagnostic, Related
from engine.language.source import Span
from engine.records import codes_readers as codes

SHOWN = 20


@dataclass
class Findings:
    """What is wrong with the file called `name` in the feed. Holds state: it grows while a file is read.

    `source` is the place of the file's source in the feed, where an encoding may be stated. `warnings` stop nothing.
    `columns` are faults of columns, with the names that the feed would read them by: whether they matter depends on
    the feed. `hidden`: there are hidden characters somewhere; which columns have them is seen when the rows are staged.
    With `set_aside`, a row of another length than the header is no finding: it is left out and is one of `rows`, with
    its line, what is wrong, and a cure. `lists` are those of objects that have no item in the list of `each`.
    """

    name: str
    source: Span | None = None
    shown: list[Diagnostic] = field(default_factory=list)
    columns: list[tuple[tuple[str, ...], Diagnostic]] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)
    hidden: bool = False
    set_aside: bool = False
    rows: list[tuple[int, str, str]] = field(default_factory=list)
    lists: set[str] = field(default_factory=set)
    _count: int = 0
    _next: Span | None = None

    def total(self) -> int:
        """How many findings were noted, shown or not."""
        return self._count

    @property
    def full(self) -> bool:
        """Whether further findings are only counted."""
        return len(self.shown) >= SHOWN

    @property
    def overfull(self) -> bool:
        """Whether the first finding that is not shown has its place: from now on only the number matters."""
        return self._next is not None

    def at(
        self, code: Code, place: Span | None, message: str, help: str = "", related: tuple[Related, ...] = ()
    ) -> None:
        """Note a finding at a place."""
        self._count += 1
        if not self.full:
            self.shown.append(code.at(place, message, help=help, related=related))
        elif self._next is None:
            self._next = place

    def of_column(
        self,
        names: tuple[str, ...],
        code: Code,
        place: Span,
        message: str,
        help: str,
        related: tuple[Related, ...] = (),
    ) -> None:
        """Note what is wrong with columns; without names, the feed cannot read them."""
        self.columns.append((names, code.at(place, message, help=help, related=related)))

    def more(self, count: int, line: int) -> None:
        """Note `count` findings that are not shown, the first of them on `line`."""
        if count:
            self._count += count
            self._next = self._next or self.place(line, 1)

    def place(self, line: int, column: int, end_column: int = 0) -> Span:
        """A place in one line of the source file; one character wide if nothing else is said."""
        return Span(self.name, line, column, line, max(end_column, column + 1))

    def all(self) -> tuple[Diagnostic, ...]:
        """The findings in the order met, closed by how many more there are; then warnings."""
        return (*self._errors(), *self.warnings)

    def _errors(self) -> tuple[Diagnostic, ...]:
        hidden = self._count - len(self.shown)
        if not hidden:
            return tuple(self.shown)
        what = "finding" if hidden == 1 else "findings"
        return (*self.shown, codes.MORE.at(self._next, f"and {hidden:,} more {what} in `{self.name}`"))
