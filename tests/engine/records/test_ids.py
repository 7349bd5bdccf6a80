"""Ids as systems write them: by a declared rule the texts of two systems become one id."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.duck import open_connection
from engine.language.source import Scalar, Span
from engine.records.feed import IdRule
from engine.records.ids import id_sql, id_text
from tests.engine.records.desk import FEED, imported, rows_of, told

HERE = Span("feed.yaml", 1, 1, 1, 2)
CONNECTION = open_connection(1)


def rule(salesforce: bool = False, digits: int = 0, prefix: str = "", replace: str = "") -> IdRule:
    """A rule; `replace` has pairs of a text and what replaces it, `/-` or `&and`, parted by commas."""
    pairs = tuple((Scalar(each[0], HERE), Scalar(each[1:], HERE)) for each in replace.split(",") if each)
    return IdRule(HERE, pairs, salesforce, digits, prefix)


RULES = (rule(), rule(True), rule(digits=1), rule(digits=10, prefix="SAP-"), rule(replace=" _,&and,/"))


@given(st.text("0Aa9/ &", max_size=18) | st.from_regex("[0-9A-Za-z]{14,18}", fullmatch=True), st.sampled_from(RULES))
def test_sql_and_python_agree(text: str, rule: IdRule) -> None:
    """The rule for map and constants in the feed is that for the rows."""
    ((made,),) = CONNECTION.execute(f"SELECT {id_sql('x', rule)} FROM (SELECT ? AS x)", [text]).fetchall()
    assert made == id_text(text, rule)


@pytest.mark.parametrize(
    ("text", "made", "id"),
    [
        ("001A0000006Vm9r", rule(True), "001A0000006Vm9rIAC"),  # from the documentation of Salesforce
        ("001A0000006Vm9rIAC", rule(True), "001A0000006Vm9rIAC"),
        ("4711", rule(digits=10), "0000004711"),
        ("0000004711", rule(digits=10), "0000004711"),
        ("00000004711", rule(digits=10), "0000004711"),
        ("C-4711", rule(digits=10), "C-4711"),
        ("000", rule(digits=1), "0"),
        ("INV/2026/00012", rule(replace="/-"), "INV-2026-00012"),
        ("#1001", rule(replace="#"), "1001"),
    ],
)
def test_ids(text: str, made: IdRule, id: str) -> None:
    """As the systems themselves write them."""
    assert id_text(text, made) == id


def test_two_systems_agree_by_a_rule(tmp_path: Path) -> None:
    """Zeros in front in one file, none in the other: the message names the rule, and the rule makes them one."""
    accounts = "id,parent,name\n0001,,Alpha\n0002,0001,Beta\n"
    lines = "sale,partner,day,amount\nS1,1,2026-01-05,10.50\n"
    (finding,) = imported(tmp_path, lines=lines, accounts=accounts).diagnostics
    assert (finding.code, "`id: {digits: 4}` in both fields" in finding.help) == ("RNG732", True)
    feed = FEED.replace("partner_id: id", "partner_id: {column: id, id: {digits: 4}}")
    feed = feed.replace("partner_id: partner", "partner_id: {column: partner, id: {digits: 4}}")
    result = imported(tmp_path, feed, lines=lines, accounts=accounts)
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "partner_id") == [("0001",)]


@pytest.mark.parametrize(("id", "near"), [("Alhpa", "'Alpha'"), ("ALPHA", "'Alpha'"), ("Omega", "")])
def test_a_near_match_is_named(tmp_path: Path, id: str, near: str) -> None:
    """In a reference and in a look-up."""
    accounts = "id,parent,name\nAlpha,,Alpha\n"
    lines = f"sale,partner,day,amount\nS1,{id},2026-01-05,1\n"
    look_up = "partner_id: {column: partner, look_up: {in: accounts, match: id, take: id}}"
    for feed, code in ((FEED, "RNG732"), (FEED.replace("partner_id: partner", look_up), "RNG716")):
        (finding,) = imported(tmp_path, feed, lines=lines, accounts=accounts).diagnostics
        assert finding.code == code
        assert finding.help.startswith(f"did you mean {near}?") == bool(near)


@pytest.mark.parametrize(
    ("id", "pairs", "made"),
    [
        ("#1001", '"#": ""', "1001"),
        ("INV/2026/00012", '"/": "-"', "INV-2026-00012"),
        ("Gekko & Co", '" ": "_", "&": "_"', "Gekko___Co"),
        ("Café 1", '"é": "e", " ": "_"', "Cafe_1"),
        ("#S-1 ", '"#": "", " ": ""', "S-1"),
    ],
)
def test_the_rule_that_a_message_names_cures_the_row(tmp_path: Path, id: str, pairs: str, made: str) -> None:
    """RNG707 and RNG708: written as the message says, at the field or for the whole feed."""
    lines = f"sale,partner,day,amount\n{id},P1,2026-01-05,1\n"
    (finding,) = imported(tmp_path, lines=lines).diagnostics
    field, whole = f"sale_id: {{column: sale, id: {{replace: {{{pairs}}}}}}}", f"ids: {{replace: {{{pairs}}}}}"
    assert f"write `{field}` in the feed, or `{whole}`" in finding.help
    for feed in (FEED.replace("sale_id: sale", field), FEED.replace("sources:", f"{whole}\nsources:")):
        result = imported(tmp_path, feed, lines=lines)
        assert result.snapshot is not None, told(result.diagnostics)
        assert rows_of(result.snapshot, "sales", "sale_id") == [(made,)]


def test_the_rounding_that_a_message_names_cures_the_row(tmp_path: Path) -> None:
    """RNG703."""
    lines = "sale,partner,day,amount\nS1,P1,2026-01-05,1.0051\n"
    (finding,) = imported(tmp_path, lines=lines).diagnostics
    assert finding.code == "RNG703"
    field = "amount: {calculate: x, of: {x: amount}, round: half_up}"
    assert f"write `{field}`" in finding.help
    result = imported(tmp_path, FEED.replace("amount: amount", field), lines=lines)
    assert result.snapshot is not None, told(result.diagnostics)
