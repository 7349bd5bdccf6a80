"""What is offered for `before` says that it is the first day after the range, wherever a day is offered."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from cli.programs import diagnose
from engine.language.diagnostic import Diagnostic
from engine.language.ends import LAST_DAY_WORDS, day_help, last_of_month_help, renamed_help
from tests.tiny import HEAD, text

DURING = """
incentives:
  spring: {{kind: commission, from: sales, of: amount, rate: 1%, payee: partner, during: {{from: 2026-03-01, {}}}}}
"""
PARAMETER = "parameters:\n  rate: [{{from: {}, value: 1%}}]\n"


def of(sections: str, head: str = HEAD) -> Diagnostic:
    """The one error."""
    (found,) = (each for each in diagnose(text(sections, head).encode(), "2026.yaml")[1] if each.code != "RNG211")
    return found


@pytest.mark.parametrize("section", ["effective", "during"])
@pytest.mark.parametrize(
    ("written", "code", "day"),
    [
        ("before: 31.12.2026", "RNG104", "2026-12-31"),
        ("before: 2026/12/31", "RNG104", "2026-12-31"),
        ("before: 2026-12-31 23:59", "RNG042", "2026-12-31"),
        ("before: 2026-11-31", "RNG041", "2026-11-30"),
        ("until: 2026-12-31", "RNG100", "2026-12-31"),
        ("to: 31.12.2026", "RNG100", "2026-12-31"),
        ("through: 2026-12-31", "RNG100", "2026-12-31"),
    ],
)
def test_each_message_that_offers_a_day_offers_the_first_day_after(
    section: str, written: str, code: str, day: str
) -> None:
    """A reader who means the last day finds what to write for it; one who does not, too."""
    head = HEAD.replace("before: 2027-01-01", written)
    found = of(DURING.format(written)) if section == "during" else of("", head)
    assert found.code == code
    assert "`before`" in found.help and "the first day after the range" in found.help
    assert {day, str(date.fromisoformat(day) + timedelta(days=1))} <= set(re.findall(r"\d{4}-\d\d-\d\d", found.help))


@pytest.mark.parametrize(
    ("written", "help"),
    [
        ("31.12.2026", "write `2026-12-31`"),
        ("2026-12-31 23:59", "write `2026-12-31`"),
        ("2026-11-31", "the last day of that month is `2026-11-30`"),
        ("2026-02-30 10:00", "the last day of that month is `2026-02-28`"),
    ],
)
def test_other_keys_have_one_day(written: str, help: str) -> None:
    """Nothing is said of `before` where it is not the key."""
    assert of(PARAMETER.format(written)).help == help


def test_an_end_without_a_day_is_renamed() -> None:
    """Where the value is no day either, only the key is said."""
    assert of(DURING.format("until: summer")).help == "the key is `before`, the first day after the range"


def test_two_wrong_keys_are_told_apart() -> None:
    """Where both ends have other names, the second is still `before`."""
    head = HEAD.replace("from: 2026-01-01, before: 2027", "start: 2026-01-01, end: 2027")
    (found,) = (each for each in diagnose(head.encode(), "2026.yaml")[1] if each.message == "unknown key `end`")
    assert found.help.endswith(": `before: 2027-01-02` if 2027-01-01 is the last day in it")
    assert "end" in LAST_DAY_WORDS


def test_a_misspelt_before_is_only_misspelt() -> None:
    """Who writes `befor` knows what it means."""
    assert of(DURING.format("befor: 2026-06-01")).help == "did you mean `before`? it is missing here"


def test_the_first_and_last_days_of_the_calendar() -> None:
    """No day is offered that does not exist."""
    first, last = date.min, date.max
    assert day_help("before", last) == "write `9999-12-31`"
    assert day_help("before", first).endswith("so the last is 0001-01-01")
    assert last_of_month_help("before", last) == "the last day of that month is `9999-12-31`"
    assert renamed_help(last) == "the key is `before`, the first day after the range"
