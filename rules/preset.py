"""A kind of incentive as a preset: which keys it has, whom it may pay, and what must be there.

What an incentive earns follows from its keys alone (`engine.compiler.course`), so a kind computes
nothing. A kind with a key of its own reads it into what every incentive has: see `rules/bounty.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from engine.language import source
from engine.language.catalogue import IncentiveKind
from engine.language.diagnostic import Diagnostic
from engine.language.names import own_names, own_words
from engine.language.program import Incentive, Program
from engine.language.reading import Reader
from engine.language.shapes import Schema, Snippet, mapping, one_of
from rules.incentive_checks import check_incentive
from rules.incentive_keys import AFTER, MEASURE, PAY, ROWS, WORDS
from rules.skeleton import parse_incentive

Read = Callable[[Incentive, source.Mapping, Reader], Incentive]
Check = Callable[[Incentive, Program], Iterable[Diagnostic]]

GRAINS = ("record", "period")
"""What an incentive may earn for: `record` leaves out `period` and `sum`, `period` leaves out `of`."""


def as_read(incentive: Incentive, tree: source.Mapping, reader: Reader) -> Incentive:
    """Nothing of its own to read."""
    return incentive


def nothing_more(incentive: Incentive, program: Program) -> Iterator[Diagnostic]:
    """Nothing of its own to check."""
    yield from ()


def preset(
    name: str,
    says: str,
    page: str | None,
    snippet: Snippet,
    *,
    payees: Mapping[str, str],
    grains: tuple[str, ...] = GRAINS,
    pays: tuple[str, ...] = ("rate", "amount", "bands"),
    required: tuple[str, ...] = (),
    keys: Mapping[str, Schema] | None = None,
    read: Read = as_read,
    check: Check = nothing_more,
    title: str = "",
) -> IncentiveKind:
    """The kind. `payees` says who may be paid, each with its meaning; `keys` are those of this kind alone."""
    left_out = _left_out(grains, pays)
    properties: dict[str, Schema] = {
        **ROWS,
        "kind": one_of("The kind of incentive", name),
        **(keys or {}),
        **{key: schema for key, schema in {**MEASURE, **PAY}.items() if key not in left_out},
        **AFTER,
        "payee": one_of("Who is paid", *payees, meaning=payees),
        **WORDS,
    }
    schema = mapping(properties, "kind", *required, "payee", description=says, title=title or name)

    def parse(entry: source.Entry, program: Program, reader: Reader) -> Incentive:
        incentive, tree = parse_incentive(entry, name, "period" in grains, reader)
        table = program.records.table(incentive.source)
        where, measure = own_names((incentive.where, incentive.measure), table)
        limits = tuple(
            replace(each, per=own_words(each.per, table), order=own_words(each.order, table))
            for each in incentive.limits
        )
        order = own_words(incentive.order, table)
        return read(replace(incentive, where=where, measure=measure, order=order, limits=limits), tree, reader)

    def checked(incentive: Incentive, program: Program) -> Iterator[Diagnostic]:
        yield from check_incentive(incentive, program)
        yield from check(incentive, program)

    return IncentiveKind(name, says, schema, parse, checked, page or "", snippet)


def _left_out(grains: tuple[str, ...], pays: tuple[str, ...]) -> set[str]:
    """Keys without meaning for a kind with these grains and forms of pay."""
    out = set() if "period" in grains else {"period", "sum"}
    out |= set() if "record" in grains else {"of"}
    out |= {each for each in ("rate", "amount", "bands") if each not in pays}
    out |= set() if "amount" in pays else {"per"}
    return out | (set() if "bands" in pays else {"method", "beyond"})
