"""`rung diff --html`: one page with the sentences, the picture of who moves, and what it costs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from cli.page.charts import Matrix, Pair, bar_chart, heat_matrix
from cli.page.flows import FlowChart, flow_chart
from cli.page.kit import render_page
from cli.render.diff_lists import by_change, reason_text
from cli.render.diff_view import (
    View,
    amount_text,
    grants_text,
    money_text,
    moved_text,
    place_of,
    signed,
    standing_rows,
    tier_word,
    title_of,
)
from cli.render.record_changes import record_lines, say_records_changed
from cli.words import counted

if TYPE_CHECKING:
    from cli.page.charts import BarChart
    from engine.authoring.diff.change import Change
    from engine.impact.model import Impact, Stake

Words = tuple[tuple[str, bool], ...]
"""A sentence in pieces; the second says whether a piece is code."""


@dataclass(frozen=True, slots=True)
class Code:
    """A line of a file, in pieces; the second says whether a piece is what differs."""

    place: str
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A change for the page."""

    kind: str
    words: Words
    was: Code | None
    now: Code | None


def render_diff_page(view: View) -> str:
    """The page as text."""
    old, new = view.sides
    return render_page(
        "diff.html",
        title=f"{title_of(new)}: what changes",
        heading=new.program.title or title_of(new),
        eyebrow=f"{title_of(old)} → {title_of(new)}",
        lead=_lead(view),
        sides=tuple((title_of(side), place_of(side)) for side in view.sides),
        told=tuple(_told(view, each, sentence) for each, sentence in view.told(view.deciding)),
        labels=tuple(_told(view, each, sentence) for each, sentence in view.told(view.labels)),
        records=tuple(record_lines(view.records)) if view.records else (),
        other_day=view.other_day,
        sections=tuple(_sections(view)),
        impact=None if view.impact is None else _impact(view, view.impact),
    )


def words_of(sentence: str) -> Words:
    """A sentence with its code set apart.

    >>> words_of("the 2% band of `volume_rebate` starts")
    (('the 2% band of ', False), ('volume_rebate', True), (' starts', False))
    """
    return tuple((text, bool(place % 2)) for place, text in enumerate(sentence.split("`")) if text)


def _lead(view: View) -> str:
    impact = view.impact
    told = len(view.told(view.deciding))
    said = [view.other_day, say_records_changed(view.records) if view.records else ""]
    meaning = f"{counted(told, 'change')} of meaning" if told or not any(said) else "the program is the same"
    changes = "; ".join([meaning, *filter(None, said)])
    changes = f"{changes[0].upper()}{changes[1:]}"
    if impact is None:
        return f"{changes}."
    everybody = counted(impact.partners_after, "partner")
    moves = f"{impact.movers:,} of {everybody} change tier, {impact.up:,} up and {impact.down:,} down"
    money = "".join(
        f"; payable {each.before:,} to {each.after:,} {each.currency} ({signed(each.change)})" for each in impact.totals
    )
    return f"{changes}: {moves}{money}."


def _sections(view: View) -> list[tuple[str, str]]:
    impact = view.impact
    found = [("changes", "What changes")]
    if impact is not None:
        found += [("moves", "Who changes tier")] if impact.flows else []
        found += [("designations", "Designations")] if standing_rows(impact) else []
        found += [("causes", "Effect of each change")] if len(impact.steps) > 1 else []
        found += [("money", "What it costs")] if impact.money else []
        found += [("stakes", "Winners and losers")] if impact.winners or impact.losers else []
        found += [("benefits", "Benefits")] if impact.grants else []
        found += [("movers", "Partners that change tier")] if impact.movers else []
    return found


def _told(view: View, change: Change, sentence: str) -> Told:
    texts = view.line(change.was, 0), view.line(change.now, 1)
    pieces = marked(*texts) if all(texts) else tuple(((text, False),) for text in texts)
    places = [None if span is None else f"{span.file}:{span.line}" for span in (change.was, change.now)]
    was, now = (None if place is None else Code(place, each) for place, each in zip(places, pieces, strict=True))
    return Told(change.kind.value, words_of(sentence), was, now)


TOKENS = re.compile(r"[\w.%]+(?: [A-Z]{3}\b)?|\s+|.")


def marked(old: str, new: str) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    """Two lines in pieces, what differs marked; long lines are compared word by word, never letter by letter.

    >>> marked("gold: 1 USD, top", "gold: 2 USD, top")
    ((('gold: ', False), ('1 USD', True), (', top', False)), (('gold: ', False), ('2 USD', True), (', top', False)))
    """
    words = TOKENS.findall(old)[:MOST_WORDS], TOKENS.findall(new)[:MOST_WORDS]
    sides: tuple[list[tuple[str, bool]], list[tuple[str, bool]]] = ([], [])
    for tag, a, b, c, d in SequenceMatcher(None, *words, autojunk=False).get_opcodes():
        for side, text in zip(sides, ("".join(words[0][a:b]), "".join(words[1][c:d])), strict=True):
            if text:
                side.append((text, tag != "equal"))
    return tuple(sides[0]), tuple(sides[1])


MOST_WORDS = 400  # of one line: longer ones are not readable


Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """The impact for the page: figures, charts and the rows of its tables."""

    ground: str
    note: str
    figures: tuple[tuple[str, str, str], ...]
    flow: FlowChart | None
    matrix: Matrix | None
    designations: Rows
    steps: tuple[tuple[str, Words, str, str, str], ...]
    bars: tuple[BarChart, ...]
    money: Rows
    stakes: tuple[BarChart, ...]
    winners: Rows
    losers: Rows
    grants: Rows
    movers: Rows
    movers_caption: str
    several_steps: bool
    starred: bool


def _impact(view: View, impact: Impact) -> Shown:
    assert view.ground is not None and view.measured is not None
    counts = {(tier_word(each.before), tier_word(each.after)): each.partners for each in impact.flows}
    (old, first), (new, day) = view.ground.old, view.ground.new
    days = f"{day}" if first == day else f"{first} to {day}"
    records = f"the records {new.id}" if old.id == new.id else f"the records {old.id} and {new.id}"
    ladder = tuple(view.measured.ladder)
    shown, movers = min(impact.movers, view.top), _movers(view)
    several = (
        "Partners that change tier"
        if shown == impact.movers
        else f"The first {shown:,} of {impact.movers:,} that change tier"
    )
    return Shown(
        ground=f"Judged as of {days}, on {records}.",
        note=view.ground.note,
        figures=tuple(_figures(impact)),
        flow=_flow(impact, ladder, counts) if counts else None,
        matrix=_matrix(ladder, counts) if counts else None,
        designations=standing_rows(impact),
        steps=tuple(_steps(view, impact)),
        bars=tuple(_bars(impact)),
        money=_money(impact),
        stakes=_stakes(impact),
        winners=tuple(map(_stake, impact.winners)),
        losers=tuple(map(_stake, impact.losers)),
        grants=tuple(
            (each.benefit, *("none" if n is None else f"{n:,}" for n in (each.before, each.after)),
             f"{each.gained:,}", f"{each.lost:,}", f"{each.changed:,}")
            for each in impact.grants
        ),
        movers=movers,
        movers_caption=several,
        several_steps=len(impact.steps) > 1,
        starred=any(row[3].endswith("*") for row in movers),
    )  # fmt: skip


def _figures(impact: Impact) -> list[tuple[str, str, str]]:
    share = f"of {counted(impact.partners_after, 'partner')}"
    other = f"; {impact.other:,} neither" if impact.other else ""
    found = [("Partners that change tier", f"{impact.movers:,}", f"{share}{other}")]
    if impact.flows:
        found += [("Go up", f"{impact.up:,}", ""), ("Go down", f"{impact.down:,}", "")]
    for each in impact.totals:
        note = f"{each.before:,} to {each.after:,} {each.currency}"
        found.append((f"Payable in {each.currency}", signed(each.change), note))
    return found


def _flow(impact: Impact, ladder: tuple[str, ...], counts: dict[tuple[str, str], int]) -> FlowChart:
    description = (
        f"{impact.movers} partners have another tier: {impact.up} go up, {impact.down} go down. "
        "The table beside gives every number."
    )
    return flow_chart("flow", "Partners by tier, before and after", description, ladder, counts)


def _matrix(ladder: tuple[str, ...], counts: dict[tuple[str, str], int]) -> Matrix:
    down, across = ([*ladder, *sorted({pair[side] for pair in counts} - set(ladder))] for side in (0, 1))
    return heat_matrix("Partners by tier before (down) and after (across)", "before \\ after", down, across, counts)


def _steps(view: View, impact: Impact) -> list[tuple[str, Words, str, str, str]]:
    found = []
    for number, step in enumerate(impact.steps, 1):
        words = words_of("; ".join(view.step_words(step)))
        moved = "changes nothing here" if step.alike else moved_text(step)
        found.append((f"{number}", words, moved, money_text(step), grants_text(step)))
    return found


def _bars(impact: Impact) -> list[BarChart]:
    """One chart for each currency: amounts of two currencies have no scale in common."""
    found = []
    for place, total in enumerate(impact.totals):
        pairs = [
            Pair(each.incentive, each.after or Decimal(0), amount_text(each.after), each.before or Decimal(0),
                 amount_text(each.before))
            for each in impact.money
            if each.currency == total.currency
        ]  # fmt: skip
        title = f"Payable by incentive, {total.currency}"
        description = f"{total.before:,} {total.currency} before, {total.after:,} {total.currency} after."
        found.append(bar_chart(f"money-{place + 1}", title, description, pairs, ("incentive", "before", "after")))
    return found


def _money(impact: Impact) -> Rows:
    rows = [
        (each.incentive, amount_text(each.before), amount_text(each.after), signed(each.change), each.currency,
         f"{each.undecided_before:,} → {each.undecided_after:,}"
         if each.undecided_before != each.undecided_after else f"{each.undecided_after:,}")
        for each in impact.money
    ]  # fmt: skip
    rows += [
        ("All incentives", f"{each.before:,}", f"{each.after:,}", signed(each.change), each.currency, "")
        for each in impact.totals
    ]
    return tuple(rows)


def _stakes(impact: Impact) -> tuple[BarChart, ...]:
    """Winners above losers, to one scale; a chart for each currency."""
    found = []
    for place, total in enumerate(impact.totals):
        shown = [*impact.winners[:MOST_BARS], *reversed(impact.losers[:MOST_BARS])]
        pairs = [
            Pair(each.whose, each.change, signed(each.change)) for each in shown if each.currency == total.currency
        ]
        if pairs:
            title = f"Largest changes of what partners and sellers earn, {total.currency}"
            description = f"{counted(len(pairs), 'earner')}, those that win above those that lose."
            found.append(bar_chart(f"stakes-{place + 1}", title, description, pairs, ("partner", "change")))
    return tuple(found)


MOST_BARS = 6  # of winners, and of losers; the tables have more


def _stake(stake: Stake) -> tuple[str, ...]:
    tiers = (
        tier_word(stake.tier_before)
        if stake.tier_before == stake.tier_after
        else f"{tier_word(stake.tier_before)} → {tier_word(stake.tier_after)}"
    )
    by = ", ".join(f"{step}" for step, _ in stake.causes)
    amounts = (f"{stake.before:,}", f"{stake.after:,}", f"{signed(stake.change)} {stake.currency}")
    return stake.whose, stake.name, tiers, *amounts, by


def _movers(view: View) -> Rows:
    return tuple(
        (
            move.partner,
            move.name,
            f"{tier_word(move.before)} → {tier_word(move.after)}",
            by_change(move),
            "; ".join(map(reason_text, move.reasons)) or "-",
            "; ".join(f"{signed(after - before)} {currency}" for currency, before, after in move.money) or "-",
        )
        for move in view.moves(view.top)
    )
