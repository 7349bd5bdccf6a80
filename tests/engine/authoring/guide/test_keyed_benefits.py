"""The guide says for which values there is a benefit, and its examples have a record that says which."""

from __future__ import annotations

from engine.authoring.guide.guide import texts_in
from engine.authoring.wording.offers import say_benefit
from engine.authoring.wording.voice import Naming, Voice
from tests.engine.authoring.services.programs import KEYED
from tests.guides import guide_at
from tests.properties.programs import loaded

PROGRAM = loaded(KEYED)


def said(id: str, text: str = KEYED) -> list[str]:
    """The texts of a section."""
    return list(texts_in(next(each for each in guide_at(loaded(text)).sections if each.id == id)))


def test_the_section() -> None:
    """Values by tier and key in the table, and a sentence for each benefit with keys."""
    found = said("benefits")
    assert "Margin: there is one for each family (network and security)." in found
    assert "Regional lead: there is one for each territory (EMEA and NA)." in found
    assert "10% for network; 8% for security" in found
    assert "5% for network" in found


def test_examples_read_it() -> None:
    """At gold a sale of network earns 10%; the rebate names the margin of security, 8%."""
    found = " ".join(said("incentives"))
    assert "10%" in found and "8%" in found
    assert "cannot be decided" not in found


def test_in_one_sentence() -> None:
    """What hovers say."""
    voice = Voice(PROGRAM, Naming.PLAIN)
    lead, gift = (next(each for each in PROGRAM.benefits if each.name == name) for name in ("lead", "gift"))
    assert say_benefit(lead, voice).startswith("granted, by itself for each territory (EMEA and NA), with ")
    assert "by itself" not in say_benefit(gift, voice)
