"""What `rung diff` has to show, before it takes a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from cli.render.record_changes import say_records_changed
from cli.sides import DATE, RECORDS, RUN

if TYPE_CHECKING:
    from cli.sides import Ground, Side
    from engine.authoring.diff.change import Change
    from engine.impact.measure import Measured
    from engine.impact.model import EarningChange, Grant, Impact, Move, Standing, Step
    from engine.language.source import Span
    from engine.records.changes import TableChange

NOBODY = "(not there)"  # where a partner is on one side only


@dataclass(frozen=True, slots=True)
class View:
    """Both sides, what changed, and the impact where there are records."""

    sides: tuple[Side, Side]
    changes: tuple[Change, ...]
    ground: Ground | None
    measured: Measured | None
    top: int
    findings: list[dict[str, object]] = field(default_factory=list)
    records: tuple[TableChange, ...] = ()  # what differs between the records of both sides

    @property
    def impact(self) -> Impact | None:
        """The impact but for the movers."""
        return self.measured.impact if self.measured is not None else None

    @property
    def differs(self) -> bool:
        """Whether there is any change."""
        return bool(self.changes or self.records or self.other_day) or (
            self.impact is not None and not self.impact.is_nothing
        )

    @property
    def other_day(self) -> str:
        """That both sides are judged on other days; "" where they are not."""
        if self.ground is None or self.ground.old[1] == self.ground.new[1]:
            return ""
        return f"the day judged is {self.ground.new[1]}, was {self.ground.old[1]}"

    @property
    def runs(self) -> tuple[str, str]:
        """The runs of both sides; "" if there is none: no records, or a program on days on which it is not in force."""
        if self.measured is None:
            return ("", "")
        ends = (self.measured.results[0], self.measured.results[-1])
        old, new = (each.stage.folder.name if each.stage.folder.name.startswith(RUN) else "" for each in ends)
        return old, new

    @property
    def deciding(self) -> tuple[Change, ...]:
        """Changes that decisions may depend on."""
        return tuple(each for each in self.changes if each.decides)

    @property
    def labels(self) -> tuple[Change, ...]:
        """Changes that decide nothing: titles, reasons, bookkeeping."""
        return tuple(each for each in self.changes if not each.decides)

    def told(self, changes: Iterable[Change]) -> tuple[tuple[Change, str], ...]:
        """What one edit made once, with the sentence; copies of a metric are named beside the first."""
        from engine.authoring.diff.edits import edits

        return tuple((first, sentence_of(first, others)) for first, *others in edits(changes))

    def moves(self, limit: int | None = None) -> Iterator[Move]:
        """Movers in order."""
        from engine.impact.moves import read_moves

        if self.measured is not None:
            yield from read_moves(self.measured, limit)

    def earnings(self, limit: int | None = None) -> Iterator[EarningChange]:
        """Each earning that differs, the largest change first."""
        from engine.impact.moves import read_earnings

        if self.measured is not None:
            yield from read_earnings(self.measured, limit)

    def line(self, span: Span | None, side: int) -> str:
        """The line of a file at a place, without the spaces around it."""
        if span is None:
            return ""
        data = self.sides[side].sources.get(span.file, b"")
        lines = data.decode("utf-8", "replace").splitlines()
        return lines[span.line - 1].strip() if 0 < span.line <= len(lines) else ""

    def because(self, each: EarningChange) -> str:
        """The changes that make an earning another one; of several, with what each adds."""
        assert self.impact is not None
        said = [(" and ".join(self.step_words(self.impact.steps[step - 1])), part) for step, part in each.causes]
        if len(said) == 1:
            return said[0][0]
        return "; ".join(f"{words} ({'undecided' if part is None else signed(part)})" for words, part in said)

    def step_words(self, step: Step) -> tuple[str, ...]:
        """What a step changes, as sentences."""
        assert self.ground is not None
        mine = [each for each in self.changes if each.clause in step.clauses and each.decides]
        words = [sentence for _, sentence in self.told(mine)]
        if DATE in step.clauses:
            words.append(self.other_day)
        if RECORDS in step.clauses:
            words.append(say_records_changed(self.records))
        return tuple(words)


def signed(amount: Decimal | int) -> str:
    """A change with its sign; a real minus, as long as a figure.

    >>> signed(Decimal("1200.50")), signed(-3), signed(Decimal("0.00"))
    ('+1,200.50', '-3', '0.00')
    """
    return f"{amount:+,}" if amount else f"{abs(amount):,}"


def sentence_of(first: Change, others: Sequence[Change]) -> str:
    """The sentence of an edit: that of the first metric, and the names of its copies."""
    if not others:
        return first.sentence
    names = [f"`{each.path.split('.')[1]}`" for each in others]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{first.sentence}; the same holds for {listed}"


def moved_text(step: Step) -> str:
    """The partners that a step moves: `3 up, 1 down`, or `nobody`; `nothing` if it changes no decision on this day."""
    if step.alike:
        return "nothing"
    designations = (f"{each.designation}: {_standing(each)}" for each in step.designations)
    return "; ".join(filter(None, (_ways(step, "neither"), *designations))) or "nobody"


def _ways(moved: Step | Standing, other: str) -> str:
    counts = ((moved.up, "up"), (moved.down, "down"), (moved.other, other))
    return ", ".join(f"{count:,} {word}" for count, word in counts if count)


def _standing(moved: Standing) -> str:
    before, after = moved.undecided_before, moved.undecided_after
    undecided = "" if before == after else f"{before:,} -> {after:,} undecided"
    return ", ".join(filter(None, (_ways(moved, "applies on one side only"), undecided)))


STANDING_COLUMNS = ("designation", "before", "after", "partners")


def standing_rows(impact: Impact) -> tuple[tuple[str, ...], ...]:
    """The rows of a table of designations: how many partners went from which level to which, and the undecided."""
    rows: list[tuple[str, ...]] = []
    for each in impact.designations:
        rows += [
            (each.designation, level_word(flow.before), level_word(flow.after), f"{flow.partners:,}")
            for flow in each.flows
            if flow.before != flow.after
        ]
        if each.undecided_before != each.undecided_after:
            counts = (f"{each.undecided_before:,} undecided", f"{each.undecided_after:,} undecided")
            rows.append((each.designation, *counts, ""))
    return tuple(rows)


def level_word(level: str | None) -> str:
    """A level of a designation as people read it; words where it does not apply."""
    return "(does not apply)" if level is None else level.replace("_", " ")


def money_text(step: Step) -> str:
    """What a step costs, incentive by incentive."""
    return ", ".join(f"{name} {signed(change)} {currency}" for name, currency, change in step.money)


def grants_text(step: Step) -> str:
    """What a step gives and takes: `discount: 3 lose it, 38 get another value`."""
    return "; ".join(f"{each.benefit}: {_granted(each)}" for each in step.grants)


def _granted(grant: Grant) -> str:
    ways = (
        (grant.gained, "gains it", "gain it"),
        (grant.lost, "loses it", "lose it"),
        (grant.changed, "gets another value", "get another value"),
    )
    return ", ".join(f"{count:,} {one if count == 1 else many}" for count, one, many in ways if count)


UNDECIDED = "undecided"


def earned_cells(each: EarningChange, form: Callable[[Decimal], str]) -> tuple[str, str]:
    """What an earning came to before and after; empty where a side does not have it."""
    sides = ((each.before, each.undecided_before), (each.after, each.undecided_after))
    before, after = (UNDECIDED if is_open else "" if amount is None else form(amount) for amount, is_open in sides)
    return before, after


def tier_word(tier: str | None) -> str:
    """A tier, or words for none."""
    return NOBODY if tier is None else tier


def title_of(side: Side) -> str:
    """A side in a few words: `summit 2026`."""
    return f"{side.program.family} {side.program.edition}"


def place_of(side: Side) -> str:
    """Where a side comes from: its file, or its run."""
    return side.run.id if side.run is not None else side.name


def amount_text(amount: Decimal | None) -> str:
    """An amount, or words for none."""
    return "none" if amount is None else f"{amount:,}"
