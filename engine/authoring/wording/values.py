"""Values as people write them: `250,000 USD`, `12.5%`, `1 February 2026`, `24 months`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from engine.calendar import MONTH_NAMES, MONTHS_IN_YEAR, ONE_DAY

COUNT_WORDS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)  # longer ones are read faster as digits
HUNDREDTHS = 2


def say_number(value: Decimal | int) -> str:
    """A number with its digits in groups of three, decimals as they were written.

    >>> say_number(Decimal("250000")), say_number(Decimal("4.20"))
    ('250,000', '4.20')
    """
    return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"


def say_money(value: Decimal, currency: str) -> str:
    """An amount with its currency.

    >>> say_money(Decimal("250000"), "USD")
    '250,000 USD'
    """
    return f"{say_number(value)} {currency}"


def say_percent(value: Decimal) -> str:
    """A share of one in hundredths, without needless zeros.

    >>> say_percent(Decimal("0.125")), say_percent(Decimal("0.20"))
    ('12.5%', '20%')
    """
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)  # a literal is a finite number
    text = say_number(Decimal((sign, digits, exponent + HUNDREDTHS)))  # the ambient decimal context plays no part
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"


def say_day(day: date) -> str:
    """A day in full.

    >>> say_day(date(2026, 2, 1))
    '1 February 2026'
    """
    return f"{day.day} {MONTH_NAMES[day.month - 1].capitalize()} {day.year}"


def say_range(start: date, before: date) -> str:
    """The days from `start` until `before`, last day included.

    >>> say_range(date(2026, 3, 1), date(2026, 6, 1)), say_range(date(2026, 3, 1), date(2026, 3, 2))
    ('1 March 2026 to 31 May 2026', '1 March 2026')
    """
    last = before - ONE_DAY
    return say_day(start) if last <= start else f"{say_day(start)} to {say_day(last)}"


def say_count(count: int, noun: str) -> str:
    """A number with its noun, small ones as a word.

    >>> say_count(12, "month"), say_count(1, "quarter"), say_count(90, "day")
    ('twelve months', 'one quarter', '90 days')
    """
    number = COUNT_WORDS[count] if 0 <= count < len(COUNT_WORDS) else say_number(count)
    return f"{number} {noun if count == 1 else plural(noun)}"


def say_duration(count: int, unit: str) -> str:
    """A length of time; `unit` is days or months, and whole years are said as years.

    >>> say_duration(90, "days"), say_duration(24, "months"), say_duration(18, "months")
    ('90 days', '2 years', '18 months')
    """
    if unit == "months" and count and count % MONTHS_IN_YEAR == 0:
        count, unit = count // MONTHS_IN_YEAR, "years"
    noun = unit.removesuffix("s")
    return f"{say_number(count)} {noun if count == 1 else noun + 's'}"


def plural(noun: str) -> str:
    """The plural of an ordinary noun.

    >>> plural("quarter"), plural("company"), plural("class")
    ('quarters', 'companies', 'classes')
    """
    if noun.endswith("y") and not noun.endswith(("ay", "ey", "oy", "uy")):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def joined(items: Sequence[str], word: str = "and") -> str:
    """A list in a sentence; with semicolons where an item has a comma itself.

    >>> joined(["a", "b", "c"]), joined(["a", "b"], "or"), joined(["a, x", "b"])
    ('a, b and c', 'a or b', 'a, x; and b')
    """
    if len(items) < 2:
        return "".join(items)
    if any(", " in each or "; " in each for each in items):
        return f"{'; '.join(items[:-1])}; {word} {items[-1]}"
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def capitalized(text: str) -> str:
    """The text with a large first letter; the rest is left alone.

    >>> capitalized("net USD amount")
    'Net USD amount'
    """
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text as a sentence: a large first letter and a full stop.

    >>> sentence("at least 10%"), sentence("Who knows?")
    ('At least 10%.', 'Who knows?')
    """
    text = text.strip()
    return capitalized(text) + ("" if not text or text.endswith((".", "!", "?", ":")) else ".")
