"""Countries against pycountry, and SEPA against the memberships it consists of."""

from __future__ import annotations

import pycountry
from schwifty import IBAN

from engine.bank.countries import COUNTRIES, SEPA

EUROPEAN_UNION = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905 - 27 codes read best as text
FREE_TRADE = {"CH", "IS", "LI", "NO"}
SMALL = {"AD", "MC", "SM", "VA"}
BRITISH = {"GB", "GI"}  # Gibraltar has IBANs of its own
JOINED_LAST = {"AL", "ME", "MD", "MK", "RS"}  # decisions of the European Payments Council of 2024 and 2025


def test_countries_are_those_of_iso_3166() -> None:
    """And Kosovo."""
    assert {each.alpha_2 for each in pycountry.countries} | {"XK"} == COUNTRIES


def test_sepa_has_its_members() -> None:
    """41 countries, and Gibraltar; what a library knows of them is in it."""
    assert len(EUROPEAN_UNION) == 27
    assert {*EUROPEAN_UNION} | FREE_TRADE | SMALL | BRITISH | JOINED_LAST == SEPA
    assert len(SEPA) == 42
    assert all(IBAN(f"{each}00", allow_invalid=True).in_sepa_zone for each in SEPA - JOINED_LAST)
