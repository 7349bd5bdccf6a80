"""Versions that build on others: what is inherited, replaced and dropped, and where each value was written."""

from __future__ import annotations

import pytest

from engine.language.diagnostic import Diagnostic, has_errors
from engine.language.essence import essence
from engine.language.expression import render_expression
from engine.language.lineage import MAX_DEPTH, foundations
from engine.language.loader import load_tree
from engine.language.program import Program
from engine.language.source import File, Sequence, Span
from rules import check_program, load_program

BASE = """\
rung: 1
program: tiny
title: Tiny Program
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
records:
  partners: {fields: {size: {type: choice, values: [smb, big]}}}
  sales: {links: {item: {to: products, by: product_id}}}
parameters:
  needed: {by: [size], values: {smb: 10 USD, big: 20 USD}}
metrics:
  revenue: {title: Revenue, from: sales, sum: amount, window: trailing 12 months}
  orders: {from: sales, count: records, window: lifetime}
tiers:
  ladder: [base, gold]
  was: {old: gold}
  requires: [revenue >= needed]
  gold: {requires: [orders > 3]}
"""
NEW = """\
rung: 1
program: tiny
version: "2027"
extends: "2026"
effective: {from: 2027-01-01, before: 2028-01-01}
"""


def loaded(rest: str, *, head: str = NEW, base: str = BASE) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """The new version over the base, and the findings of the whole checker."""
    program, found = load_program((head + rest).encode(), "2027.yaml", [File("somewhere/2026.yaml", base.encode())])
    return program, (*found, *(check_program(program) if program else ()))


def program(rest: str, *, head: str = NEW, base: str = BASE) -> Program:
    """The new version, which has no errors."""
    found, findings = loaded(rest, head=head, base=base)
    assert found is not None and not has_errors(findings), findings
    return found


def test_what_is_not_said_is_inherited() -> None:
    """All of it but what a version says of itself, each value with its place in the file that has it."""
    found = program("")
    assert (found.version, found.title, found.effective[0].year) == ("2027", "Tiny Program", 2027)
    assert [each.name for each in found.metrics] == ["revenue", "orders"]
    assert found.metrics[0].span.file == "somewhere/2026.yaml"
    assert found.files == ("2027.yaml", "somewhere/2026.yaml")
    assert found.edition == "2027" and found.stages == (found,)


def test_a_key_is_replaced_and_the_others_stay() -> None:
    """A metric with another window keeps its title and its sum."""
    metric = program("metrics: {revenue: {window: lifetime}}").metrics[0]
    assert (metric.title, metric.op, metric.window and metric.window.kind) == ("Revenue", "sum", "lifetime")
    assert metric.span.file == "2027.yaml"


def test_a_list_is_replaced_whole() -> None:
    """The lines of a tier are one value."""
    found = program("tiers: {gold: {requires: [orders > 5]}}")
    (line,) = found.ladder.tiers[1].requires
    assert render_expression(line.expression) == "orders > 5"  # type: ignore[union-attr]  # it is a line
    assert len(found.ladder.common) == 1


def test_a_parameter_is_replaced_whole() -> None:
    """Values by size give way to one value; they are not mixed."""
    (parameter,) = program("parameters: {needed: 5 USD}").parameters
    assert parameter.versions[0].table.single is not None and not parameter.versions[0].table.choices
    _, findings = loaded("parameters: {needed: {by: [size], values: {big: 30 USD}}}")
    assert [each.code for each in findings] == ["RNG212"]


def test_records_are_laid_over_by_field() -> None:
    """A new field stands beside the inherited ones."""
    found = program("records: {partners: {fields: {stars: {type: integer, optional: true}}}}")
    partners, sales = found.records.table("partners"), found.records.table("sales")
    assert partners is not None and partners.field("size") is not None and partners.field("stars") is not None
    assert sales is not None and [each.name for each in sales.links] == ["item"]


def test_what_is_dropped_is_gone() -> None:
    """And may be stated anew, of another kind."""
    found = program("without: [metrics.orders]\nmetrics: {orders: {formula: 7}}")
    assert [each.name for each in found.metrics] == ["revenue", "orders"]
    assert found.metrics[1].formula is not None and not found.metrics[1].source
    assert program("without: [parameters.needed]\ntiers: {requires: [revenue > 1 USD]}").parameters == ()


def test_former_names_are_not_inherited() -> None:
    """`was` speaks of the version before, which for the next one is another."""
    assert program("").ladder.was == ()
    assert program("tiers: {was: {base: gold}}").ladder.was == (("base", "gold"),)


def test_the_same_as_written_out() -> None:
    """A version that extends another means what the same rules in one file mean."""
    whole = BASE.replace('"2026"', '"2027"').replace("2026-01-01, before: 2027", "2027-01-01, before: 2028")
    whole = whole.replace("orders > 3", "orders > 5").replace("  was: {old: gold}\n", "")
    alone, _ = load_program(whole.encode(), "2027.yaml")
    assert alone is not None
    assert essence(program("tiers: {gold: {requires: [orders > 5]}}")) == essence(alone)


def test_a_line_of_versions() -> None:
    """2028 extends 2027 extends 2026; an amended version is inherited as amended."""
    last = NEW.replace('"2027"', '"2028"').replace('"2026"', '"2027.amendment-1"')
    last = last.replace("2027-01-01, before: 2028", "2028-01-01, before: 2029")
    amendment = 'rung: 1\nprogram: tiny\namends: "2027"\namendment: 1\neffective_from: 2027-07-01\nreason: a test\n'
    others = [
        File("2026.yaml", BASE.encode()),
        File("2027.yaml", (NEW + "metrics: {revenue: {title: Net}}").encode()),
        File("2027.amendment-1.yaml", (amendment + "metrics: {orders: {title: Orders}}").encode()),
    ]
    found, findings = load_program(last.encode(), "2028.yaml", others)
    assert found is not None, findings
    assert [each.title for each in found.metrics] == ["Net", "Orders"]
    assert found.files == ("2028.yaml", "2027.amendment-1.yaml", "2027.yaml", "2026.yaml")


def test_an_amendment_has_an_edition() -> None:
    """The version as amended, with the rules before."""
    text = 'rung: 1\nprogram: tiny\namends: "2026"\namendment: 1\neffective_from: 2026-07-01\nreason: a test\n'
    text += "on_paid: raise_only\nparameters: {needed: 5 USD}\n"
    found, _ = load_program(text.encode(), "2026.amendment-1.yaml", [File("2026.yaml", BASE.encode())])
    assert found is not None and found.earlier is not None
    assert (found.edition, found.earlier.edition, found.version) == ("2026.amendment-1", "2026", "2026")
    assert [(each.number, each.reason, each.on_paid) for each in found.amendments] == [(1, "a test", "raise_only")]
    assert (str(found.first_day), str(found.earlier.first_day)) == ("2026-07-01", "2026-01-01")


def test_a_list_builds_on_nothing() -> None:
    """What is no mapping has no key that could say so."""
    assert foundations(Sequence((), Span("x.yaml", 1, 1, 1, 3))) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1", ()),
        ('extends: "2026"', ("2026.yaml",)),
        ('amends: "2026"\namendment: 1', ("2026.yaml",)),
        ('amends: "2026"\namendment: 3', ("2026.amendment-1.yaml", "2026.amendment-2.yaml", "2026.yaml")),
        ('amends: "2026"\namendment: 1000000', ("2026.yaml",)),
        ('amends: "2026"\namendment: x', ("2026.yaml",)),
    ],
)
def test_foundations(text: str, expected: tuple[str, ...]) -> None:
    """The names a file builds on, however odd its number."""
    tree, _ = load_tree(text.encode(), "x.yaml")
    assert tree is not None
    assert foundations(tree) == expected


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("without: [incentives]", "RNG104"),  # a section alone
        ("without: [incentives.rebate]", "RNG413"),  # no such section
        ("reason: better", "RNG100"),
        ("on_paid: both", "RNG100"),
        ("metrics: 3", "RNG102"),
        ("metrics: {revenue: 3}", "RNG102"),
    ],
)
def test_refused(rest: str, expected: str) -> None:
    """What does not go with `extends`, or drops nothing."""
    found, findings = loaded(rest)
    assert found is None
    assert [each.code for each in findings] == [expected]


def amended(text: str, *others: str) -> list[str]:
    """The codes of an amendment over the base and other amendments."""
    files = [File("2026.yaml", BASE.encode())]
    files += [File(f"2026.amendment-{number}.yaml", each.encode()) for number, each in enumerate(others, 1)]
    return [each.code for each in load_program(text.encode(), "x.yaml", files)[1]]


HEAD = 'rung: 1\nprogram: tiny\namends: "2026"\namendment: {}\neffective_from: {}\nreason: a test\n'


@pytest.mark.parametrize(
    ("text", "others", "expected"),
    [
        (HEAD.format(1, "2026-13-01"), (), "RNG041"),
        (HEAD.format(2, "2026-07-01"), (HEAD.format(3, "2026-06-01"),), "RNG412"),  # misnumbered
        (HEAD.format(2, "2026-07-01"), (NEW,), "RNG412"),  # no amendment at all
        (HEAD.format(2, "2026-07-01"), ("rung: 1\n  x",), "RNG0"),
        (HEAD.format(2, "2026-07-01"), (HEAD.format(1, "2026-13-01"),), "RNG041"),  # no such day
        (HEAD.format(2, "2026-07-01"), (HEAD.format(1, "soon"),), "RNG104"),
        (HEAD.format(2, "2026-07-01"), (HEAD.format(1, "'2026-13-01'"),), "RNG5"),
        (HEAD.format(2, "2026-07-01"), (HEAD.format(1, "2026-06-01").replace("reason", "# reason"),), "RNG101"),
        (HEAD.format(0, "2026-07-01"), (), "RNG104"),
        (HEAD.format(1, "2026-07-01").replace("tiny", "other"), (), "RNG412"),
        (HEAD.format(1, "2026-07-01") + "without: [metrics.none]\n", (), "RNG413"),
        (HEAD.format(1, "2026-07-01") + "extends: '2025'\n", (), "RNG100"),
    ],
)
def test_amendments_refused(text: str, others: tuple[str, ...], expected: str) -> None:
    """An amendment that is none, or whose predecessor is none."""
    (code,) = set(amended(text, *others))
    assert code.startswith(expected)


def test_no_line_is_endless() -> None:
    """A version that extends itself, through however many files, is refused in bounded work."""
    text = NEW.replace('"2027"', '"2026"').encode()
    _, findings = load_program(text, "2026.yaml", [File("2026.yaml", text)])
    assert [each.code for each in findings] == ["RNG411"]
    assert MAX_DEPTH < 100
