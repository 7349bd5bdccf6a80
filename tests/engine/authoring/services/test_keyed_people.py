"""Editors know people counted by choices, and names with a value for each of two keys."""

from __future__ import annotations

import pytest

from engine.authoring.services.complete import complete
from engine.authoring.services.document import Document
from rules import SCHEMA
from tests.engine.authoring.services.programs import document
from tests.tiny import text

PROGRAM = text("""
choices: {practice: [network, cloud], region: [emea, na]}
certifications: {network_pro: {}, cloud_pro: {}}
metrics:
  experts: {per: [region, practice], people_holding: {by: [practice, region], values: {network: {emea: network_pro}}}}
tiers: {ladder: [low, high], requires: [experts.emea.network >= 1]}
""")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("by: [practice, region]", "by: [|]", {"practice", "region"}),
        ("{network: {emea: network_pro}}", "{network: {emea: |}}", {"network_pro", "cloud_pro"}),
        ("{network: {emea: network_pro}}", "{|: {emea: network_pro}}", {"network", "cloud"}),
        ("{network: {emea: network_pro}}", "{network: {|: network_pro}}", {"emea", "na"}),
        ("experts.emea.network", "experts.|", {"emea", "na"}),
        ("experts.emea.network", "experts.emea.|", {"network", "cloud"}),
    ],
)
def test_what_is_offered(old: str, new: str, words: set[str]) -> None:
    """The keys under `by`, their values, certifications; the values of the first and of the second key."""
    assert old in PROGRAM
    changed = PROGRAM.replace(old, new, 1)
    place = changed.index("|")
    line, column = changed.count("\n", 0, place) + 1, place - changed.rfind("\n", 0, place)
    good = document(PROGRAM)
    broken = Document("p.yaml", (changed[:place] + changed[place + 1 :]).encode(), SCHEMA, good.program)
    offered = {each.text for each in complete(broken, line, column, good)}
    assert offered == words
