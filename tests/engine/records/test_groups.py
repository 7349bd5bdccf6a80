"""Rows with the same fault are told together: three of them, and the exact number of the others."""

from __future__ import annotations

from pathlib import Path

from engine.language.diagnostic import Diagnostic, Severity
from tests.engine.records.desk import FEED, imported, told

HEAD = "sale,partner,day,amount\n"


def rows(number: int, day: str = "2026-01-05", amount: str = "1") -> str:
    """So many sales with ids of their own."""
    return "".join(f"S{n},P1,{day},{amount}\n" for n in range(number))


def place(found: Diagnostic) -> list[tuple[str, str, int]]:
    """The other places of a finding: label, file and line."""
    return [(each.label, each.span.file, each.span.line) for each in found.related]


def test_three_rows_are_listed_and_the_rest_is_counted(tmp_path: Path) -> None:
    """150 days written in another way are four lines, the last of them with the number of the others."""
    found = imported(tmp_path, lines=HEAD + rows(150, day="29.09.2025")).diagnostics
    wrong = "column `day`: '29.09.2025' is not a day in the format year-month-day (`%Y-%m-%d`)"
    assert told(found[:1]) == [f"lines.csv:2 RNG705 `sales.closed_on`: {wrong}"]
    assert [each.span.line for each in found if each.span] == [2, 3, 4, 5]
    assert told(found[3:]) == [
        "lines.csv:5 RNG705 `sales.closed_on`: 147 more rows have this fault in column `day`, first at lines.csv:5"
    ]
    assert found[3].help == 'write `date_format: "%d.%m.%Y"` under the source `lines`'
    assert place(found[3]) == [("the source", "feed.yaml", 6)]
    assert found[3].severity is Severity.ERROR


def test_one_more_row_is_told_as_one(tmp_path: Path) -> None:
    """Four rows: three and one; three rows: no line for others."""
    found = imported(tmp_path, lines=HEAD + rows(4, amount="x")).diagnostics
    assert told(found[3:]) == [
        "lines.csv:5 RNG701 `sales.amount`: 1 more row has this fault in column `amount`, first at lines.csv:5"
    ]
    assert len(imported(tmp_path, lines=HEAD + rows(3, amount="x")).diagnostics) == 3


def test_two_faults_are_two_groups(tmp_path: Path) -> None:
    """Each column, and each code in one column, is counted for itself."""
    lines = HEAD + rows(10, day="x", amount="0.125") + rows(5, amount="abc").replace("S", "T")
    counted = [each for each in told(imported(tmp_path, lines=lines).diagnostics) if " more row" in each]
    assert counted == [
        "lines.csv:5 RNG703 `sales.amount`: 7 more rows have this fault in column `amount`, first at lines.csv:5",
        "lines.csv:5 RNG705 `sales.closed_on`: 7 more rows have this fault in column `day`, first at lines.csv:5",
        "lines.csv:15 RNG701 `sales.amount`: 2 more rows have this fault in column `amount`, first at lines.csv:15",
    ]


def test_advice_about_one_word_is_not_given_for_others(tmp_path: Path) -> None:
    """Rows whose words are no values of a choice are one group: each listed row has the advice for its own word."""
    lines = "sale,partner,day,amount,kind\n"
    lines += "".join(f"S{n},P1,2026-01-05,1,{word}\n" for n, word in enumerate(("Sale", "Gone", "Sale", "Back")))
    feed = FEED.replace("entry: {constant: sale}", "entry: kind")
    assert feed != FEED
    found = imported(tmp_path, feed, lines=lines).diagnostics
    assert [each.help for each in found] == [
        "if it means `sale`, write `entry: {column: kind, map: {Sale: sale}, unmapped: keep}` in the feed",
        "choose one of: `sale`, `return`, `adjustment`; to translate the text, write a `map` in the feed",
        "if it means `sale`, write `entry: {column: kind, map: {Sale: sale}, unmapped: keep}` in the feed",
        "",
    ]
    mended = feed.replace("entry: kind", 'entry: {column: kind, map: {"Sale": "sale"}, unmapped: keep}')
    told_then = told(imported(tmp_path, mended, lines=lines).diagnostics)
    assert [each.split(": ")[-1] for each in told_then] == [
        "'Gone' is not a value of the choice",
        "'Back' is not a value of the choice",
    ]


def test_words_and_numbers_of_one_length_are_told_apart(tmp_path: Path) -> None:
    """`n/a` means that there is none, `a/n` means nothing: two codes, however alike they look."""
    lines = HEAD + "".join(f"S{n},P1,2026-01-05,{'n/a' if n % 2 else 'a/n'}\n" for n in range(20))
    counted = [each.split()[1::2][:2] for each in told(imported(tmp_path, lines=lines).diagnostics) if " more " in each]
    assert counted == [["RNG701", "7"], ["RNG702", "7"]]


def test_values_that_a_map_does_not_list_are_groups(tmp_path: Path) -> None:
    """25 rows of one spelling are told once, another spelling for itself; both point at the field of the feed."""
    feed = FEED.replace("{constant: sale}", "{column: kind, map: {INV: sale}}")
    lines = "sale,partner,day,amount,kind\n"
    lines += "".join(f"S{n},P1,2026-01-05,1,{'GS' if n < 25 else 'RE'}\n" for n in range(27))
    found = imported(tmp_path, feed, lines=lines).diagnostics
    assert told(found)[3:] == [
        "lines.csv:5 RNG715 `sales.entry`: 22 more rows have this fault in column `kind` ('GS'), first at lines.csv:5",
        "lines.csv:27 RNG715 `sales.entry`: column `kind` has 'RE', which `map` does not list",
        "lines.csv:28 RNG715 `sales.entry`: column `kind` has 'RE', which `map` does not list",
    ]
    assert {tuple(place(each)) for each in found} == {(("the field", "feed.yaml", 11),)}


def test_many_kinds_of_faults_are_cut(tmp_path: Path) -> None:
    """A column mapped by mistake has thousands of values: 25 are told, and how many there are."""
    feed = FEED.replace("{constant: sale}", "{column: sale, map: {INV: sale}}")
    found = told(imported(tmp_path, feed, lines=HEAD + rows(1000)).diagnostics)
    assert len(found) == 26
    assert "RNG737 1,000 rows of `sales` have 1,000 kinds of errors; 25 are listed" in found


def test_rows_that_break_a_rule_are_a_group(tmp_path: Path) -> None:
    """Sales of a partner that is not there: three, and the number of the others."""
    found = told(imported(tmp_path, lines=HEAD + rows(50).replace("P1", "P9")).diagnostics)
    assert found[0] == "lines.csv:2 RNG732 `sales.partner_id`: there is no record 'P9' in `partners`"
    assert found[3:] == [
        "lines.csv:5 RNG732 `sales.partner_id`: 47 more rows have this fault in column `partner`, first at lines.csv:5"
    ]


def test_a_rule_on_a_constant_names_the_field(tmp_path: Path) -> None:
    """Where no column is read, the field stands in its place."""
    feed = FEED.replace("partner_id: partner", "partner_id: {constant: P9}")
    found = told(imported(tmp_path, feed, lines=HEAD + rows(5)).diagnostics)
    assert found[3].endswith("2 more rows have this fault in `partner_id`, first at lines.csv:5")


def test_set_aside_rows_are_all_in_the_file(tmp_path: Path) -> None:
    """Told in groups, as warnings; the file of rows set aside has every one."""
    lines = HEAD + rows(40, amount="x") + rows(8).replace("P1", "P9").replace("S", "T") + "U1,P1,2026-01-05,1\n"
    result = imported(tmp_path, quarantine=True, lines=lines)
    assert result.quarantine is not None
    assert len(result.quarantine.read_text().splitlines()) == 1 + 40 + 8
    assert result.quarantined == {"sales": 48}
    assert {each.severity for each in result.diagnostics} == {Severity.WARNING}
    assert sum(" more rows have this fault" in each.message for each in result.diagnostics) == 2


def test_a_row_of_totals_is_one_finding(tmp_path: Path) -> None:
    """No key, no partner, no day: a summary line, told once, with the cure."""
    found = imported(tmp_path, lines=HEAD + "S1,P1,2026-01-05,1\n,,,1\n").diagnostics
    assert told(found) == [
        "lines.csv:3 RNG700 `sales.sale_id`: a row has no value for its key `sale_id`; is it a line of totals?"
    ]
    leave_out = 'write `where: {sale: {not: ""}}` under the source `lines`'
    assert found[0].help == f"if such rows are no records, {leave_out}; otherwise, complete it"


def test_a_row_that_lacks_its_key_alone_is_no_total(tmp_path: Path) -> None:
    """Everything else is there, so the id is what is missing."""
    found = imported(tmp_path, lines=HEAD + ",P1,2026-01-05,1\n").diagnostics
    assert told(found) == ["lines.csv:2 RNG700 `sales.sale_id`: column `sale` is empty in this row"]


def test_a_key_of_two_fields_is_missing_when_both_are(tmp_path: Path) -> None:
    """Half a key is a fault of that field; none at all is a row that is no record."""
    feed = FEED.replace("tables:", "  jobs: {file: jobs.csv}\ntables:") + (
        "  people: {from: accounts, fields: {person_id: id, partner_id: id}}\n"
        "  assignments: {from: jobs, fields: {person_id: who, partner_id: where, from: since}}\n"
    )
    jobs = "who,where,since\nP1,P1,2026-01-01\n,,\n,P1,2026-01-01\n"
    assert told(imported(tmp_path, feed, {"jobs.csv": jobs}).diagnostics) == [
        (
            "jobs.csv:3 RNG700 `assignments.person_id`: a row has no value for its key `person_id`; "
            "is it a line of totals?"
        ),
        "jobs.csv:4 RNG700 `assignments.person_id`: column `who` is empty in this row",
    ]


def test_faults_of_several_kinds_with_one_cure_are_one_group(tmp_path: Path) -> None:
    """Amounts that a German file writes are wrong as numbers or have too many decimals: one key of the source cures
    both, so three rows are shown and the number of all others.
    """
    amounts = ["1.234,50", "12,50", "12.345", "2.345,00"] * 10
    lines = "sale;partner;day;amount\n" + "".join(f"S{n};P1;2026-01-05;{each}\n" for n, each in enumerate(amounts))
    found = imported(
        tmp_path, FEED.replace("lines.csv}", "lines.csv, delimiter: ;, decimal: '.'}"), lines=lines
    ).diagnostics
    assert {each.help for each in found} == {'write `decimal: ","` and `thousands: "."` under the source `lines`'}
    assert len({each.code for each in found[:3]}) == 2
    assert [each.span.line for each in found if each.span] == [2, 3, 4, 5]
    assert "37 more rows have this fault" in found[3].message


def test_rows_with_another_cure_are_not_hidden_behind_others(tmp_path: Path) -> None:
    """A word behind fifty days in another format is shown with its own cure."""
    lines = HEAD + rows(50, day="29.09.2025") + "T1,P1,soon,1\n"
    found = imported(tmp_path, lines=lines).diagnostics
    assert [(each.span.line, each.help) for each in found if each.span][-1] == (
        52,
        "write year-month-day, or state the `date_format` of the source",
    )
    assert "47 more rows" in found[3].message
