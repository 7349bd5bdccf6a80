"""Every kind of incentive in every combination its keys allow has words, facts, and an example that holds.

Kinds come from the catalogue, so a kind that is added later is met here without being named. Expected words
and amounts are written down for each value, not taken from what the guide says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any, cast

import pytest

from engine.authoring.guide.document import Block, Facts, Heading, Note, Points, Table, Text
from engine.authoring.guide.guide import texts_in
from engine.authoring.wording.offers import say_incentive
from engine.authoring.wording.voice import Naming, Voice
from engine.language.catalogue import IncentiveKind
from engine.language.program import Program
from rules import CATALOGUE
from tests.guides import guide_at
from tests.tiny import program as tiny

pytestmark = pytest.mark.search

SECTIONS = """
records:
  extends: standard
  partners: {fields: {size: {type: choice, values: [small, large]}, exclusive: {type: boolean}}}
  sales: {fields: {channel: {type: choice, values: [direct, market]}}}
metrics:
  revenue: {title: Net revenue, from: sales, sum: amount, window: trailing 12 months}
segments: {big: {title: Big Ones, when: [revenue >= 100 USD]}}
parameters:
  dated_rate: [{from: 2026-01-01, value: 5%}, {from: 2026-12-31, value: 9%}]
  dated_amount: [{from: 2026-01-01, value: 5 USD}, {from: 2026-12-31, value: 9 USD}]
  tier_rate: {by: [tier], values: {base: 5%, gold: 10%}}
  tier_amount: {by: [tier], values: {base: 5 USD, gold: 10 USD}}
tiers: {ladder: [base, gold], gold: {requires: [revenue >= 5 USD]}}
benefits:
  share: {value: percent, by: [tier], values: {base: 5%, gold: 10%}}
  bonus: {value: money, by: [tier], values: {base: 5 USD, gold: 10 USD}}
incentives:
"""


@dataclass(frozen=True)
class Value:
    """A value as it is written, what is said of it, what an example supposes, and its number there in hundredths."""

    written: str
    said: str
    supposed: str
    number: Decimal


def said(first: str, *others: str, later: str = "", in_bands: bool) -> str:
    """Values side by side; of a band those after the first stand in brackets."""
    if in_bands:
        more = "; ".join(each for each in (*others, later) if each)
        return f"{first} ({more})" if more else first
    listed = f"{', '.join([first, *others[:-1]])} and {others[-1]}" if others else first
    return f"{listed} ({later})" if later else listed


def values(unit: str, of: str, in_bands: bool) -> dict[str, Value]:
    """The same value of 5 or 10 in every form a value has; `unit` is `%` or ` USD`, `of` what stands after it."""
    low, high, five, ten = f"5{unit}", f"10{unit}", Decimal(5), Decimal(10)
    named, granted = ("rate", "share") if unit == "%" else ("amount", "bonus")

    def tell(first: str, *others: str, later: str = "") -> str:
        return said(first, *others, later=later, in_bands=in_bands)

    tiers = (f"{low} {of} for Base", f"{high} for Gold")
    exclusive = f"{{by: [exclusive], values: {{'true': {high}, 'false': {low}}}}}"
    number = f"{{by: revenue, bands: [{{from: 0 USD, value: {low}}}, {{from: 1_000 USD, value: {high}}}]}}"
    size = f"{{by: [size], values: {{small: {high}, large: {low}}}}}"
    nested = tell(f"{low} {of} for Base", f"{high} for Gold and small", f"{low} for Gold and large")
    segment = tell(f"{high} {of} for Big Ones", f"{low} for not Big Ones")
    return {
        "plain": Value(low, f"{low} {of}", "", five),
        "dated": Value(f"dated_{named}", tell(f"{low} {of}", later=f"9{unit} from 31 December 2026"), "", five),
        "tier": Value(f"{{by: [tier], values: {{base: {low}, gold: {high}}}}}", tell(*tiers), "is Gold", ten),
        "named": Value(f"tier_{named}", tell(*tiers), "is Gold", ten),
        "benefit": Value(f"benefits.{granted}", tell(*tiers, later=f"the benefit {granted}"), "is Gold", ten),
        "segment": Value(
            f"{{by: [big], values: {{'true': {high}, 'false': {low}}}}}", segment, "is in the segment “Big Ones”", ten
        ),
        "choice": Value(size, tell(f"{high} {of} for small", f"{low} for large"), "has the size small", ten),
        "flag": Value(
            exclusive,
            tell(f"{high} {of} for exclusive: yes", f"{low} for exclusive: no"),
            "is recorded with exclusive: yes",
            ten,
        ),
        "number": Value(
            number,
            tell(f"{low} {of}", later=f"{high} from 1,000 USD of net revenue"),
            "has net revenue of 1,000 USD",
            ten,
        ),
        "nested": Value(f"{{by: [tier], values: {{base: {low}, gold: {size}}}}}", nested, "is Gold", ten),
    }


@dataclass(frozen=True)
class Combination:
    """One incentive of a program: its name, its YAML, and what must be said of it."""

    name: str
    body: str
    by_period: bool
    pay: str
    value: Value
    most: Decimal | None
    first: bool


def combinations(kind: IncentiveKind) -> Iterator[Combination]:
    """Grain, pay, value, limit, payee and the kind's own words, as far as its keys go."""
    keys = cast(Mapping[str, Any], kind.schema["properties"])
    own = next(({name: keys[name]["enum"]} for name in keys if name == "new_to"), {})
    for grain in [
        each for each, key in (("record", "of"), ("period", "sum")) if key in keys or not {"of", "sum"} & set(keys)
    ]:
        if grain == "period" and "sum" not in keys:
            continue
        for pay in ("rate", "bands", "per number", "per money", "once"):
            if pay.split()[0] not in keys and not (pay == "once" and "amount" in keys):
                continue
            for payee in keys["payee"]["enum"]:
                yield from _of_pay(kind, grain, pay, payee, own)


def _of_pay(
    kind: IncentiveKind, grain: str, pay: str, payee: str, own: Mapping[str, list[str]]
) -> Iterator[Combination]:
    record = "first sale of each customer" if own else "sale"
    of = {
        "rate": "of amount",
        "bands": "of what lies above 10,000 USD",
        "per number": "for every full 10 of quantity",
        "per money": "for every full 1,000 USD of amount",
        "once": f"for the {record}" if own else "for each sale" if grain == "record" else "for each calendar quarter",
    }[pay]
    measured = "quantity" if pay == "per number" else "amount"
    measure = {"record": f"of: {measured}, ", "period": f"sum: {measured}, period: quarter, "}[grain]
    if pay == "once" and grain == "record":
        measure = ""
    limits = ["", "at_most: 40 USD", "at_most: {by: [tier], values: {base: 20 USD, gold: 40 USD}}"]
    runs = "partner, period" if grain == "period" else f"{payee}, quarter"
    for form, value in values("%" if pay in ("rate", "bands") else " USD", of, pay == "bands").items():
        for place, limit in enumerate(limits if form in ("plain", "tier") else limits[:1]):
            most = Decimal(40) if limit else None
            if pay.startswith("per") and not limit:
                limit, most = "at_most: 9_000 USD", Decimal(9000)  # what is paid per unit has a limit
            paid = {
                "rate": f"rate: {value.written}",
                "bands": f"bands: [{{from: 0 USD, rate: 1%}}, {{from: 10_000 USD, rate: {value.written}}}]",
                "per number": f"amount: {value.written}, per: 10",
                "per money": f"amount: {value.written}, per: 1_000 USD",
                "once": f"amount: {value.written}",
            }[pay]
            for word in own.get("new_to", [""]):
                name = "_".join(each for each in (grain, *pay.split(), form, str(place), payee, word) if each)
                more = f", new_to: {word}" if word else ""
                limited = f", limits: [{{{limit}, per: [{runs}]}}]" if limit else ""
                during = ", during: {from: 2026-01-01, before: 2026-10-01}"
                body = f"{{kind: {kind.name}, from: sales, {measure}{paid}{more}{limited}{during}, payee: {payee}}}"
                yield Combination(name, body, grain == "period", pay, value, most, bool(word))


def described(program: Program) -> dict[str, list[Block]]:
    """The blocks of the guide by the heading of each incentive."""
    (section,) = (each for each in guide_at(program).sections if each.id == "incentives")
    found: dict[str, list[Block]] = {}
    for block in section.blocks:
        if isinstance(block, Heading):
            found[block.text] = blocks = []
        else:
            blocks.append(block)
    return found


def amount(cell: str) -> Decimal:
    """The number of an amount as it is shown."""
    return Decimal(cell.split(" ")[0].replace(",", ""))


def by_hand(each: Combination, sizes: list[Decimal]) -> Decimal:
    """What records of these sizes earn without a limit: of a period their sum, else one by one."""
    number = each.value.number
    measures = [sum(sizes, Decimal(0))] if each.by_period else sizes
    match each.pay:
        case "rate":
            return sum((size * number / 100 for size in measures), Decimal(0))
        case "bands":
            low = sum((min(size, Decimal(10_000)) / 100 for size in measures), Decimal(0))
            return low + sum((max(size - 10_000, Decimal(0)) * number / 100 for size in measures), Decimal(0))
        case "once":
            return number * len(measures)
        case _:
            per = 10 if each.pay == "per number" else 1000
            return sum(((size / per).to_integral_value(ROUND_FLOOR) * number for size in measures), Decimal(0))


def check_example(each: Combination, note: Note) -> None:
    """What is supposed, the amount by hand from the sizes shown, and what the limit is said to do."""
    opening = next(block.text for block in note.blocks if isinstance(block, Text))
    assert each.value.supposed in opening, (each.name, opening)
    table = next(block for block in note.blocks if isinstance(block, Table))
    rows = [row for row in table.rows if row[0] != "Together"]
    said = [item.text for block in note.blocks if isinstance(block, Points) for item in block.items]
    left_out = [row[0] for row in rows if any(text.startswith(f"{row[0]} earns nothing: only") for text in said)]
    assert len(left_out) == (1 if each.first else 0), (each.name, said)
    measured = table.heads.index("Quantity" if each.pay == "per number" else "Amount") if "once" not in each.name else 0
    sizes = [amount(row[measured]) if measured else Decimal(1) for row in rows if row[0] not in left_out]
    expected, shown = by_hand(each, sizes), amount(re.sub(r".* earns? ", "", note.title))
    most = each.most if each.most is not None else expected
    assert shown == min(expected, most), (each.name, note)
    if each.most is not None:
        held = ["is left of" in text for text in said if text.startswith("At most")]
        assert held == ([True] if expected > most else []), (each.name, said)


@pytest.mark.long
@pytest.mark.parametrize("kind", CATALOGUE.kinds, ids=lambda kind: kind.name)
def test_every_combination_is_told(kind: IncentiveKind) -> None:
    """Words for the pay, facts that fit the grain, and an example that a person can check."""
    every = list(combinations(kind))
    assert every
    program = tiny(SECTIONS + "\n".join(f"  {each.name}: {each.body}" for each in every))
    plain, code = Voice(program, Naming.PLAIN, program.effective[0]), Voice(program)
    for each, incentive, blocks in zip(every, program.incentives, described(program).values(), strict=True):
        assert any(each.value.said in phrase for phrase in say_incentive(incentive, plain)), (
            each.name,
            say_incentive(incentive, plain),
        )
        assert all(say_incentive(incentive, code))
        facts = dict(next(block.items for block in blocks if isinstance(block, Facts)))
        assert facts["Decided"].startswith(
            "Once the calendar quarter is complete" if each.by_period else "Sale by sale, on the day of the sale"
        ), each.name
        assert ("Limit" in facts) == ("limits" in each.body)
        assert ("only the first sale of each customer counts" in facts["What counts"]) == each.first
        assert "unit of the record" not in " ".join(texts_in(tuple(blocks)))
        notes = [block for block in blocks if isinstance(block, Note)]
        assert notes, each.name
        check_example(each, notes[0])
