"""Keys that moved: where they stand afterwards, that nothing is paid otherwise, and what is left where it was."""

from __future__ import annotations

from datetime import date
from textwrap import dedent, indent

import pytest

from engine.authoring.layout.file import lay_out
from engine.authoring.layout.migrations import incentives_changed, key_of
from engine.language.loader import load_tree
from engine.language.source import Mapping
from engine.plan.plan import Plan
from rules import SCHEMA, compile_program, load_program

HEAD = """\
rung: 1
program: acme
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
calendar: {fiscal_year_starts: february, year_named: start}

incentives:
"""


def laid(incentive: str, head: str = HEAD, kept: tuple[str, ...] = ()) -> str:
    """The incentive in the one layout, which stays as it is when laid out again."""
    text = head + indent(dedent(incentive), "  ")
    data, found = lay_out(text.encode(), "2026.yaml", SCHEMA, kept)
    assert data is not None, found
    assert lay_out(data, "2026.yaml", SCHEMA, kept)[0] == data
    return dedent(data.decode().removeprefix(head))


def plan_of(text: str) -> Plan:
    """The Plan on a day on which periods are complete and one is under way."""
    program, found = load_program(text.encode(), "2026.yaml")
    assert program is not None, found
    plan, found = compile_program(program, date(2026, 8, 15))
    assert plan is not None, found
    return plan


def stays(*lines: str) -> None:
    """An incentive of these lines is left as it is."""
    text = "launch:\n" + "".join(f"  {line}\n" for line in lines)
    assert laid(text) == text


def moved(before: str, after: str) -> None:
    """The incentive is written so, and the program compiles to the same tables and outputs."""
    assert laid(before) == dedent(after)
    plans = [plan_of(HEAD + indent(dedent(each), "  ")) for each in (before, after)]
    assert [(each.tables, each.outputs) for each in plans[:1]] == [(each.tables, each.outputs) for each in plans[1:]]


def test_the_order_of_limits_becomes_that_of_the_incentive() -> None:
    """With its comments, which were about the order."""
    moved(
        """\
        launch:
          kind: spiff
          of: quantity
          amount: 10 USD
          per: 1
          limits:
            - at_most: 100 USD
              per: [seller]
              # first come, first served
              order: [recorded_on, sale_id]  # as they arrive
            - {at_most: 500 USD, per: [customer], order: [recorded_on, sale_id]}  # of one customer
          payee: seller
        """,
        """\
        launch:
          kind: spiff
          of: quantity
          amount: 10 USD
          per: 1
          # first come, first served
          # as they arrive
          order: [recorded_on, sale_id]
          limits:
            - at_most: 100 USD
              per: [seller]
            - {at_most: 500 USD, per: [customer]}  # of one customer
          payee: seller
        """,
    )


def test_a_limit_of_each_record_has_no_say() -> None:
    """It takes no record before another."""
    moved(
        """\
        launch:
          kind: spiff
          amount: 10 USD
          limits:
            - {at_most: 9 USD, per: [sale_id]}
            - {at_most: 500 USD, per: [customer], order: [recorded_on]}
          payee: seller
        """,
        """\
        launch:
          kind: spiff
          amount: 10 USD
          order: [recorded_on]
          limits:
            - {at_most: 9 USD, per: [sale_id]}
            - {at_most: 500 USD, per: [customer]}
          payee: seller
        """,
    )


@pytest.mark.parametrize(
    ("records", "key"),
    [
        ("", ("sale_id",)),
        ("records: {sales: {fields: {a: id}}}", ("sale_id",)),
        ("records: {sales: {key: [a, b]}}", ("a", "b")),
        ("records: {other: {key: a}}", ("sale_id",)),
    ],
)
def test_the_key_of_the_records(records: str, key: tuple[str, ...]) -> None:
    """As the file says, else as the language does; of a table nobody declares nothing is known."""
    tree, _ = load_tree(f"program: a\n{records}\n".encode(), "a.yaml")
    assert isinstance(tree, Mapping)
    assert key_of("sales", tree) == key
    assert key_of("nowhere", tree) == ()


@pytest.mark.parametrize(
    "limits",
    [
        "[{at_most: 9 USD, per: [seller], order: [sale_id]}, {at_most: 5 USD, per: [partner], order: [recorded_on]}]",
        "[{at_most: 9 USD, per: [seller], order: [sale_id]}, {at_most: 5 USD, per: [partner]}]",
        "[{at_most: 9 USD, per: [seller]}, {at_most: 5 USD, per: [partner], order: [sale_id]}]",
        "[{at_most: 9 USD, per: [seller]}]",
        "[{at_most: 9 USD, per: [seller]}, nothing]",
    ],
)
def test_limits_that_differ_keep_their_order(limits: str) -> None:
    """Another order would pay other records; a limit without one takes them by day and key."""
    stays("kind: spiff", "amount: 1 USD", f"limits: {limits}", "payee: seller")


@pytest.mark.parametrize(
    "lines",
    [
        ("kind: spiff", "amount: 1 USD", "order: [recorded_on]"),
        ("kind: rebate", "period: quarter", "sum: amount", "rate: 1%"),
        ("kind: bounty", "amount: 1 USD"),
    ],
)
def test_an_order_stays_where_it_would_say_more(lines: tuple[str, ...]) -> None:
    """Beside one of the incentive, for periods, and where it would also decide whose sale was the first."""
    stays(*lines, "limits: [{at_most: 9 USD, per: [partner], order: [sale_id]}]", "payee: partner")


def test_the_time_of_limits_is_written_into_them() -> None:
    """A comment on the key that goes stands before what follows it."""
    moved(
        """\
        launch:
          kind: spiff
          measured: each row  # a sale
          of: quantity
          # caps start again
          period: fiscal quarter  # as the year does
          amount: 10 USD
          limits:
            - {at_most: 100 USD, per: [seller, period]}
            - at_most: 300 USD
              per:
                - partner
                - period  # not in a year
            - {at_most: 900 USD, per: [partner]}
            - {at_most: 990 USD, per: period}
          payee: seller
        """,
        """\
        launch:
          kind: spiff
          # a sale
          # caps start again
          # as the year does
          of: quantity
          amount: 10 USD
          per: 1
          limits:
            - {at_most: 100 USD, per: [seller, fiscal quarter]}
            - at_most: 300 USD
              per:
                - partner
                - fiscal quarter  # not in a year
            - {at_most: 900 USD, per: [partner]}
            - {at_most: 990 USD, per: fiscal quarter}
          payee: seller
        """,
    )


def test_one_empty_line_stays_of_two_that_meet() -> None:
    """One stood above the key that goes, one above the key that follows it now."""
    moved(
        """\
        launch:
          kind: spiff

          of: quantity

          period: month
          amount: 10 USD
          payee: seller
        """,
        """\
        launch:
          kind: spiff

          of: quantity
          amount: 10 USD
          per: 1
          payee: seller
        """,
    )


def test_a_period_that_limits_nothing_is_dropped() -> None:
    """It said when limits begin again, and there is none that does."""
    moved(
        "launch: {kind: spiff, period: month, amount: 1 USD, payee: seller}\n",
        "launch: {kind: spiff, amount: 1 USD, payee: seller}\n",
    )
    moved(
        "launch: {kind: spiff, period: month, amount: 1 USD, limits: [{at_most: 5 USD, per: seller}], payee: seller}\n",
        "launch: {kind: spiff, amount: 1 USD, limits: [{at_most: 5 USD, per: seller}], payee: seller}\n",
    )


@pytest.mark.parametrize(
    "limits", ["[{at_most: 5 USD, per: [seller, period, month]}]", "{at_most: 5 USD, per: [seller]}"]
)
def test_a_time_in_doubt_stays(limits: str) -> None:
    """Where a limit would name one period twice, and where limits are no list."""
    stays("kind: spiff", "period: month", "amount: 1 USD", f"limits: {limits}", "payee: seller")


def test_the_period_of_a_rebate_is_what_it_earns_for() -> None:
    """It stays, and `measured` beside it goes: `period` says it."""
    moved(
        "volume: {kind: rebate, measured: each period, period: quarter, sum: amount, rate: 1%, payee: partner}\n",
        "volume: {kind: rebate, period: quarter, sum: amount, rate: 1%, payee: partner}\n",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("of: quantity, amount: 1 USD", "of: quantity, amount: 1 USD, per: 1"),
        ("of: quantity, amount: 1 USD, per: 10", "of: quantity, amount: 1 USD, per: 10"),
        ("amount: 1 USD", "amount: 1 USD"),  # paid once
        ("of: amount, rate: 1%", "of: amount, rate: 1%"),
    ],
)
def test_an_amount_says_for_how_many_it_is_paid(before: str, after: str) -> None:
    """An amount beside `of` was paid for every one."""
    moved(f"launch: {{kind: spiff, {before}, payee: seller}}\n", f"launch: {{kind: spiff, {after}, payee: seller}}\n")


OLD = "launch: {kind: spiff, measured: each row, of: quantity, amount: 1 USD, payee: seller}\n"


@pytest.mark.parametrize("line", ['extends: "2025"', 'amends: "2026"\namendment: 1'])
def test_a_file_that_builds_on_another_stays(line: str) -> None:
    """It says what changes in an incentive, and the rest stands elsewhere."""
    head = HEAD.replace('version: "2026"\n', 'version: "2026"\n' * ("extends" in line) + f"{line}\n")
    assert OLD in laid(OLD, head)


def test_an_incentive_that_another_file_changes_stays() -> None:
    """Its period may be said there, or be dropped there."""
    assert laid(OLD, kept=("launch",)) == OLD
    assert laid(OLD, kept=("other",)) != OLD


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("amends: a\nincentives: {launch: {period: year}, other: {rate: 1%}}\n", {"launch", "other"}),
        ("extends: a\nwithout: [incentives.launch.period, metrics.sold]\n", {"launch"}),
        ("extends: a\nwithout: incentives\n", set()),  # all of them, so none is looked at
        ("program: a\nincentives: {launch: {period: year}}\n", set()),
    ],
)
def test_what_a_file_changes(text: str, names: set[str]) -> None:
    """Incentives it says something of, or takes something away from."""
    tree, _ = load_tree(text.encode(), "a.yaml")
    assert isinstance(tree, Mapping)
    assert incentives_changed(tree) == names


def test_what_is_no_incentive_stays() -> None:
    """A file with faults in its meaning is laid out all the same."""
    text = "launch: {kind: spif, measured: each row}\n"
    assert laid(text) == text
    assert laid("launch:\n") == "launch:\n"
