"""How large a program is with all names written out: counted by hand for small ones, refused beyond the limits."""

from __future__ import annotations

import pytest

from engine.compiler.written_out import DEEPEST, MOST_IN_ALL, MOST_PARTS, check_written_out
from rules import check_program, load_program

HEAD = """\
rung: 1
program: ridge
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
"""
REVENUE = "metrics:\n  revenue: {from: sales, sum: amount, window: lifetime}\n"


def findings(text: str) -> list[str]:
    """The codes and beginnings of what is too large."""
    program, found = load_program((HEAD + text).encode(), "p.yaml")
    assert program is not None, found
    own = check_written_out(program)
    assert not own or check_program(program) == own  # and nothing is compiled
    return [f"{each.code} {each.message.split(' with ')[0]}" for each in own]


DOUBLED = {
    "formulas": REVENUE
    + "".join(f"  m{n}: {{formula: m{n - 1} + m{n - 1}}}\n" for n in range(1, 20)).replace("m0", "revenue"),
    "parameters": "parameters:\n  p0: 1 USD\n" + "".join(f"  p{n}: p{n - 1} + p{n - 1}\n" for n in range(1, 20)),
    "segments": REVENUE
    + "segments:\n  s0: {when: [revenue >= 5 USD]}\n"
    + "".join(f"  s{n}: {{when: [{{any: [s{n - 1}, not s{n - 1}]}}]}}\n" for n in range(1, 20)),
    "benefits": "benefits:\n  b0: {value: money, is: 1 USD}\n"
    + "".join(f"  b{n}: {{value: money, is: benefits.b{n - 1} + benefits.b{n - 1}}}\n" for n in range(1, 20)),
}


@pytest.mark.parametrize("case", DOUBLED)
def test_what_doubles_is_refused_at_the_first_that_is_too_large(case: str) -> None:
    """2 to the 19th are half a million parts; only the first definition beyond the limit is named."""
    (found,) = findings(DOUBLED[case])
    assert found.startswith("RNG215 `")
    number = int(found.partition("`")[2].partition("`")[0][1:])
    assert 8 <= number <= 13  # 2 to the 13th has 8,192 names


def chain(head: str, first: str, link: str, length: int) -> str:
    """A section of definitions, each built on the one before."""
    return head + first + "".join(link.format(n=n, before=n - 1) for n in range(1, length))


CHAINS = {
    "segments": (REVENUE + "segments:\n", "  x0: {{when: [revenue >= 5 USD]}}\n", "  x{n}: {{when: [x{before}]}}\n"),
    "designations": (
        REVENUE + "designations:\n",
        "  x0: {{requires: [revenue >= 5 USD]}}\n",
        "  x{n}: {{requires: [x{before}]}}\n",
    ),
    "tables of metrics": (
        "metrics:\n",
        "  x0: {{from: sales, sum: amount, per: [customer_id], window: lifetime}}\n",
        "  x{n}: {{from: x{before}, sum: value, per: [customer_id]}}\n",
    ),
    "fields": (
        "records:\n  extends: standard\n  sales:\n    fields:\n",
        "      x0: {{type: money, formula: amount * 2}}\n",
        "      x{n}: {{type: money, formula: x{before} + 1 USD}}\n",
    ),
}


@pytest.mark.parametrize("case", CHAINS)
def test_chains_that_are_too_long_are_refused(case: str) -> None:
    """200 links; 5 are nothing."""
    head, first, link = CHAINS[case]
    (found,) = findings(chain(head, first.format(), link, 200))
    assert found.startswith("RNG215 `x")
    assert "levels deep" in found
    assert findings(chain(head, first.format(), link, 5)) == []


def test_the_levels_inside_a_definition_count() -> None:
    """The same 40 links: with a sum in each there is a level more for every link, and that is too deep."""
    first, link = "  x0: {formula: revenue}\n", "  x{n}: {{formula: x{before}}}\n"
    assert findings(chain(REVENUE, first, link, 40)) == []
    (found,) = findings(chain(REVENUE, first, link.replace("{before}", "{before} + 1 USD"), 40))
    assert found.startswith("RNG215 `x3") and found.endswith(f" goes {DEEPEST + 1} levels deep")


def test_a_column_is_one_part_where_it_is_used() -> None:
    """Formulas of records and totals are columns: they do not grow, whatever uses them."""
    fields = "".join(f"      x{n}: {{type: money, formula: x{n - 1} + x{n - 1}}}\n" for n in range(1, 15))
    text = "records:\n  extends: standard\n  sales:\n    fields:\n      x0: {type: money, formula: amount + amount}\n"
    assert findings(text + fields + REVENUE.replace("amount", "x14")) == []


def test_a_table_that_goes_by_a_segment_uses_it() -> None:
    """The names under `by` are used as others are."""
    text = DOUBLED["segments"]
    text = text[: text.index("  s10:")]
    tables = "".join(f'  p{n}: {{by: [s9], values: {{"true": 1 USD, "false": 2 USD}}}}\n' for n in range(30))
    assert len(findings(text + "parameters:\n" + tables)) == 1


def test_a_program_may_be_too_large_as_a_whole() -> None:
    """Every definition is small enough, and all of them are not."""
    text = DOUBLED["formulas"]
    text = text[: text.index("  m10:")]
    many = "".join(f"  n{n}: {{formula: m9 + {n} USD}}\n" for n in range(1, 40))
    (found,) = findings(text + many)
    assert found.startswith("RNG215 the program has ")
    assert MOST_PARTS < MOST_IN_ALL
    assert DEEPEST < MOST_PARTS


def test_what_is_built_on_itself_is_counted_once() -> None:
    """It is reported as a circle, elsewhere."""
    text = REVENUE + "  a: {formula: b + revenue}\n  b: {formula: a + a}\n  c: {formula: c}\n"
    assert findings(text) == []


def test_lines_of_tiers_and_incentives_count() -> None:
    """They use names as well; `partner.` before a name changes nothing."""
    text = DOUBLED["formulas"]
    text = text[: text.index("  m10:")]
    lines = ", ".join(f"partner.m9 >= {n} USD" for n in range(1, 40))
    tiers = f"tiers:\n  ladder: [base, gold]\n  gold: {{requires: [{lines}]}}\n"
    assert len(findings(text + tiers)) == 1
    incentive = (
        "incentives:\n  r: {kind: rebate, from: sales, period: quarter, sum: amount, rate: 1%, payee: partner}\n"
    )
    assert findings(text + incentive) == []


SCOPED = {
    "lines of a designation": "designations:\n  d:\n    per: [area]\n    ladder: [none, yes_]\n"
    "    yes_: {requires: [m9 >= 1 USD]}\n",
    "those it applies to": "designations:\n  d:\n    per: [area]\n    applies_to: [m9 >= 1 USD]\n"
    "    ladder: [none, yes_]\n    yes_: {requires: [revenue >= 1 USD]}\n",
    "lines of a benefit": "benefits:\n  b: {value: money, per: [area], is: 1 USD, when: [m9 >= 1 USD]}\n",
    "worth of a benefit": "benefits:\n  b: {value: money, per: [area], is: m9}\n",
}


@pytest.mark.parametrize("case", SCOPED)
def test_what_is_decided_for_each_value_counts_as_often(case: str) -> None:
    """`m9` has 2,556 parts: 511 links of 4 and 512 times revenue. 36 times that is small, 40 times is too large."""
    text = DOUBLED["formulas"]
    text = text[: text.index("  m10:")]

    def scoped(count: int) -> list[str]:
        values = ", ".join(f"a{n}" for n in range(count))
        return findings(f"choices:\n  area: [{values}]\n{text}{SCOPED[case]}")

    assert scoped(36) == []
    (found,) = scoped(40)
    assert found.startswith("RNG215 the program has 10")


def test_what_a_designation_applies_to_is_part_of_it() -> None:
    """A line of four times 2,556 parts, three sums, a comparison and what stands around it is refused there."""
    text = DOUBLED["formulas"]
    text = text[: text.index("  m10:")]
    line = " + ".join(["m9"] * 4)
    designation = f"designations:\n  d: {{applies_to: ['{line} >= 1 USD'], requires: [revenue >= 1 USD]}}\n"
    assert findings(text) == []
    (found,) = findings(text + designation)
    assert found.startswith("RNG215 `d` has 10,2")


def test_combinations_are_counted_before_they_are_listed() -> None:
    """Four choices of a hundred values have 100,000,000 combinations; one has a value, and three others are named."""
    fields = "".join(
        f"      c{k}: {{type: choice, values: [{', '.join(f'v{k}_{n}' for n in range(100))}]}}\n" for k in range(4)
    )
    text = f"records:\n  extends: standard\n  partners:\n    fields:\n{fields}"
    text += "parameters:\n  p: {by: [c0, c1, c2, c3], values: {v0_0: {v1_0: {v2_0: {v3_0: 1 USD}}}}}\n"
    text += REVENUE + "tiers:\n  ladder: [base, gold]\n  gold: {requires: [revenue >= p]}\n"
    program, _ = load_program((HEAD + text).encode(), "p.yaml")
    assert program is not None
    (found,) = [each for each in check_program(program) if each.code == "RNG212"]
    assert found.message.endswith("`v0_0 v1_0 v2_0 v3_3` and 99,999,996 more")


def test_the_largest_of_the_largest_is_measured_once() -> None:
    """28 of them inside each other once took 2 to the 28th steps."""
    line = f'"revenue >= {"max(2 USD, " * 28}revenue{")" * 28}"'
    text = REVENUE + f"tiers:\n  ladder: [base, gold]\n  gold:\n    requires:\n      - {line}\n"
    program, _ = load_program((HEAD + text).encode(), "p.yaml")
    assert program is not None
    assert check_program(program) == ()


def test_a_long_row_of_digits_is_read_once() -> None:
    """100,000 digits are too many, and said so at once; they once took the square of that."""
    program, found = load_program(b"rung: " + b"9" * 100_000 + b"\n", "p.yaml")
    assert program is None
    assert "RNG013" in [each.code for each in found]
