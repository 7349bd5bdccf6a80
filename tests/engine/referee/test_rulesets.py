"""Atoms as rule sets: names, chunks, guards."""

from __future__ import annotations

import json
from decimal import Decimal

from engine.plan.scalar import Among
from engine.referee.rulesets import CHUNK, RESERVED, field_names, fnv1a, rule_sets
from engine.referee.translate import brief_of
from tests.engine.referee.conditions import AT_LEAST, amount, compare, condition, literal, plan, text


def test_the_hash_is_that_of_the_rule_engine() -> None:
    """Published FNV-1a values, and the pair of words that durable-rules takes for one."""
    assert fnv1a("") == 0x811C9DC5
    assert fnv1a("a") == 0xE40C292C
    assert fnv1a("foobar") == 0xBF9CF968
    assert fnv1a("costarring") == fnv1a("liquid")


def test_field_names_never_collide() -> None:
    """Five thousand names differ in their hashes, also from the names the engine uses itself."""
    names = field_names(5000)
    assert len({fnv1a(name) for name in (*names, *RESERVED)}) == 5000 + len(RESERVED)
    assert names == field_names(5000)


def test_rules_come_in_small_sets() -> None:
    """No set has more rules than a chunk with its sentinel, and none is lost."""
    lines = [condition(f"t.{n}", compare(amount("a"), AT_LEAST, literal(n))) for n in range(200)]
    sets = rule_sets(brief_of(plan(*lines)))
    assert max(len(each.rules) for each in sets) < CHUNK
    assert sum(len(each.rules) for each in sets) == 200 + 1


def test_every_rule_is_guarded() -> None:
    """Each rule asks for the constant field first and for the presence of each field it reads."""
    lines = (
        condition("t.1", compare(amount("a"), AT_LEAST, amount("b"))),
        condition("t.2", Among(text("c"), (literal("x"), literal("y")))),
        condition("t.3", compare(amount("a"), AT_LEAST, literal(Decimal("0.01")))),
    )
    (only,) = rule_sets(brief_of(plan(*lines)))
    assert dict(only.rules) == {
        "e0": {"$and": [{"k": 1}, {"$ex": {"f0": 1}}]},
        "a2": {"$and": [{"k": 1}, {"$ex": {"f0": 1}}, {"$gte": {"f0": 1}}]},
        "e1": {"$and": [{"k": 1}, {"$ex": {"f1": 1}}]},
        "a0": {"$and": [{"k": 1}, {"$ex": {"f0": 1}}, {"$ex": {"f1": 1}}, {"$gte": {"f0": {"$m": "f1"}}}]},
        "e2": {"$and": [{"k": 1}, {"$ex": {"f2": 1}}]},
        "a1": {"$and": [{"k": 1}, {"$ex": {"f2": 1}}, {"$or": [{"f2": 1}, {"f2": 2}]}]},
    }
    assert only.facts == (0, 1, 2)


def test_no_rule_divides_or_negates() -> None:
    """Operators that kill or loop the engine never appear."""
    lines = [condition("t.1", compare(amount("a"), AT_LEAST, amount("b")))]
    written = json.dumps([each.rules for each in rule_sets(brief_of(plan(*lines)))])
    assert "$div" not in written
    assert "$nex" not in written
