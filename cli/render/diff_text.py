"""`rung diff` for people: sentences, the tiers before and after, the money, and who moves; as text or Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cli.options import Format
from cli.output import Sheet, joined, md_text, render_sheet
from cli.render.diff_lists import by_change, reason_text
from cli.render.diff_view import (
    STANDING_COLUMNS,
    View,
    amount_text,
    earned_cells,
    grants_text,
    money_text,
    moved_text,
    place_of,
    signed,
    standing_rows,
    tier_word,
    title_of,
)
from cli.render.record_changes import record_lines
from cli.render.visible import visible
from cli.words import counted

if TYPE_CHECKING:
    from engine.authoring.diff.change import Change
    from engine.impact.model import Impact, Stake
    from engine.language.source import Span

MOST_STAKES = 5  # winners and losers each: the answer fits a screen
SIGNS = {"added": "+", "removed": "-", "changed": "~", "renamed": "~", "moved": "~"}


def render_diff(view: View, form: Format) -> str:
    """The whole answer."""
    blocks = [_title(view, form), *_changes(view, form)]
    if view.impact is not None:
        blocks += _impact(view, view.impact, form)
    return joined(blocks)


def _title(view: View, form: Format) -> str:
    old, new = view.sides
    text = f"{title_of(old)} ({place_of(old)}) -> {title_of(new)} ({place_of(new)})"
    return f"## {md_text(text)}\n" if form is Format.MD else f"{visible(text)}\n"


def _changes(view: View, form: Format) -> Iterator[str]:
    """Every change as a sentence with its lines; changes that affect no decision in a block of their own."""
    if view.other_day:
        yield f"{view.other_day}\n"
    if view.records:
        yield "\n".join(record_lines(view.records, md_text if form is Format.MD else visible)) + "\n"
    if not view.changes:
        yield "the program is the same\n" if view.records or view.other_day else "no change in meaning\n"
        return
    yield "".join(_change(each, sentence, form) for each, sentence in view.told(view.deciding))
    if view.labels:
        head = "affects no decision:\n\n" if form is Format.MD else "affects no decision:\n"
        yield head + "".join(_change(each, sentence, form) for each, sentence in view.told(view.labels))


def _change(change: Change, told: str, form: Format) -> str:
    where = " -> ".join(f"{each.file}:{each.line}" for each in (change.was, change.now) if each is not None)
    if form is Format.MD:
        return f"- {_with_names(told)} ({md_text(where)})\n"
    return f"{SIGNS[change.kind.value]} {visible(told)}\n    {visible(where)}\n"


def _with_names(sentence: str) -> str:
    """A sentence in Markdown: the names in it stay code, and all else is text.

    >>> print(_with_names("the title of `gold` is [Gold](x)"))
    the title of `gold` is \\[Gold\\](x)
    """
    parts = sentence.split("`")
    if len(parts) % 2 == 0:  # an author's own backtick: nothing tells what is a name
        return md_text(sentence)
    return "`".join(visible(part) if place % 2 else md_text(part) for place, part in enumerate(parts))


def _impact(view: View, impact: Impact, form: Format) -> Iterator[str]:
    yield "\n".join(_head(view, impact)) + "\n"
    if impact.flows:
        yield _headed("tiers before (down) and after (across)", _matrix(view, impact), form)
    if impact.money:
        yield _headed("money", _money(impact), form)
    if designations := standing_rows(impact):
        sheet = Sheet(STANDING_COLUMNS, designations, frozenset(STANDING_COLUMNS[3:]))
        yield _headed("designations before and after", sheet, form)
    grants = [each for each in impact.grants if each.before != each.after or each.gained or each.lost or each.changed]
    if grants:
        yield _headed("benefits", _grants(impact), form)
    several = sum(not step.alike for step in impact.steps) > 1
    if several or any(len(view.step_words(step)) > 1 for step in impact.steps):
        yield _headed("effect of each change", _steps(view, impact), form)
    if impact.movers and view.top:
        yield _headed(_shown("partners that change tier", impact.movers, view.top), _moves(view, impact), form)
    if impact.earnings:
        title = _shown("earnings that change", impact.earnings, MOST_STAKES)
        yield _headed(title, _earnings(view), form)
    for word, stakes in (("winners", impact.winners), ("losers", impact.losers)):
        if stakes:
            yield _headed(f"biggest {word}", _stakes(stakes[:MOST_STAKES]), form)
    old, new = view.runs
    if old and new and not impact.is_nothing and form is Format.TABLE:
        yield f"explain a partner: rung explain {old} PARTNER (before), rung explain {new} PARTNER (after)\n"


def _headed(title: str, sheet: Sheet, form: Format) -> str:
    rows = tuple(tuple(map(visible, row)) for row in sheet.rows)  # names come from records and programs
    text = render_sheet(Sheet(tuple(map(visible, sheet.columns)), rows, sheet.numbers), form)
    return f"### {title}\n\n{text}" if form is Format.MD else f"{title}\n{text}"


def _shown(title: str, count: int, top: int) -> str:
    return title if count <= top else f"{title} (the first {top:,} of {count:,})"


def _head(view: View, impact: Impact) -> Iterator[str]:
    """One line with the answer: who moves, and what it costs."""
    assert view.ground is not None
    (old, first), (new, day) = view.ground.old, view.ground.new
    records = new.id if old.id == new.id else f"{old.id} -> {new.id}"
    yield f"as of {day if first == day else f'{first} -> {day}'}, on {records}:"
    if view.ground.note:
        yield f"note: {visible(view.ground.note)}"
    partners = f"{impact.partners_after:,} partners"
    if impact.partners_before != impact.partners_after:
        partners = f"{impact.partners_before:,} -> {partners}"
    other = f", {impact.other:,} neither" if impact.other else ""
    yield f"{impact.movers:,} of {partners} change tier: {impact.up:,} up, {impact.down:,} down{other}"
    for each in impact.totals:
        yield f"payable {each.before:,} -> {each.after:,} {each.currency} ({signed(each.change)} {each.currency})"
    if impact.undecided_before != impact.undecided_after:
        yield f"undecided tiers: {impact.undecided_before:,} -> {counted(impact.undecided_after, 'partner')}"
    if impact.is_nothing:
        yield "no decision changes on these records and this day"


def _matrix(view: View, impact: Impact) -> Sheet:
    """How many went from each tier to each; unchanged ones are in brackets."""
    assert view.measured is not None
    counts = {(each.before, each.after): each.partners for each in impact.flows}
    down = [*view.measured.ladder, *([None] if any(each.before is None for each in impact.flows) else [])]
    across = [*view.measured.ladder, *([None] if any(each.after is None for each in impact.flows) else [])]
    rows = []
    for before in down:
        cells = []
        for after in across:
            count = counts.get((before, after), 0)
            cells.append(f"[{count:,}]" if before == after else f"{count:,} " if count else ". ")
        total = sum(count for (one, _), count in counts.items() if one == before)
        rows.append((tier_word(before), *cells, f"{total:,}"))
    heads = tuple(f"{tier_word(each)} " for each in across)
    totals = tuple(f"{sum(count for (_, other), count in counts.items() if other == each):,} " for each in across)
    rows.append(("after", *totals, f"{sum(counts.values()):,}"))
    return Sheet(("", *heads, "before"), tuple(rows), frozenset({*heads, "before"}))


def _money(impact: Impact) -> Sheet:
    columns = ("incentive", "before", "after", "change", "currency", "undecided")
    rows = [
        (each.incentive, amount_text(each.before), amount_text(each.after), signed(each.change), each.currency,
         _between(each.undecided_before, each.undecided_after))
        for each in impact.money
    ]  # fmt: skip
    rows += [
        ("all", f"{each.before:,}", f"{each.after:,}", signed(each.change), each.currency, "")
        for each in impact.totals
        if len(impact.money) > 1
    ]
    return Sheet(columns, tuple(rows), frozenset({"before", "after", "change", "undecided"}))


def _between(before: int | None, after: int | None) -> str:
    one, other = ("none" if each is None else f"{each:,}" for each in (before, after))
    return one if one == other else f"{one} -> {other}"


def _grants(impact: Impact) -> Sheet:
    rows = tuple(
        (each.benefit, _between(each.before, each.after), f"{each.gained:,}", f"{each.lost:,}", f"{each.changed:,}")
        for each in impact.grants
    )
    columns = ("benefit", "partners", "gain it", "lose it", "get another value")
    return Sheet(columns, rows, frozenset(columns[1:]))


def _steps(view: View, impact: Impact) -> Sheet:
    """What each change does after those above it; the parts add up to the whole."""
    rows: list[tuple[str, ...]] = []
    for number, step in enumerate(impact.steps, 1):
        first, *others = view.step_words(step) or ("",)
        grants = "" if step.up or step.down or step.other else grants_text(step)  # a mover's benefits follow its tier
        rows.append((f"{number}", first, moved_text(step), money_text(step), grants))
        rows += [("", each, "", "", "") for each in others]
    columns = ("", "change", "moves", "money", "benefits")
    kept = [at for at, name in enumerate(columns) if name in ("", "change", "moves") or any(row[at] for row in rows)]
    return Sheet(tuple(columns[at] for at in kept), tuple(tuple(row[at] for at in kept) for row in rows))


def _moves(view: View, impact: Impact) -> Sheet:
    several = len(impact.steps) > 1
    named = starred = False
    rows = []
    for move in view.moves(view.top):
        named = named or bool(move.name)
        money = ", ".join(f"{signed(after - before)} {currency}" for currency, before, after in move.money)
        by = by_change(move)
        starred = starred or by.endswith("*")
        lines = "; ".join(map(reason_text, move.reasons))
        rows.append((move.partner, move.name, tier_word(move.before), tier_word(move.after), by, money, lines))
    columns = ("partner", "name", "before", "after", "by change", "money", "lines not met")
    kept = [at for at, name in enumerate(columns) if (name != "by change" or several) and (name != "name" or named)]
    if starred:
        columns = (
            "partner",
            "name",
            "before",
            "after",
            "by change (*: with earlier ones)",
            "money",
            "lines not met",
        )
    return Sheet(
        tuple(columns[at] for at in kept), tuple(tuple(row[at] for at in kept) for row in rows), frozenset({"money"})
    )


def _earnings(view: View) -> Sheet:
    """The earnings with the largest changes: of which period or record, and what it came to on both sides."""
    rows = []
    for each in view.earnings(MOST_STAKES):
        change = "" if each.change is None else signed(each.change)
        whose = f"{each.partner}, seller {each.seller}" if each.seller else each.partner
        which = each.period or each.source_id
        by = ", ".join(str(step) for step, _ in each.causes)
        rows.append((whose, each.incentive, which, *earned_cells(each, "{:,}".format), change, each.currency, by))
    columns = ("partner", "incentive", "period or record", "before", "after", "change", "currency", "by change")
    kept = len(columns) - (len({row[-1] for row in rows}) < 2)  # one cause for all is said above
    return Sheet(columns[:kept], tuple(row[:kept] for row in rows), frozenset({"before", "after", "change"}))


def _stakes(stakes: tuple[Stake, ...]) -> Sheet:
    rows = [
        (each.whose, each.name, f"{each.before:,}", f"{each.after:,}", signed(each.change), each.currency,
         _tiers(each.tier_before, each.tier_after), ", ".join(str(step) for step, _ in each.causes))
        for each in stakes
    ]  # fmt: skip
    columns = ("partner", "name", "before", "after", "change", "currency", "tier", "by change")
    several = len({step for each in stakes for step, _ in each.causes}) > 1
    named = any(each.name for each in stakes)
    kept = [at for at, name in enumerate(columns) if (name != "by change" or several) and (name != "name" or named)]
    return Sheet(
        tuple(columns[at] for at in kept),
        tuple(tuple(row[at] for at in kept) for row in rows),
        frozenset({"before", "after", "change"}),
    )


def _tiers(before: str | None, after: str | None) -> str:
    return tier_word(before) if before == after else f"{tier_word(before)} -> {tier_word(after)}"


__all__ = ["Span", "render_diff"]
