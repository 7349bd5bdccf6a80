"""The look at the text of a query: what only reads passes, all else has its reason."""

from __future__ import annotations

import pytest

from engine.records.query import is_ordered, query_fault

READING = (
    "SELECT 1",
    "select a, b from t where c = 'DELETE; DROP' -- INSERT; more",
    "/* DELETE FROM t; */ SELECT a FROM t;",
    "SELECT a FROM t ; -- the end; really\n ;",
    "WITH x AS (SELECT 1 AS a), y AS (SELECT a FROM x) SELECT * FROM y",
    "(SELECT a FROM t) UNION ALL (SELECT b FROM u)",
    'SELECT "delete;", `insert;`, [update;] FROM t',
    "SELECT $$ ; DROP TABLE t $$, $a$ ; $$ ; $a$ FROM t",
    "SELECT updated, deleted, replace(a, ';', ',') FROM t",
    "SELECT a FROM t WHERE b IN (SELECT b FROM u)",
    "SELECT 'it''s; fine' AS a",
)


@pytest.mark.parametrize("query", READING)
def test_one_statement_that_reads(query: str) -> None:
    """Comments, texts and quoted names are no words of the query."""
    assert query_fault(query) == ""


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("", "the query is empty"),
        ("-- SELECT 1", "the query is empty"),
        ("/* SELECT 1", "the query is empty"),
        ("DELETE FROM t", "the query begins with `DELETE`"),
        ("insert into t values (1)", "the query begins with `INSERT`"),
        ("PRAGMA table_info(t)", "the query begins with `PRAGMA`"),
        ("ATTACH 'other.db' AS o", "the query begins with `ATTACH`"),
        ("COPY t TO PROGRAM 'sh'", "the query begins with `COPY`"),
        ("EXPLAIN SELECT 1", "the query begins with `EXPLAIN`"),
        ("; SELECT 1", "the query begins with `;`"),
        ("SELECT 1; SELECT 2", "there is a second statement behind `;`"),
        ("SELECT ';' ; DROP TABLE t", "there is a second statement behind `;`"),
        ("SELECT 1; 2", "there is a second statement behind `;`"),
        ("WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x", "the query changes data: it has a `DELETE`"),
        ("WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", "the query changes data: it has a `INSERT`"),
        ("WITH x AS (SELECT 1) UPDATE t SET a = 1", "the query changes data: it has a `UPDATE`"),
        ("SELECT * INTO t FROM u", "the query makes a table: it has an `INTO`"),
    ],
)
def test_what_else_is_refused(query: str, fault: str) -> None:
    """Before a database sees it."""
    assert query_fault(query) == fault


def test_a_long_query_is_looked_at_once() -> None:
    """Signs that open something and never close it do not make the look slow: it would take minutes."""
    for sign in ("'", '"', "`", "[", "$a$b", "/*", "('"):
        assert query_fault("SELECT 1 " + sign * 300_000) == ""
    assert query_fault("SELECT 1 " + "".join(f"$a{n}$" for n in range(100_000))) == ""


@pytest.mark.parametrize(
    ("query", "ordered"),
    [
        ("SELECT a FROM t", False),
        ("SELECT a FROM t ORDER BY a", True),
        ("select a from t order by a;", True),
        ("SELECT row_number() OVER (ORDER BY a) FROM t", False),
        ("SELECT a FROM (SELECT a FROM t ORDER BY a LIMIT 5) AS u", False),
        ("SELECT a FROM t -- ORDER BY a", False),
        ("SELECT 'ORDER BY' FROM t", False),
        ("SELECT t.order FROM t", False),
    ],
)
def test_whether_the_order_is_said(query: str, ordered: bool) -> None:
    """By the query itself, not by a part of it."""
    assert is_ordered(query) is ordered
