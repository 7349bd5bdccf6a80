"""What a message says to write in the feed does cure the fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.records.convert import NO_DAY, SLIP
from tests.engine.records.desk import FEED, imported
from tests.longer import every

pytestmark = pytest.mark.search

COLUMNS = "sale;partner;day;amount\n"


def feed_with(keys: str) -> str:
    """The feed of the desk with more keys of the source `lines`."""
    return FEED.replace("lines.csv}", "lines.csv, delimiter: ;" + (f", {keys}" if keys else "") + "}")


def helps(folder: Path, keys: str, *values: tuple[str, str]) -> list[str]:
    """The cures for sales with these days and amounts, each once."""
    lines = COLUMNS + "".join(f"S{n};P1;{day};{amount}\n" for n, (day, amount) in enumerate(values))
    found = imported(folder, feed_with(keys), lines=lines).diagnostics
    return list(dict.fromkeys(each.help for each in found))


@pytest.mark.parametrize(
    ("keys", "days", "written"),
    every(
        2,
        [
            ("", ["29.09.2025", "01.10.2025"], 'date_format: "%d.%m.%Y"'),
            ("", ["9/29/2025", "10/1/2025"], 'date_format: "%m/%d/%Y"'),
            ("", ["20250929"], 'date_format: "%Y%m%d"'),
            ('date_format: "%m.%d.%Y"', ["29.09.2025", "01.10.2025"], 'date_format: "%d.%m.%Y"'),
            ('date_format: "%d.%m.%Y"', ["2025/09/29"], 'date_format: "%Y/%m/%d"'),
            ("", ["29-Sep-2025"], 'date_format: "%d-%b-%Y"'),
            ("", ["Sep 29, 2025"], 'date_format: "%b %d, %Y"'),
            ("", ["46027"], "date_format: excel"),
        ],
    ),
)
def test_the_format_that_fits_the_days_is_named(tmp_path: Path, keys: str, days: list[str], written: str) -> None:
    """The one format that fits all of them; written so, the import has no finding."""
    values = [(day, "1") for day in days]
    assert helps(tmp_path, keys, *values) == [f"write `{written}` under the source `lines`"]
    assert helps(tmp_path, written, *values) == []


@pytest.mark.parametrize(
    ("keys", "amounts", "said", "written"),
    every(
        2,
        [
            ("", ["1.234,50"], 'write `decimal: ","` and `thousands: "."`', 'decimal: ",", thousands: "."'),
            ("", ["12,50", "3"], 'write `decimal: ","`', 'decimal: ","'),
            ("decimal: ','", ["1,234.50"], 'write `decimal: "."` and `thousands: ","`', 'thousands: ","'),
            ("decimal: ','", ["1.234,50", "17"], 'write `thousands: "."`', 'decimal: ",", thousands: "."'),
            ("decimal: ','", ["241,19-"], "write `minus: behind`", 'decimal: ",", minus: behind'),
            ("minus: behind", ["-5.00", "7"], "write `minus: before`", "minus: before"),
            ("", ["(12.50)", "7"], "write `minus: parentheses`", "minus: parentheses"),
            ("", ["12,34,567.00"], 'write `thousands: ","` and `grouping: indian`', 'thousands: ",", grouping: indian'),
            ("", ["$5.00", "$7"], 'write `currency_marks: ["$"]`', 'currency_marks: ["$"]'),
            (
                "",
                ["1.234,50 USD", "-7 USD"],
                'write `decimal: ","` and `thousands: "."` and `currency_marks: [USD]`',
                'decimal: ",", thousands: ".", currency_marks: ["USD"]',
            ),
            ("thousands: '.', decimal: ','", ["5.25"], 'write `decimal: "."` and remove `thousands`', ""),
            (
                "",
                ["1\u00a0234,50"],
                r'write `decimal: ","` and `thousands: "\u00A0"`',
                r'decimal: ",", thousands: "\u00A0"',
            ),
        ],
    ),
)
def test_the_marks_that_fit_the_numbers_are_named(
    tmp_path: Path, keys: str, amounts: list[str], said: str, written: str
) -> None:
    """The plainest marks that fit all of them; written so, the import has no finding but those of the sales."""
    values = [("2026-01-05", amount) for amount in amounts]
    assert helps(tmp_path, keys, *values) == [f"{said} under the source `lines`"]
    kinds = feed_with(written).replace("{constant: sale}", "{constant: adjustment}")
    lines = COLUMNS + "".join(f"S{n};P1;2026-01-05;{amount}\n" for n, amount in enumerate(amounts))
    assert imported(tmp_path, kinds, lines=lines).diagnostics == ()


@pytest.mark.parametrize(
    ("days", "keys", "judge"),
    every(
        2,
        [
            (["29.09.95"], 'date_format: "%d.%m.%y"` and `first_year: 1990', "another first year of the hundred"),
            (["2025-09-29T10:00:00Z"], "zone: UTC", "another zone"),
            (["9/29/2025 10:00 PM"], 'date_format: "%m/%d/%Y"` and `zone: UTC', "another zone"),
        ],
    ),
)
def test_what_only_the_reader_knows_is_left_to_the_reader(
    tmp_path: Path, days: list[str], keys: str, judge: str
) -> None:
    """Short years and times: an example that works, and a word that it may be another."""
    values = [(day, "1") for day in days]
    (help,) = helps(tmp_path, "", *values)
    assert help.startswith(f"write `{keys}` under the source `lines`")
    assert judge in help
    assert helps(tmp_path, keys.replace("` and `", ", "), *values) == []


def test_two_formats_that_fit_are_both_named(tmp_path: Path) -> None:
    """March in one country and April in another: nothing is guessed."""
    assert helps(tmp_path, "", ("03/04/2026", "1")) == [
        (
            'write `date_format: "%d/%m/%Y"` or write `date_format: "%m/%d/%Y"` under the source `lines`, '
            "whichever is meant"
        )
    ]


def test_a_single_slip_is_no_matter_of_the_format(tmp_path: Path) -> None:
    """Where the stated format fits as many values as another, the row is to be corrected."""
    good = ("2026-01-05", "1")
    assert helps(tmp_path, "", good, good, ("05.01.2026", "1")) == [
        "write year-month-day, or state the `date_format` of the source"
    ]


def test_rows_that_the_format_does_not_cure_have_their_own_cure(tmp_path: Path) -> None:
    """Most days are German; the one that is no day at all is told so."""
    found = helps(tmp_path, "", ("29.09.2025", "1"), ("30.09.2025", "1"), ("31.09.2025", "1"))
    assert found == [
        'write `date_format: "%d.%m.%Y"` under the source `lines`',
        NO_DAY,
    ]


@pytest.mark.parametrize(
    ("keys", "good", "never", "help"),
    every(
        2,
        [
            ("", ["29.09.2025"] * 9, "31.02.2025", NO_DAY),  # of the same form as those that a format cures
            ("", ["9/29/2025"] * 9, "2/30/2025", NO_DAY),
            ("", ["2026-01-05"], "2026-13-05", NO_DAY),
            ("", ["2026-01-05 10:00"] * 9, "2026-01-05 25:10", f"there is no time 25:10: {SLIP}"),
            ("zone: UTC", ["2026-01-05 10:00"], "2026-01-05 10:61", f"there is no time 10:61: {SLIP}"),
            (
                'date_format: "%d/%m/%Y"',
                ["29/09/2025"] * 9,
                "12/31/2025",
                SLIP,
            ),  # of another country: that is no format
        ],
    ),
)
def test_a_day_that_never_was_is_told_apart(tmp_path: Path, keys: str, good: list[str], never: str, help: str) -> None:
    """It is listed for itself, wherever it stands, and set aside as it says; all others are cured by the format."""
    days = [*good, never]
    lines = COLUMNS + "".join(f"S{n};P1;{day};1\n" for n, day in enumerate(days))
    found = imported(tmp_path, feed_with(keys), lines=lines).diagnostics
    assert [each.span and each.span.line for each in found if each.help == help] == [len(days) + 1]
    ways = {each.help.split("`")[1] for each in found if each.help != help}
    cured = ", ".join(filter(None, (keys, *ways)))
    result = imported(tmp_path, feed_with(cured), lines=lines, quarantine=True)
    assert result.snapshot is not None
    assert result.quarantined == {"sales": 1}


def test_thousands_are_not_guessed_from_decimals(tmp_path: Path) -> None:
    """An eighth is not 125; where three decimals may be thousands, the feed has to say that they are not."""
    rounded = (
        "round at the source; or, to round in the feed, write `amount: {calculate: x, of: {x: amount}, round: half_up}`"
    )
    assert helps(tmp_path, "", ("2026-01-05", "0.125")) == [rounded]
    assert helps(tmp_path, 'decimal: "."', ("2026-01-05", "1.125")) == [rounded]
    found = helps(tmp_path, "", ("2026-01-05", "1.125"), ("2026-01-05", "1.234,50"))
    assert found == ['write `decimal: ","` and `thousands: "."` under the source `lines`']


def test_no_day_of_the_calendar(tmp_path: Path) -> None:
    """With the right format, a day that never was has to be corrected where it comes from."""
    assert helps(tmp_path, 'date_format: "%d.%m.%Y"', ("31.09.2025", "1"), ("30.09.2025", "1")) == [NO_DAY]


def test_the_place_is_the_value_of_the_key(tmp_path: Path) -> None:
    """A wrong `date_format` is shown in the feed; one that is missing, at its source."""
    for keys, column in (('date_format: "%m.%d.%Y"', 55), ("", 3)):
        result = imported(tmp_path, feed_with(keys), lines=COLUMNS + "S1;P1;29.09.2025;1\n")
        ((related,),) = [each.related for each in result.diagnostics]
        assert (related.span.file, related.span.line, related.span.column) == ("feed.yaml", 6, column)


def test_words_that_mean_missing_point_at_the_source(tmp_path: Path) -> None:
    """`missing` is a key of the source."""
    result = imported(tmp_path, feed_with(""), lines=COLUMNS + "S1;P1;9999-12-31;NULL\n")
    assert [(each.code, each.related[0].label) for each in result.diagnostics] == [
        ("RNG702", "the source"),
        ("RNG706", "the source"),
    ]


def test_a_mapped_value_has_no_format(tmp_path: Path) -> None:
    """What a map writes is written as in rung; a constant too: the source has no part in it."""
    feed = FEED.replace("closed_on: day", "closed_on: {column: day, map: {a: 2026-01-01}}")
    (found,) = imported(tmp_path, feed, lines="sale,partner,day,amount\nS1,P1,b,1\n").diagnostics
    assert (found.code, found.related[0].label) == ("RNG715", "the field")


TYPES = "column: kind, map: {RE: sale, GU: return}"


@pytest.mark.parametrize(
    ("field", "word", "help"),
    every(
        2,
        [
            (f"entry: {{{TYPES}}}", "invoice", "add it to `map`, such as `invoice: sale`"),
            (f"entry: {{{TYPES}}}", "gu", "add it to `map`, such as `gu: return`"),
            (f"entry: {{{TYPES}}}", "Adjust", "add it to `map`, such as `Adjust: adjustment`"),
            (f"entry: {{{TYPES}}}", "sale", "add it to `map`, such as `sale: sale`; or write `unmapped: keep`"),
            (f"entry: {{{TYPES}}}", "No", 'add it to `map`, such as `"No": sale`'),
            (
                "entry: {constant: sale}, customer_id: {column: kind, map: {A: B-1}}",
                "B-2",
                'add it to `map`, such as `"B-2": "B-1"`; or write `unmapped: keep` or `unmapped: missing`',
            ),
            (
                "entry: {constant: sale}, customer_id: {column: kind, map: {A: B-1}}",
                "B 2",
                'add it to `map`, such as `"B 2": "B-1"`; or write `unmapped: missing`',
            ),
        ],
    ),
)
def test_what_a_map_lacks(tmp_path: Path, field: str, word: str, help: str) -> None:
    """The line to add; `unmapped` is offered only where its value would be one of the field."""
    feed = FEED.replace("entry: {constant: sale}", field)
    lines = f"sale,partner,day,amount,kind\nS1,P1,2026-01-05,1,{word}\n"
    (found,) = [each for each in imported(tmp_path, feed, lines=lines).diagnostics if each.code == "RNG715"]
    assert found.help == help


def test_a_looked_up_value_that_a_map_lacks(tmp_path: Path) -> None:
    """The text to add is that of the other source, which the row does not show."""
    look_up = "look_up: {in: accounts, match: id, take: name}, map: {Alpha: sale}"
    feed = FEED.replace("entry: {constant: sale}", f"entry: {{column: partner, {look_up}}}")
    (found,) = imported(tmp_path, feed).diagnostics
    assert (found.code, found.help) == ("RNG715", "add the value that was looked up to `map`")


@pytest.mark.parametrize(
    ("keys", "usual", "number"),
    [("decimal: ',', thousands: '.'", "7,50", "1,234.56"), ("thousands: ','", "7.50", "1.234,56")],
)
def test_one_number_of_another_country(tmp_path: Path, keys: str, usual: str, number: str) -> None:
    """Where the feed states the marks of all others, the number is wrong and not the feed."""
    feed = FEED.replace("lines.csv}", f"lines.csv, {keys}}}")
    lines = f'sale,partner,day,amount\nS1,P1,2026-01-05,"{usual}"\nS2,P1,2026-01-05,"{number}"\n'
    (found,) = imported(tmp_path, feed, lines=lines).diagnostics
    assert (found.code, found.help) == (
        "RNG701",
        "correct it in the file: all numbers of a source are written alike",
    )
