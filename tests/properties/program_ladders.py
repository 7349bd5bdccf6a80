"""Random designations laid over a random program: one held or not, one with a ladder for each channel of sales.

Benefits for each channel read them, records are paid by them, and so are quarters at one of the channels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import cast

from engine.types import BOOLEAN, Kind, Type, choice
from tests.properties.program_lines import Known, Lines
from tests.properties.program_sections import CUMULATIVE, LADDER
from tests.properties.program_text import Tree
from tests.properties.programs import Case, known_of, loaded
from tests.properties.records import Row

CHANNELS = ("direct", "market", "agent")
STEPS = ("member", "expert", "master")
NAMES = ("tiers", "d1", "d2")
HELD = {"tiers": (*LADDER, "retired"), "d1": ("held", "not_held", "retired"), "d2": (*STEPS, "retired")}


def with_ladders(case: Case, seed: int) -> Case:
    """The program with designations that the tiers, a benefit and an incentive read, and histories of each."""
    random = Random(seed)
    program = loaded(case.text)
    names = [each for each in known_of(case) if not each.type.ratio]
    lines = Lines(random, program.currency, program.scale, names, (case.as_of,))
    tree: dict[str, Tree] = {"choices": {"channel": list(CHANNELS)}, **case.sections}
    amount = f"{random.choice((0, 100, 250, 1000))} {program.currency}"
    sold: dict[str, Tree] = {"from": "sales", "sum": "amount", "window": "trailing 12 months", "per": ["channel"]}
    if random.random() < 0.3:
        sold["where"] = [random.choice(("firm", "entry is sale", "share > 0"))]
    tree["metrics"] = {**_mapping(tree, "metrics"), "sold_by": sold}
    tree["designations"] = _designations(random, lines, amount)
    tree["tiers"] = _tiers(random, lines, tree)
    held = Lines(random, program.currency, program.scale, [*names, *_statuses()], (case.as_of,))
    benefit: dict[str, Tree] = {"value": "percent", "by": ["d1"], "values": {"true": "5%", "false": "1%"}}
    benefit["when"] = [{"any": [held.requirement(1), held.requirement(1)]}]
    ladder = cast("list[str]", cast("Mapping[str, Tree]", tree["tiers"])["ladder"])
    channels = _by_channel(random, held, ladder, program.currency)
    tree["benefits"] = {**_mapping(tree, "benefits"), "for_ladders": benefit, **channels}
    paid: dict[str, Tree] = {"kind": "commission", "from": "sales", "of": "amount", "rate": "1%", "payee": "partner"}
    asked = [*names, *_statuses(), *[Known("benefits.flag.market", BOOLEAN)] * 3]
    asked += [Known("benefits.gift.agent", Type(Kind.MONEY, currency=program.currency))] * 2
    asking = Lines(random, program.currency, program.scale, asked, (case.as_of,))
    paid["eligible"] = [{random.choice(("any", "all")): [asking.requirement(1), asking.requirement(2)]}]
    by_sale: dict[str, Tree] = {**paid, "rate": "benefits.share"}
    del by_sale["eligible"]
    if random.random() < 0.5:
        by_sale["limits"] = [{"at_most": "benefits.gift", "per": ["partner", "sale_id"]}]
    by_quarter: dict[str, Tree] = {"kind": "rebate", "from": "sales", "period": "quarter", "sum": "amount"}
    by_quarter |= {"rate": f"benefits.share.{random.choice(CHANNELS)}", "payee": "partner"}
    own = {"of_ladders": paid, "by_sale": by_sale, "by_quarter": by_quarter}
    tree["incentives"] = {**_mapping(tree, "incentives"), **own}
    records = {name: [dict(row) for row in rows] for name, rows in case.records.items()}
    for table in ("statuses", "nominations"):
        records[table] = [_about(random, row) for row in records[table]]
    return replace(case, sections=tree, records=records)


def _mapping(tree: Mapping[str, Tree], key: str) -> Mapping[str, Tree]:
    return cast("Mapping[str, Tree]", tree.get(key, {}))


def _about(random: Random, row: Row) -> Row:
    """A status or nomination of one of the ladders, in some scope."""
    name = random.choice(NAMES)
    channel = random.choice(CHANNELS) if name == "d2" else "all"
    return {**row, "ladder": name, "channel": channel, "tier": random.choice(HELD[name])}


def _statuses() -> list[Known]:
    """The names of the designations, as conditions read them."""
    ladder = choice(*STEPS, ordered=True)
    words = ("d2", "d2.agent", "d2.market", "d2.highest", "d2.lowest")
    return [Known("d1", BOOLEAN)] * 4 + [Known(word, ladder) for word in words]


def _by_channel(random: Random, held: Lines, ladder: list[str], currency: str) -> dict[str, Tree]:
    """Benefits for each channel: a share by names and the channel itself, an amount of what it sold, and a flag."""
    words = {"tier": ladder, "d1": ["true", "false"], "d2": list(STEPS), "channel": list(CHANNELS)}
    names = random.sample([each for each in words if each != "channel"], random.randint(0, 2))
    names.insert(random.randint(0, len(names)), "channel")

    def values(rest: list[str]) -> Tree:
        if not rest:
            return random.choice(("0%", "1%", "5%", "12.5%"))
        known = words[rest[0]]
        return {each: values(rest[1:]) for each in random.sample(known, random.randint(1, len(known)))}

    share: dict[str, Tree] = {"value": "percent", "per": ["channel"], "by": list(names), "values": values(names)}
    if random.random() < 0.5:
        share["when"] = [{"any": [f"sold_by > {random.choice((0, 100, 1000))} {currency}", held.requirement(1)]}]
    gift: dict[str, Tree] = {"value": "money", "per": ["channel"], "is": "max(sold_by * 0.5, 0 " + currency + ")"}
    flag: dict[str, Tree] = {"value": "flag", "per": ["channel"]}
    flag["when"] = [{random.choice(("any", "all")): [f"d2 >= {random.choice(STEPS)}", held.requirement(1)]}]
    return {"share": share, "gift": gift, "flag": flag}


def _designations(random: Random, lines: Lines, amount: str) -> dict[str, Tree]:
    first: dict[str, Tree] = {"requires": [{"any": lines.requirements(1, 3)}]}
    if random.random() < 0.7:
        first["applies_to"] = [{"any": lines.requirements(1, 2)}]
    if random.random() < 0.2:
        first["by_invitation"] = "true"
    second: dict[str, Tree] = {
        "per": ["channel"],
        "overall": "highest",
        "ladder": list(STEPS),
        "requires": [f"sold_by >= {amount}"],
        "master": {"requires": [{"any": ["d1", lines.requirement(1)]}]},
    }
    if random.random() < 0.6:
        second["applies_to"] = [{"any": ["sold_by > 0 " + amount.split()[1], lines.requirement(0)]}]
    if Random(str(second)).random() < CUMULATIVE:
        second["cumulative"] = "true"
    if random.random() < 0.3:
        second["expert"] = {"requires": [{"none": [lines.requirement(1)]}], "by_invitation": "true"}
    return {"d1": first, "d2": second}


def _tiers(random: Random, lines: Lines, tree: Mapping[str, Tree]) -> Tree:
    """The tiers of the program, the highest of which asks for designations in a group, too."""
    tiers = dict(_mapping(tree, "tiers")) or {"ladder": ["bronze", "silver"]}
    ladder = cast("list[str]", tiers["ladder"])
    if len(ladder) < 2:
        return tiers
    own = dict(cast("Mapping[str, Tree]", tiers.get(ladder[-1], {})))
    parts: list[Tree] = ["d1", f"d2 >= {random.choice(STEPS)}", f"not d1 or d2.direct is {random.choice(STEPS)}"]
    chosen = random.sample(parts, random.randint(1, 3))
    form = random.choice(("any", "all", "none", "at_least"))
    group: dict[str, Tree] = {"at_least": "1", "of": chosen} if form == "at_least" else {form: chosen}
    before = cast("list[Tree]", own.get("requires", []))
    own["requires"] = [*before, {"any": [group, lines.requirement(0)]}]
    return {**tiers, ladder[-1]: own}
