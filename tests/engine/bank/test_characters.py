"""Names in the characters of SEPA, against their transliterations in passports and road signs."""

# ruff: noqa: RUF001 - letters that look like Latin ones are what is tested

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given

from engine.bank.characters import LETTERS, is_readable, transliterated
from tests.engine.bank.made import TEXTS

SEPA = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*")  # section 1.4 of the guidelines of the European Payments Council

ACCENTED = re.compile(r"LATIN (?:SMALL|CAPITAL) LETTER ([A-Z]) WITH [A-Z ]+")


def is_composed(character: str) -> bool:
    """Whether Unicode has it as a letter and its accents."""
    return unicodedata.decomposition(character)[:1] not in ("", "<")


NAMES = {
    "Acme Ltd. (UK), 4/5 'Wing': what?+-": "Acme Ltd. (UK), 4/5 'Wing': what?+-",
    "Café Crème": "Cafe Creme",
    "Łódź Spółka": "Lodz Spolka",
    "Smørrebrød & Sønner": "Smorrebrod + Sonner",
    "Straße": "Strasse",
    "STRAẞE": "STRASSE",
    "Þór Guðmundsson": "Thor Gudmundsson",
    "Ğüneş İstanbul ısı": "Gunes Istanbul isi",
    "Σωκράτης Ψυχή": "Sokratis Psychi",
    "Θεσσαλονίκη": "Thessaloniki",
    "Соня Щърклева": "Sonya Shtarkleva",
    "Български": "Balgarski",
    "Љубљана Ђорђе": "Ljubljana Djordje",
    "col·lecció": "col.leccio",
    "D’Angelo “Bros” – Rome": "D'Angelo 'Bros' - Rome",
    "info@acme.example": "info(at)acme.example",
    "a\tb\r\nc  d\u00a0e": "a b c d e",
    "  ends  ": "ends",
    "e\u0301 zero\u200bwidth \u202eright": "e zerowidth right",
    "ﬁne №1 ½": "fine No1 1/2",
    "=1+1 ＝ <b>\"x\"</b> a_b; [c] {d} e\\f|g": ".1+1 . (b)'x'(/b) a-b, (c) (d) e/f/g",
    "株式会社 ABC": ".... ABC",
    "\U0001f600": ".",
    "Соби\u0306": "Soby",
    "x\u0308y\u0308": "xy",
    "": "",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    """Each as it is written where it comes from, for readers of Latin letters."""
    assert transliterated(name) == NAMES[name]


@given(TEXTS)
def test_every_text_becomes_one_that_banks_take(text: str) -> None:
    """Its characters, no blank too many; and what banks take is not changed any more."""
    written = transliterated(text)
    assert SEPA.fullmatch(written)
    assert written == " ".join(written.split())
    assert transliterated(written) == written


def test_every_character_of_unicode_becomes_one_that_banks_take() -> None:
    """No character is left over, and none that has a Latin letter inside becomes a full stop."""
    for number in (*range(0x3000), *range(0xF900, 0x11000), 0x1F600, 0xD800):
        written = transliterated(f"a{chr(number)}b")
        assert SEPA.fullmatch(written), hex(number)
        if (letter := ACCENTED.fullmatch(unicodedata.name(chr(number), ""))) and is_composed(chr(number)):
            assert written.lower() == f"a{letter[1].lower()}b", hex(number)


def test_the_table_names_small_letters_once() -> None:
    """A letter twice would be written in the last way only."""
    small = LETTERS.split()[::2]
    assert len(small) == len(set(small)) > 75
    assert all(each == each.lower() and len(each) == 1 for each in small)


def test_readable() -> None:
    """A letter or a digit must be left."""
    assert [is_readable(each) for each in ("é", "7", "株", " .-", "", "株7")] == [True, True, False, False, False, True]
