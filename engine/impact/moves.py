"""The partners that change tier, one by one: both tiers, the step, the lines not met, and the money. And each earning
that differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from engine.duck import quoted, text_literal
from engine.impact.measure import KNOWN, Measured, known_of, paid
from engine.impact.model import EarningChange, Move, Reason
from engine.impact.relations import EARNER, EARNING, Results, rank
from engine.language.currency import in_minor_units, scale_of
from engine.plan.outputs import PARTNER
from engine.plan.plan import Condition
from engine.runs.results import BATCH_ROWS
from engine.types import Kind

FIELD, RECORD = chr(31), chr(30)  # ASCII's own separators: no id, text or number holds them
PERCENT = 2
NOTHING = Decimal(0)


def read_moves(measured: Measured, limit: int | None = None) -> Iterator[Move]:
    """Movers in order: the longest way down first, then by id; then those that come and go."""
    first, last = measured.results[0], measured.results[-1]
    before, after = rank("m.before", measured.ladder), rank("m.after", measured.ladder)
    cursor = measured.connection.cursor()  # a result read in parts occupies its connection
    cursor.execute(
        f"SELECT m.{PARTNER}, n.{KNOWN}, m.before, m.after, m.was, m.now, {after} - {before} AS way, h.steps, "
        "w.tier IS NOT DISTINCT FROM m.after AS alone, "
        f"{_lacking(last, before, after, down=True)}, {_lacking(first, before, after, down=False)}, e.money "
        f"FROM moves m LEFT JOIN names n ON n.{PARTNER} = m.{PARTNER} "
        f"LEFT JOIN (SELECT {PARTNER}, list(step ORDER BY step) AS steps FROM hops GROUP BY {PARTNER}) h "
        f"ON h.{PARTNER} = m.{PARTNER} "
        f"LEFT JOIN alone w ON w.{PARTNER} = m.{PARTNER} AND len(h.steps) = 1 AND w.step = h.steps[1] "
        f"LEFT JOIN {first.decided} o ON o.{PARTNER} = m.{PARTNER} "
        f"LEFT JOIN {last.decided} c ON c.{PARTNER} = m.{PARTNER} "
        f"LEFT JOIN {_money(first, last)} e ON e.{PARTNER} = m.{PARTNER} "
        f"ORDER BY way IS NULL, way > 0, abs(way) DESC, m.{PARTNER}" + (f" LIMIT {limit}" if limit is not None else "")
    )
    known = [{each.id: each for each in side.stage.plan.conditions} for side in (first, last)]
    while rows := cursor.fetchmany(BATCH_ROWS):
        for partner, name, one, other, was, now, way, steps, alone, fallen, risen, money in rows:
            direction = "arrives" if not was else "leaves" if not now else "other"
            if way:
                direction = "up" if way > 0 else "down"
            texts, conditions = (fallen, known[1]) if direction == "down" else (risen, known[0])
            yield Move(
                partner,
                name or "",
                one,
                other,
                direction,
                tuple(steps or ()),
                bool(alone) and len(steps or ()) == 1,
                tuple(_reason(text, conditions) for text in texts or ()) if way else (),
                tuple(_amounts(each) for each in (money or "").split(RECORD) if each),
            )


def _lacking(results: Results, before: str, after: str, *, down: bool) -> str:
    """SQL of the lines between a mover and the higher of its two tiers, by the rules that deny it.

    A partner that falls lacks lines of the tier it had, by the new rules; one that rises lacked lines of the tier it
    gets, by the old ones.
    """
    column, alias, compared = ("m.before", "c", "<") if down else ("m.after", "o", ">")
    conditions = {each.id: each for each in results.stage.plan.conditions}
    cases = []
    for rung in results.stage.plan.tiers.rungs:
        lines = [_line(conditions[each], alias) for each in rung.lines]
        cases.append(
            f"WHEN {text_literal(results.tier_now(rung.tier))} "
            f"THEN list_filter([{', '.join(lines)}], lambda line: line IS NOT NULL)"
        )
    if not cases:
        return "NULL::VARCHAR[]"
    return f"CASE WHEN {after} {compared} {before} THEN CASE {column} {' '.join(cases)} END END"


def _line(condition: Condition, alias: str) -> str:
    """SQL of one line as text when it is not met: id, value, distance, whether it could be decided."""
    outcome = f"{alias}.{quoted(condition.id)}"
    parts = [text_literal(condition.id)]
    for name in ("value", "distance"):
        column = f"{alias}.{quoted(f'{condition.id}.{name}')}"
        parts.append(f"coalesce(CAST({column} AS VARCHAR), '')" if condition.unit is not None else "''")
    parts.append(f"CASE WHEN {outcome} IS NULL THEN '' ELSE 'decided' END")
    return f"CASE WHEN {outcome} IS NOT TRUE THEN {f' || chr({ord(FIELD)}) || '.join(parts)} END"


def _money(first: Results, last: Results) -> str:
    """(partner_id, money): what movers earn themselves before and after in each currency, as text."""
    sides = " UNION ALL ".join(
        f"SELECT {PARTNER}, currency, {'amount' if side is first else '0'} AS before, "
        f"{'amount' if side is last else '0'} AS after FROM {side.amounts} "
        f"WHERE amount IS NOT NULL AND {EARNER} = ''"
        for side in (first, last)
    )
    sums = (
        f"SELECT {PARTNER}, currency, sum(before) AS before, sum(after) AS after FROM ({sides}) "
        f"WHERE {PARTNER} IN (SELECT {PARTNER} FROM moves) GROUP BY ALL"
    )
    text = f"currency || chr({ord(FIELD)}) || before || chr({ord(FIELD)}) || after"
    joined = f"string_agg({text}, chr({ord(RECORD)}) ORDER BY currency)"
    return f"(SELECT {PARTNER}, {joined} AS money FROM ({sums}) GROUP BY ALL)"


def _amounts(text: str) -> tuple[str, Decimal, Decimal]:
    currency, before, after = text.split(FIELD)
    return currency, in_minor_units(Decimal(before), currency), in_minor_units(Decimal(after), currency)


def _reason(text: str, conditions: Mapping[str, Condition]) -> Reason:
    id, value, distance, decided = text.split(FIELD)
    condition = conditions[id]
    return Reason(id, _text(condition, conditions), _said(value, condition), _said(distance, condition), bool(decided))


def _text(condition: Condition, conditions: Mapping[str, Condition]) -> str:
    """A line as written; a group with the lines inside it."""
    head = f"at least {condition.at_least} of" if condition.form == "at_least" else condition.form
    if condition.text != head:  # `a and b` on one line has its parts in its text
        return condition.text
    inner = "; ".join(_text(conditions[each], conditions) for each in condition.parts)
    return f"{head} [{inner}]" if condition.form == "at_least" else f"{head} of [{inner}]"


def _said(text: str, condition: Condition) -> str:
    """A figure with its unit and without needless zeros; a share as a percent if the line uses percents."""
    if not text or condition.unit is None:
        return ""
    number, kind = Decimal(text), condition.unit.kind
    if kind is Kind.NUMBER and "%" in condition.text:
        return f"{_trimmed(number.scaleb(PERCENT))}%"
    if kind is Kind.MONEY:
        return f"{_amount(number, condition.unit.currency)} {condition.unit.currency}"
    return _trimmed(number) + (f" {kind.value}" if kind in (Kind.DAYS, Kind.MONTHS) else "")


def _amount(number: Decimal, currency: str) -> str:
    """The digits of an amount in its currency; one that was converted shows more, without needless zeros."""
    whole, _, digits = f"{number:,f}".partition(".")
    shown = digits.rstrip("0").ljust(scale_of(currency) or 0, "0")
    return f"{whole}.{shown}" if shown else whole


def _trimmed(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_earnings(measured: Measured, limit: int | None = None) -> Iterator[EarningChange]:
    """Every earning that differs, the largest change first; those that are undecided on a side come last."""
    cursor = measured.connection.cursor()  # a result read in parts occupies its connection
    keys = ", ".join(f"t.{each}" for each in EARNING)
    cursor.execute(
        f"SELECT n.{KNOWN}, {keys}, t.before, t.after, t.was_open, t.is_open, a.tier, b.tier "
        f"{known_of(measured.results, 'dues')} "
        f"ORDER BY t.was_open OR t.is_open, abs(coalesce(t.after, 0) - coalesce(t.before, 0)) DESC, {keys}"
        + (f" LIMIT {limit}" if limit is not None else "")
    )
    while rows := cursor.fetchmany(BATCH_ROWS):
        partners = sorted({str(row[1]) for row in rows})
        stages = [_amounts_at(each, partners, measured) for each in measured.results]
        for name, partner, seller, incentive, period, source, currency, before, after, was, now, held, holds in rows:
            one, other = (None if each is None else paid(each, currency) for each in (before, after))
            key = (partner, seller, name or "", incentive, period, source, currency)
            causes = tuple(_causes(stages, (partner, seller, incentive, period, source, currency)))
            yield EarningChange(*key, one, other, was, now, held, holds, causes)


At = Mapping[tuple[str, ...], Decimal | None]
"""What earnings come to at a stage, by their key; one that is undecided has no amount."""


def _amounts_at(results: Results, partners: Sequence[str], measured: Measured) -> At:
    """Every earning of some partners at a stage."""
    asked = f"SELECT {', '.join(EARNING)}, amount FROM {results.amounts} WHERE {PARTNER} IN (SELECT unnest(?))"
    found = measured.connection.cursor().execute(asked, [list(partners)]).fetchall()
    return {tuple(key): None if amount is None else paid(amount, key[-1]) for *key, amount in found}


def _causes(stages: Sequence[At], key: tuple[str, ...]) -> Iterator[tuple[int, Decimal | None]]:
    """The steps that change an earning, each with what it adds."""
    amounts = [each.get(key, NOTHING) for each in stages]
    for number, (before, after) in enumerate(pairwise(amounts), 1):
        if before != after:
            yield number, None if before is None or after is None else after - before
