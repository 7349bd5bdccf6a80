"""Whole numbers of any size in SQL, for values that a DECIMAL of 38 digits cannot hold.

DuckDB's BIGNUM adds, compares and sums exactly; its products would be of type DOUBLE, and it divides nothing. So
products are made of parts of 18 digits, whose products a HUGEINT holds, and quotients digit by digit where a HUGEINT
holds either side no longer. A decimal is stored here without its point: the caller knows its scale.

A lambda over a list of one gives a name to a value that is used twice, so that SQL grows only with the expression.
"""

from __future__ import annotations

from typing import assert_never

from engine.types import MAX_DIGITS, Mode

PART = 18  # digits of a part: the product of two has 36, and a HUGEINT holds the sum of 170 such products
ZERO = "CAST('0' AS BIGNUM)"
ONE = "CAST('1' AS BIGNUM)"
FIRST = ZERO  # what a division has left before its first digit
ODD = "('1', '3', '5', '7', '9')"


def shifted(sql: str, power: int) -> str:
    """The number times a power of ten."""
    return f"CAST(CAST({sql} AS VARCHAR) || '{'0' * power}' AS BIGNUM)" if power else sql


def size_of(sql: str) -> str:
    """The number without its sign."""
    return f"CAST(ltrim(CAST({sql} AS VARCHAR), '-') AS BIGNUM)"


def product(left: str, right: str, left_digits: int, right_digits: int) -> str:
    """The product of two numbers of at most so many digits."""
    parts = (_parts("v.a", left_digits), _parts("v.b", right_digits))
    columns: list[list[str]] = [[] for _ in range(len(parts[0]) + len(parts[1]) - 1)]
    for i, one in enumerate(parts[0]):
        for j, two in enumerate(parts[1]):
            columns[i + j].append(f"{one} * {two}")
    terms = [shifted(f"({' + '.join(column)})", PART * place) for place, column in enumerate(columns)]
    terms[0] = f"CAST({terms[0]} AS BIGNUM)"
    signed = "CASE WHEN (v.a[1] = '-') <> (v.b[1] = '-') THEN -p ELSE p END"
    made = f"list_transform([{' + '.join(terms)}], lambda p: {signed})[1]"
    return _named(f"{{'a': CAST({left} AS VARCHAR), 'b': CAST({right} AS VARCHAR)}}", "v", made)


def _parts(text: str, digits: int) -> list[str]:
    """The parts of a number without its sign, the lowest first."""
    count = -(-digits // PART)
    padded = f"lpad(ltrim({text}, '-'), {PART * count}, '0')"
    starts = reversed(range(1, PART * count, PART))
    return [f"CAST(substr({padded}, {start}, {PART}) AS HUGEINT)" for start in starts]


def _named(value: str, name: str, sql: str) -> str:
    """The SQL, in which `name` is the value."""
    return f"list_transform([{value}], lambda {name}: {sql})[1]"


def quotient(numerator: str, denominator: str, mode: Mode) -> str:
    """The whole quotient of a number and a positive one, rounded by its exact rest; the sign is put back last."""
    away = f"CASE WHEN {_moves_away(mode)} THEN w.q + {ONE} ELSE w.q END"
    signed = _named(f"{{'q': {away}, 'u': w.u}}", "r", "CASE WHEN r.u[1] = '-' THEN -r.q ELSE r.q END")
    text = _named(f"CAST({numerator} AS VARCHAR)", "u", "{'u': u, 'n': ltrim(u, '-')}")
    given = _named(text, "t", f"{{'u': t.u, 'n': t.n, 'd': {denominator}}}")
    return _named(_named(given, "v", _divided()), "w", signed)


def _divided() -> str:
    """Quotient `q` and rest `r` of `v.n`, a text, by `v.d`, with the divisor beside them."""
    over, under = "TRY_CAST(v.n AS HUGEINT)", "TRY_CAST(CAST(v.d AS VARCHAR) AS HUGEINT)"
    small = f"length(v.n) <= {MAX_DIGITS} AND length(CAST(v.d AS VARCHAR)) <= {MAX_DIGITS}"
    fast = f"{{'q': CAST({over} // {under} AS BIGNUM), 'r': CAST({over} % {under} AS BIGNUM), 'd': v.d, 'u': v.u}}"
    multiples = ", ".join(" + ".join(["v.d"] * count) for count in range(1, 10))
    long = _named(f"[{multiples}]", "m", _digit_by_digit())
    none = "v.n IS NULL OR v.d IS NULL"
    return f"CASE WHEN {none} THEN NULL WHEN {small} THEN {fast} ELSE {long} END"


def _digit_by_digit() -> str:
    """Long division of `v.n` with the nine multiples `m` of the divisor."""
    digits = "list_transform(string_split(v.n, ''), lambda c: {'r': CAST(c AS BIGNUM), 'q': ''})"
    down = "CAST(CAST(s.r AS VARCHAR) || CAST(e.r AS VARCHAR) AS BIGNUM)"
    count = "len(list_filter(m, lambda x: x <= t))"
    step = "{'r': CASE WHEN k = 0 THEN t ELSE t - m[k] END, 'q': s.q || CAST(k AS VARCHAR)}"
    walk = _named(down, "t", _named(count, "k", step))
    found = f"list_reduce({digits}, lambda s, e: {walk}, {{'r': {FIRST}, 'q': ''}})"
    return _named(found, "f", "{'q': CAST(f.q AS BIGNUM), 'r': f.r, 'd': v.d, 'u': v.u}")


def _moves_away(mode: Mode) -> str:
    """Whether a quotient with the rest `w.r` of `w.d` is rounded up."""
    match mode:
        case Mode.HALF_UP:
            return "w.r + w.r >= w.d"
        case Mode.HALF_EVEN:
            odd = f"right(CAST(w.q AS VARCHAR), 1) IN {ODD}"
            return f"w.r + w.r > w.d OR (w.r + w.r = w.d AND {odd})"
        case Mode.DOWN:
            return "FALSE"
        case Mode.UP:
            return f"w.r > {ZERO}"
    assert_never(mode)
