"""Which versions make one chain, and what they read together."""

from __future__ import annotations

import pytest

from engine.language.chain import chain_programs
from engine.language.essence import essence
from engine.language.records import Field
from engine.types import BOOLEAN, ID, ROW, TEXT, choice, money, number
from tests.tiny import HEAD, program

NEXT = HEAD.replace('version: "1"', 'version: "2"').replace(
    "from: 2026-01-01, before: 2027-01-01", "from: 2027-01-01, before: 2028-01-01"
)


def test_one_version_is_itself() -> None:
    """There is nothing before it."""
    alone = program("")
    assert chain_programs([alone]) == (alone, ())
    assert alone.versions == (alone,)


def test_versions_stand_in_the_order_of_their_days() -> None:
    """Whatever the order in which they are given: the chain means the same."""
    third = NEXT.replace('"2"', '"3"').replace("2028-01-01", "2029-01-01").replace("2027-01-01", "2028-01-01")
    versions = [program("", each) for each in (HEAD, NEXT, third)]
    one, _ = chain_programs(versions)
    other, _ = chain_programs([versions[2], versions[0], versions[1]])
    assert one is not None and other is not None
    assert [each.version for each in one.versions] == ["1", "2", "3"]
    assert essence(one) == essence(other)
    assert essence(one) != essence(versions[2])
    assert all(each.follows is None for each in one.versions)


@pytest.mark.parametrize(
    ("head", "code", "words"),
    [
        (NEXT.replace("program: tiny", "program: other"), "RNG412", "`other` and `tiny` are different programs"),
        (
            NEXT.replace("from: 2027-01-01", "from: 2026-12-01"),
            "RNG418",
            "versions 1 and 2 of `tiny` are both in force from 2026-12-01 through 2026-12-31",
        ),
        (HEAD, "RNG418", "version 1 of `tiny` is named twice, in force from 2026-01-01 through 2026-12-31"),
        (NEXT.replace("from: 2027-01-01", "from: 2027-01-02"), "RNG420", "no version is in force on 2027-01-01"),
        (NEXT.replace("currency: USD", "currency: EUR"), "RNG421", "version 2 is in EUR, but version 1 is in USD"),
    ],
)
def test_what_is_no_chain(head: str, code: str, words: str) -> None:
    """One program, in one currency, without a day that two versions or none of them governs."""
    chained, (finding,) = chain_programs([program(""), program("", head)])
    assert (chained, finding.code) == (None, code)
    assert words in finding.message
    assert finding.help and finding.related


FIELDS = "records: {{extends: standard, partners: {{fields: {{{0}}}}}}}\n"


def fields(old: str, new: str) -> dict[str, Field]:
    """The fields of partners that both versions read."""
    chained, found = chain_programs([program(FIELDS.format(old)), program(FIELDS.format(new), NEXT)])
    assert chained is not None, found
    table = chained.all_records.table("partners")
    assert table is not None
    return {each.name: each for each in table.fields}


def test_records_are_those_of_all_versions() -> None:
    """Fields of either; a field that may be missing in one may be; values of a choice of both."""
    found = fields(
        "line: {type: choice, values: [a, b]}, size: text, only_old: boolean",
        "line: {type: choice, values: [b, c], optional: true}, size: text, only_new: id",
    )
    assert found["line"] == Field("line", choice("a", "b", "c"), optional=True)
    assert (found["size"], found["only_old"], found["only_new"]) == (
        Field("size", TEXT), Field("only_old", BOOLEAN), Field("only_new", ID),
    )  # fmt: skip


def test_amounts_in_the_currency_of_their_row_keep_the_digits_of_all() -> None:
    """A version that adds dinars, which have three digits."""
    text = (
        "records: {sales: {fields: {amount: {type: money, currency: row}, currency: {type: choice, values: [%s]}}}}\n"
    )
    text += "conversion: {rates: fx_rates, as_at: row}\n"
    old, new = (program(text % each, head) for each, head in (("USD, EUR", HEAD), ("USD, KWD", NEXT)))
    for versions in ([old, new], [new, old]):
        chained, found = chain_programs(versions)
        assert chained is not None, found
        table = chained.all_records.table("sales")
        assert table is not None
        types = {each.name: each.type for each in table.fields}
        assert (types["amount"], set(types["currency"].values)) == (money(ROW, 3), {"USD", "EUR", "KWD"})


def test_a_formula_is_one_wherever_it_is_written() -> None:
    """Declared in two files alike it is one; otherwise it is two things."""
    text = "records: {extends: standard, sales: {fields: {twice: {type: money, formula: amount * %s}}}}\n"
    chained, found = chain_programs([program(text % 2), program("# further down\n" + text % 2, NEXT)])
    assert chained is not None, found
    chained, (finding,) = chain_programs([program(text % 2), program(text % 3, NEXT)])
    assert (chained, finding.code) == (None, "RNG421")


def test_each_version_reads_its_own_names() -> None:
    """A field of another version is none here, and a field of both is the same in both, values and all."""
    old, new = (
        "line: {type: choice, values: [a, b]}, only_old: boolean",
        "line: {type: choice, values: [b, c], optional: true}, only_new: id",
    )
    chained, _ = chain_programs([program(FIELDS.format(old)), program(FIELDS.format(new), NEXT)])
    assert chained is not None
    found = [each.records.table("partners") for each in chained.versions]
    own = [{each.name: each for each in table.fields[-2:]} for table in found if table is not None]
    assert [set(each) for each in own] == [{"line", "only_old"}, {"line", "only_new"}]
    assert own[0]["line"] == own[1]["line"] == Field("line", choice("a", "b", "c"), optional=True)


def test_amended_rules_read_the_records_of_their_version() -> None:
    """The rules before an amendment, too."""
    from dataclasses import replace
    from datetime import date

    first = program(FIELDS.format("a: text"))
    amended = replace(first, earlier=first, since=date(2026, 7, 1))
    chained, _ = chain_programs([amended, program(FIELDS.format("b: text"), NEXT)])
    assert chained is not None
    first_stage, second = chained.versions[0].stages
    for each in (first_stage, second):
        table = each.records.table("partners")
        assert table is not None and "a" in {field.name for field in table.fields}
        assert each.records == first_stage.records


VISITS = "records: {visits: {partner: p, date: %s, fields: {v: id, p: id, d: date, e: date, n: %s}%s}}\n"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            FIELDS.format("a: text"),
            FIELDS.format("a: integer"),
            "`partners.a` has changed in version 2, compared with the versions before it",
        ),
        (
            FIELDS.format("a: {type: choice, values: [x, y], ordered: true}"),
            FIELDS.format("a: {type: choice, values: [x, y, z], ordered: true}"),
            "`partners.a` has changed",
        ),
        (FIELDS.format("a: text"), FIELDS.format("a: {type: text, personal: true}"), "`partners.a` has changed"),
        (
            VISITS % ("d", "text", ""),
            VISITS % ("e", "text", ""),
            "the record table `visits` has a different key, partner",
        ),
        (
            VISITS % ("d", "text", ", links: {item: {to: products, by: v}}"),
            VISITS % ("d", "text", ", links: {item: {to: products, by: p}}"),
            "the link `item` of `visits` refers to something else",
        ),
    ],
)
def test_records_that_contradict_each_other(old: str, new: str, words: str) -> None:
    """A name stands for one thing in all versions."""
    chained, (finding,) = chain_programs([program(old), program(new, NEXT)])
    assert (chained, finding.code) == (None, "RNG421")
    assert words in finding.message
    assert "declare it alike" in finding.help


def test_links_of_both_versions_are_there() -> None:
    """A link that both declare alike is one, others come together; a table of one version is there for all."""
    old = VISITS % ("d", "decimal", ", links: {item: {to: products, by: v}}")
    new = VISITS % ("d", "decimal", ", links: {item: {to: products, by: v}, other: {to: customers, by: p}}")
    chained, found = chain_programs([program(old), program(new, NEXT), program("", NEXT.replace('"2"', '"3"')
        .replace("2028-01-01", "2029-01-01").replace("2027-01-01", "2028-01-01"))])  # fmt: skip
    assert chained is not None, found
    table = chained.all_records.table("visits")
    assert table is not None
    assert {each.name for each in table.links} == {"item", "other"}
    assert chained.records.table("visits") is None
    assert table.field("n") == Field("n", number(4))
