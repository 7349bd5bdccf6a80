"""Texts to values: SQL and Python agree on every text, and the grammars refuse what could be misread."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.duck import open_connection
from engine.records.convert import conversion, explain, shown
from engine.records.feed import AS_IN_RUNG, NumberStyle, Style
from engine.types import BOOLEAN, DATE, ID, INTEGER, TEXT, Kind, Type, choice, money, number

USD, JPY, RATE = money("USD", 2), money("JPY", 0), number(4)
CHOICE = choice("sale", "return")
TYPES = (ID, TEXT, CHOICE, BOOLEAN, DATE, INTEGER, USD, JPY, RATE, number(1))
GERMAN = Style(NumberStyle(",", "."), "%d.%m.%Y")
PACKED = Style(NumberStyle(".", " "), "%Y%m%d")
BEHIND = Style(NumberStyle(",", ".", behind=True))
ACCOUNTING = Style(NumberStyle(thousands=",", parentheses=True, marks=("$", "US$")))
EURO = Style(NumberStyle(",", "\u00a0", marks=("\u20ac", "EUR")))
CREDIT = Style(NumberStyle(thousands="\u2019", behind=True, marks=("CHF",)))
INDIAN = Style(NumberStyle(thousands=",", indian=True, marks=("\u20b9",)))
SHORT_YEARS = Style(date_format="%d-%m-%y", first_year=1990)
NAMED = Style(date_format="%d-%b-%Y")
FRENCH = Style(date_format="%d %b %y", first_year=2000, months=(
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."))  # fmt: skip
BERLIN = Style(zone="Europe/Berlin")
FROM_UTC = Style(date_format="%m/%d/%Y", zone="America/New_York", written_in="UTC")
SECONDS = Style(date_format="epoch seconds", zone="Europe/Berlin")
MILLISECONDS = Style(date_format="epoch milliseconds", zone="UTC")
EXCEL, EXCEL_1904 = Style(date_format="excel"), Style(date_format="excel 1904", zone="UTC")
DAYS = (SHORT_YEARS, NAMED, FRENCH, BERLIN, FROM_UTC, SECONDS, MILLISECONDS, EXCEL, EXCEL_1904)
CONNECTION = open_connection(1)


def sql_value(text: str, type: Type, style: Style) -> tuple[bool, object]:
    """Whether SQL takes the text, and what it makes of it."""
    made = conversion("x", type, style)
    query = (
        f"SELECT coalesce(({made.form}) AND ({made.within}), false), {made.value} FROM (SELECT CAST(? AS VARCHAR) AS x)"
    )
    ((good, value),) = CONNECTION.execute(query, [text]).fetchall()
    return good, value


TEXTS = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
    | st.text("0123456789.,- e%", max_size=12)
    | st.from_regex(r"-?[0-9]{1,16}([.,][0-9]{1,5})?[ \u00a0]?%", fullmatch=True)
    | st.text("0123456789-/.", min_size=8, max_size=10)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str)
    | st.from_regex(
        r"-?(\$|CHF |\u20ac)?[(-]?[1-9]?[0-9]{1,3}([,\u2019\u00a0][0-9]{2,3}){0,3}([.,][0-9]{1,3})?[)-]?"
        r"[ \u00a0]?(\u20ac|EUR|CHF)?[)-]?",
        fullmatch=True,
    )
    | st.dates(date(1980, 1, 1), date(2210, 1, 1)).map(str)
    | st.dates(date(1985, 1, 1), date(2210, 1, 1)).map(lambda day: f"{day.day:02}.{day.month:02}.{day.year:04}")
    | st.sampled_from(["true", "false", "sale", "P-1", "9007199254740991", "90071992547409.91", "90071992547409.92"])
)


@given(
    TEXTS,
    st.sampled_from(TYPES),
    st.sampled_from([AS_IN_RUNG, GERMAN, PACKED, BEHIND, ACCOUNTING, EURO, CREDIT, INDIAN]),
)
def test_sql_and_python_agree(text: str, type: Type, style: Style) -> None:
    """A text that SQL refuses has an explanation, and one that it takes has none."""
    assert sql_value(text, type, style)[0] == (explain(text, type, style) is None)


DAY_TEXTS = (
    st.from_regex(r"[0-3]?[0-9]-[01]?[0-9]-[0-9]{2}", fullmatch=True)
    | st.from_regex(r"[0-3]?[0-9][- ](jan|FEB|June|Sept|febr|févr\.|déc\.|mai)[- ](20)?[0-9]{2}", fullmatch=True)
    | st.from_regex(
        r"(20[0-9]{2}-[01][0-9]-[0-3][0-9]|[01]?[0-9]/[0-3]?[0-9]/(19|20)[0-9]{2})"
        r"([T ][0-2]?[0-9]:[0-6][0-9](:[0-5][0-9](\.[0-9]{3})?)?( ?[AaPp]M)?(Z|[+-]1[0-4]:?[03]0)?)?",
        fullmatch=True,
    )
    | st.from_regex(r"[0-9]{4,14}(\.[0-9]{1,3})?", fullmatch=True)
)


@given(DAY_TEXTS, st.sampled_from(DAYS))
def test_sql_and_python_agree_on_written_days(text: str, style: Style) -> None:
    """Names of months, short years, times and zones, numbers of computers and spreadsheets."""
    assert sql_value(text, DATE, style)[0] == (explain(text, DATE, style) is None)


@pytest.mark.parametrize(
    ("text", "style", "day"),
    [
        ("20-10-16", SHORT_YEARS, "2016-10-20"),
        ("1-1-90", SHORT_YEARS, "1990-01-01"),
        ("31-12-89", SHORT_YEARS, "2089-12-31"),
        ("29-02-00", SHORT_YEARS, "2000-02-29"),
        ("5-Sep-2026", NAMED, "2026-09-05"),
        ("05-SEPTEMBER-2026", NAMED, "2026-09-05"),
        ("5 févr. 26", FRENCH, "2026-02-05"),
        ("5 AOÛT 99", FRENCH, "2099-08-05"),
        ("2026-01-05", BERLIN, "2026-01-05"),
        ("2026-01-05 23:59:59", BERLIN, "2026-01-05"),
        ("2026-01-05T23:30:00Z", BERLIN, "2026-01-06"),
        ("2026-01-05T22:30:00.123Z", BERLIN, "2026-01-05"),
        ("2026-07-05T22:30Z", BERLIN, "2026-07-06"),
        ("2026-01-06T05:00+09:00", BERLIN, "2026-01-05"),
        ("2026-01-05T18:00-0800", BERLIN, "2026-01-06"),
        ("1/6/2026 4:59 AM", FROM_UTC, "2026-01-05"),
        ("1/6/2026, 5:00:00 AM", FROM_UTC, "2026-01-06"),
        ("1/6/2026 12:30 am", FROM_UTC, "2026-01-05"),
        ("1/6/2026 12:30 PM", FROM_UTC, "2026-01-06"),
        ("1/6/2026", FROM_UTC, "2026-01-06"),
        ("1767655800", SECONDS, "2026-01-06"),
        ("1767655799000", MILLISECONDS, "2026-01-05"),
        ("46027", EXCEL, "2026-01-05"),
        ("44565.75", EXCEL_1904, "2026-01-05"),
    ],
)
def test_days_as_files_write_them(text: str, style: Style, day: str) -> None:
    """Worked out by hand and by the calendars of the zones."""
    assert sql_value(text, DATE, style) == (True, date.fromisoformat(day))


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("20-10-2016", SHORT_YEARS),
        ("31-02-16", SHORT_YEARS),
        ("5-Foo-2026", NAMED),
        ("5-Févr.-2026", NAMED),
        ("2026-01-05T25:00", BERLIN),
        ("2026-01-05 13:00 PM", BERLIN),
        ("2026-01-05 10:00", AS_IN_RUNG),
        ("46027.5", EXCEL),
        ("176765580", MILLISECONDS),
    ],
)
def test_days_that_are_none(text: str, style: Style) -> None:
    """Refused rather than taken for another day."""
    assert not sql_value(text, DATE, style)[0]
    assert explain(text, DATE, style) is not None


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-13-01", "0001-01-01", "1989-12-31", "1990-01-01", "2200-12-31", "2201-01-01"]
)
@pytest.mark.parametrize("style", [AS_IN_RUNG, GERMAN, PACKED])
def test_sql_and_python_agree_on_days(text: str, style: Style) -> None:
    """The borders of the calendar, in every style."""
    year, month, day = text.split("-")
    written = {"": text, "%d.%m.%Y": f"{day}.{month}.{year}", "%Y%m%d": year + month + day}[style.date_format]
    good, value = sql_value(written, DATE, style)
    assert good == (explain(written, DATE, style) is None)
    if good:
        assert value == date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "type", "style", "value"),
    [
        ("1234.5", USD, AS_IN_RUNG, Decimal("1234.50")),
        ("-0", USD, AS_IN_RUNG, Decimal("0.00")),
        ("-0.00", USD, AS_IN_RUNG, Decimal("0.00")),
        ("007.5000", USD, AS_IN_RUNG, Decimal("7.50")),
        ("100.00", JPY, AS_IN_RUNG, Decimal("100")),
        ("90071992547409.91", USD, AS_IN_RUNG, Decimal("90071992547409.91")),
        ("1.234.567,8", USD, GERMAN, Decimal("1234567.80")),
        ("1234,56", USD, GERMAN, Decimal("1234.56")),
        ("12 345.25", USD, PACKED, Decimal("12345.25")),
        ("0.1235", RATE, AS_IN_RUNG, Decimal("0.1235")),
        ("12.5%", RATE, AS_IN_RUNG, Decimal("0.1250")),
        ("-7 %", RATE, AS_IN_RUNG, Decimal("-0.0700")),
        ("12,35\u00a0%", RATE, GERMAN, Decimal("0.1235")),
        ("1.000,10\u202f%", RATE, GERMAN, Decimal("10.0010")),
        ("3,5-%", RATE, BEHIND, Decimal("-0.0350")),
        ("99999999999999.99%", RATE, AS_IN_RUNG, Decimal("999999999999.9999")),
        ("12.0%", number(2), AS_IN_RUNG, Decimal("0.12")),
        ("241,19-", USD, BEHIND, Decimal("-241.19")),
        ("1.241,19-", USD, BEHIND, Decimal("-1241.19")),
        ("1.241,19", USD, BEHIND, Decimal("1241.19")),
        ("12-", INTEGER, BEHIND, -12),
        ("0,00-", USD, BEHIND, Decimal("0.00")),
        ("($1,234.50)", USD, ACCOUNTING, Decimal("-1234.50")),
        ("$(1,234.50)", USD, ACCOUNTING, Decimal("-1234.50")),
        ("US$ 12", USD, ACCOUNTING, Decimal("12.00")),
        ("(0.00)", USD, ACCOUNTING, Decimal("0.00")),
        ("1\u00a0234,50\u00a0\u20ac", USD, EURO, Decimal("1234.50")),
        ("-EUR 5", USD, EURO, Decimal("-5.00")),
        ("EUR-5", USD, EURO, Decimal("-5.00")),
        ("CHF 1\u2019234.05-", USD, CREDIT, Decimal("-1234.05")),
        ("\u20b912,34,567.80", USD, INDIAN, Decimal("1234567.80")),
        ("-1,00,00,000", INTEGER, INDIAN, -10_000_000),
        ("999", INTEGER, INDIAN, 999),
        ("12.0", INTEGER, AS_IN_RUNG, 12),
        ("-12", INTEGER, AS_IN_RUNG, -12),
        ("3.4.2026", DATE, GERMAN, date(2026, 4, 3)),
        ("20260403", DATE, PACKED, date(2026, 4, 3)),
        ("true", BOOLEAN, AS_IN_RUNG, True),
        ("ACME\u0301", TEXT, AS_IN_RUNG, "ACM\u00c9"),
        ("P.1_a-Z", ID, AS_IN_RUNG, "P.1_a-Z"),
    ],
)
def test_values(text: str, type: Type, style: Style, value: object) -> None:
    """What stands in a file, and what it means."""
    assert sql_value(text, type, style) == (True, value), explain(text, type, style)
    assert str(sql_value(text, type, style)[1]) == str(value)


@pytest.mark.parametrize(
    ("text", "type", "code", "hint"),
    [
        ("-", USD, "RNG702", "missing"),
        ("N/A", USD, "RNG702", "missing"),
        ("#REF!", USD, "RNG702", "missing"),
        ("#N/A", USD, "RNG702", "missing"),
        (" ", USD, "RNG702", "missing"),
        ("NaN", USD, "RNG702", "missing"),
        ("1,234.56", USD, "RNG701", "thousands: ','"),
        ("1.234,56", USD, "RNG701", "decimal: ','"),
        ("1 234,56", USD, "RNG701", "thousands: ' '"),
        ("2,50", USD, "RNG701", "decimal: ','"),
        ("$12", USD, "RNG701", "currency"),
        ("12 USD", USD, "RNG701", "currency"),
        ("(5.00)", USD, "RNG701", "minus"),
        ("80-", USD, "RNG701", "minus: behind"),
        ("1.241,19-", USD, "RNG701", "minus: behind"),
        ("sNaN", USD, "RNG701", "digits"),
        ("Infinity", USD, "RNG701", "digits"),
        ("1e999999", USD, "RNG701", "exponent"),
        ("1_000", USD, "RNG701", "digits"),
        ("+5", USD, "RNG701", "digits"),
        (".5", USD, "RNG701", "digits"),
        ("5.", USD, "RNG701", "digits"),
        ("\uff11\uff12", USD, "RNG701", "U+FF11"),
        ("\u0661\u0662", USD, "RNG701", "U+0661"),
        ("0.125", USD, "RNG703", "round"),
        ("0.5", JPY, "RNG703", "round"),
        ("1.5", INTEGER, "RNG703", "round"),
        ("0.12345", RATE, "RNG703", "round"),
        ("12.345%", RATE, "RNG703", "give the field `scale: 5`"),
        ("50%", number(1), "RNG703", "give the field `scale: 2`"),
        ("100000000000000%", RATE, "RNG704", "percentage"),
        ("12.5%", USD, "RNG701", "digits"),
        ("12%", INTEGER, "RNG701", "digits"),
        ("12.5 % ", RATE, "RNG701", "trim: true"),
        ("%", RATE, "RNG701", "digits"),
        ("90071992547409.92", USD, "RNG704", "joined by mistake"),
        ("9007199254740992", JPY, "RNG704", "joined by mistake"),
        ("1000000000000000", INTEGER, "RNG704", "joined by mistake"),
        ("-9223372036854775808", INTEGER, "RNG704", "joined by mistake"),
        ("03/04/2026", DATE, "RNG705", "date_format"),
        ("2026-2-1", DATE, "RNG705", "date_format"),
        ("2026-02-01 00:00:00", DATE, "RNG705", "`zone`"),
        ("46054", DATE, "RNG705", "spreadsheet"),
        ("1" * 40, USD, "RNG704", "joined by mistake"),
        (" 80", USD, "RNG701", "trim: true"),
        ("2026-02-30", DATE, "RNG705", ""),
        ("0001-01-01", DATE, "RNG706", "missing"),
        ("9999-12-31", DATE, "RNG706", "missing"),
        ("10000-01-01", DATE, "RNG705", ""),
        ("P-1 ", ID, "RNG708", "trimmed"),
        ("P-1\u00a0", ID, "RNG708", "trimmed"),
        ("P\u200b1", ID, "RNG708", "trimmed"),
        ("\u0410\u0421\u041c\u0415", ID, "RNG707", "letters"),
        ("-P1", ID, "RNG707", "letters"),
        ("", ID, "RNG707", "letters"),
        ("x" * 65, ID, "RNG707", ""),
        ("Acme\u202egro", TEXT, "RNG712", "remove"),
        ("Acme\U000e0041", TEXT, "RNG711", "remove"),
        ("two\nlines", TEXT, "RNG711", "remove"),
        ("retrun", CHOICE, "RNG713", "did you mean `return`?"),
        ("yes", BOOLEAN, "RNG714", "map"),
    ],
)
def test_refusals(text: str, type: Type, code: str, hint: str) -> None:
    """Each trap has its own code and cure, and SQL refuses the same texts."""
    problem = explain(text, type, AS_IN_RUNG)
    assert problem is not None
    assert problem.code.code == code
    assert hint in problem.help
    assert not sql_value(text, type, AS_IN_RUNG)[0]


def test_days_of_a_stated_format_are_explained_by_it() -> None:
    """The message says the format that the feed states."""
    problem = explain("2026-02-01", DATE, GERMAN)
    assert problem is not None
    assert "%d.%m.%Y" in problem.message
    german = explain("x", USD, GERMAN)
    assert german is not None
    assert "decimal comma" in german.help


@pytest.mark.parametrize("text", ["-12", "-12-", "12--", "1-2", "-", "12,- "])
def test_a_minus_stands_where_the_source_says(text: str) -> None:
    """Where a minus stands behind, none may stand before; and there is one."""
    assert explain(text, USD, BEHIND) is not None
    assert not sql_value(text, USD, BEHIND)[0]


@pytest.mark.parametrize("text", ["0.125", "012.345", "00.125,5"])
def test_no_thousands_behind_a_zero(text: str) -> None:
    """A point behind a zero is no mark between thousands, whatever the source says."""
    problem = explain(text, USD, GERMAN)
    assert problem is not None and problem.code.code == "RNG701"
    assert not sql_value(text, USD, GERMAN)[0]


def test_no_field_has_days() -> None:
    """Durations are no records."""
    with pytest.raises(ValueError, match="days"):
        conversion("x", Type(Kind.DAYS), AS_IN_RUNG)


def test_what_is_shown_is_short_and_visible() -> None:
    """A message never carries an invisible character or a page of text."""
    assert shown("a\u202e\n" + "b" * 50) == "'a\\u202e\\n" + "b" * 37 + "...'"


def test_patterns_do_not_end_at_a_line_break() -> None:
    """A day with a line break behind it is no day, whatever the format."""
    assert explain("2026-02-01\n", DATE, AS_IN_RUNG) is not None
    assert not sql_value("2026-02-01\n", DATE, AS_IN_RUNG)[0]


@pytest.mark.parametrize("type", [USD, JPY, INTEGER, RATE, number(1), number(9)])
@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize(("decimal", "thousands"), [(".", ""), (",", "."), (".", ","), (",", " "), (".", "'")])
def test_the_number_in_a_message_is_in_the_format(type: Type, behind: bool, decimal: str, thousands: str) -> None:
    """Whatever the format of the source and the digits of the field: the example is read as 9900 below zero."""
    style = Style(NumberStyle(decimal, thousands, behind))
    refused = explain("x9", type, style)
    assert refused is not None and refused.code.code == "RNG701"
    _, _, example = refused.message.partition(", such as ")
    assert sql_value(example.strip("`"), type, style) == (True, -9900)


def test_the_format_of_a_day_is_told_in_words() -> None:
    """And as it is written in the feed."""
    for date_format, said in (("", "year-month-day (`%Y-%m-%d`)"), ("%d/%m/%Y", "day/month/year (`%d/%m/%Y`)")):
        refused = explain("1. May", DATE, Style(date_format=date_format))
        assert refused is not None and refused.message == f"'1. May' is not a day in the format {said}"
