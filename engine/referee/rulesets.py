"""Atoms as durable-rules definitions: small rule sets with generated field names.

The engine knows a field by the 32-bit FNV-1a hash of its name alone, so two fields whose names
collide are one field to it. Names are generated and checked; no name of a program gets through.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.plan.scalar import Comparison
from engine.referee.translate import Against, Brief, Exists, OneOf, Pair, facts_of
from engine.referee.worker import CONSTANT

CHUNK = 24  # rules of a set with its sentinel: 48 is allowed, 65 met at once fail, 24 is as fast
RESERVED = (
    CONSTANT,
    "sid",
    "id",
    "$s",
    "m",
    "$m",
    "$l",
    "$r",
    "$i",
    "exception",
    "label",
    "chart",
    "$time",
    "$timerName",
)

Test = dict[str, "int | str | Test | list[Test]"]
"""A condition in the engine's own notation."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules that share a fact. `facts` are the numbers of the fields it holds."""

    rules: tuple[tuple[str, Test], ...]
    facts: tuple[int, ...]


def fnv1a(name: str) -> int:
    """The 32-bit FNV-1a hash of a name, as durable-rules has it."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = (value ^ byte) * 0x01000193 % 2**32
    return value


def field_names(count: int) -> tuple[str, ...]:
    """That many names without a collision, the same ones every time."""
    seen = {fnv1a(name) for name in RESERVED}
    names: list[str] = []
    number = 0
    while len(names) < count:
        name = f"f{number}"
        number += 1
        if (place := fnv1a(name)) not in seen:
            seen.add(place)
            names.append(name)
    return tuple(names)


def exists_rule(fact: int) -> str:
    """The name of the rule that is met when a field has a value."""
    return f"e{fact}"


def atom_rule(index: int) -> str:
    """The name of an atom's rule."""
    return f"a{index}"


def rule_sets(brief: Brief) -> tuple[RuleSet, ...]:
    """All rules of a brief, in sets small enough for the engine."""
    names = field_names(len(brief.facts))
    rules = list(_rules(brief, names))
    size = CHUNK - 1  # the sentinel is added by the worker
    chunks = (rules[at : at + size] for at in range(0, len(rules), size))
    return tuple(_rule_set(chunk) for chunk in chunks)


def _rule_set(rules: list[tuple[str, Test, tuple[int, ...]]]) -> RuleSet:
    facts = sorted({fact for _, _, read in rules for fact in read})
    return RuleSet(tuple((name, test) for name, test, _ in rules), tuple(facts))


def _rules(brief: Brief, names: tuple[str, ...]) -> Iterator[tuple[str, Test, tuple[int, ...]]]:
    """Each field's exists rule once, followed by the atoms that read it first."""
    known: set[int] = set()
    order = sorted(enumerate(brief.atoms), key=lambda each: (facts_of(each[1]), each[0]))
    for index, atom in order:
        for fact in facts_of(atom):
            if fact not in known:
                known.add(fact)
                yield exists_rule(fact), _all([{"$ex": {names[fact]: 1}}]), (fact,)
        if not isinstance(atom, Exists):
            yield atom_rule(index), _test(atom, names), facts_of(atom)


_OPERATORS = {
    Comparison.LESS: "$lt",
    Comparison.AT_MOST: "$lte",
    Comparison.MORE: "$gt",
    Comparison.AT_LEAST: "$gte",
    Comparison.UNEQUAL: "$neq",
}


def _test(atom: Against | Pair | OneOf, names: tuple[str, ...]) -> Test:
    """The rule's condition: the constant field, then `$ex` of every field read, then the comparison.

    Without `$ex` the engine finds `a >= b` true where b is missing.
    """
    guards: list[Test] = [{"$ex": {names[fact]: 1}} for fact in facts_of(atom)]
    match atom:
        case Against(fact, op, constant):
            return _all([*guards, _compare(op, {names[fact]: constant})])
        case Pair(fact, op, other):
            return _all([*guards, _compare(op, {names[fact]: {"$m": names[other]}})])
        case OneOf(fact, constants):
            options: list[Test] = [{names[fact]: constant} for constant in constants]
            return _all([*guards, options[0] if len(options) == 1 else {"$or": options}])


def _compare(op: Comparison, sides: Test) -> Test:
    return sides if op is Comparison.EQUAL else {_OPERATORS[op]: sides}


def _all(tests: list[Test]) -> Test:
    return {"$and": [{CONSTANT: 1}, *tests]}
