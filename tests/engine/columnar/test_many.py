"""Programs of very many incentives: decided as the reference decides them, in statements of a bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import cast

import duckdb
import pytest

from engine.columnar.evaluate import MOST_JOINS, MOST_UNITED, evaluate_columnar
from tests.properties.relations import connected
from tests.tiny import Decided, decide, partners, plan, sales

DAY = "2026-03-31"
FEW, MANY = MOST_UNITED + 4, 2 * (MOST_UNITED + 4)


def program(count: int) -> str:
    """Rebates, each on sales above another amount and for partners of its own line."""
    incentives = "".join(
        f"""
  rebate_{number}:
    kind: rebate
    from: sales
    where: amount > {number * 100} USD
    eligible: [revenue > {number} USD]
    period: quarter
    sum: amount
    rate: 10%
    payee: partner
    accounting: contra_revenue
    settle_by: credit_note
"""
        for number in range(count)
    )
    return f"metrics:\n  revenue: {{from: sales, sum: amount, window: lifetime}}\nincentives:{incentives}"


@cache
def decided() -> Decided:
    """Both evaluators agree to the last digit, which `decide` checks."""
    lines = (
        "S1 | P1 | sale | 2026-02-01 | 1050.00",
        "S2 | P1 | sale | 2026-02-02 | 350.00",
        "S3 | P2 | sale | 2026-03-01 | 99.00",
    )
    sold = sales(*lines)
    return decide(program(FEW), DAY, {"partners": partners("P1", "P2"), "sales": sold})


def test_each_incentive_pays_for_its_own_sales() -> None:
    """P1: both sales up to a bound of 300, one up to 1,000, none above; P2: only the rebate without a bound."""
    found = decided().earned("incentive", "partner_id", "amount")
    expected = [(f"rebate_{each}", "P1", "140.00" if each < 4 else "105.00") for each in range(11)]
    expected += [(f"rebate_{each}", "P1", "0.00") for each in range(11, FEW)]
    expected += [(f"rebate_{each}", "P2", "9.90" if not each else "0.00") for each in range(FEW)]
    paid = [each for each in expected if each[2] != "0.00"]
    assert sorted(each for each in found if each[2] != "0.00") == sorted(paid)


class Counting:
    """A connection that remembers the statements it is given."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection, self.statements = connection, list[str]()

    def execute(self, statement: str) -> duckdb.DuckDBPyConnection:
        """Remember the statement, and execute it."""
        self.statements.append(statement)
        return self.connection.execute(statement)


@pytest.fixture
def counting() -> Iterator[Counting]:
    """A connection without records."""
    connection = connected()
    yield Counting(connection)
    connection.close()


@pytest.mark.parametrize("count", [FEW, MANY])
def test_a_statement_has_few_joins_and_few_tables(count: int, counting: Counting) -> None:
    """What DuckDB plans at once does not grow with the number of incentives."""
    result = evaluate_columnar(plan(program(count), DAY), {}, cast(duckdb.DuckDBPyConnection, counting))
    statements = [*counting.statements, *(result.query(each.name) for each in result.plan.outputs)]
    assert max(each.count(" JOIN ") for each in statements) <= MOST_JOINS + 1
    assert max(each.count(" UNION ALL ") for each in statements) < MOST_UNITED
    result.close()
