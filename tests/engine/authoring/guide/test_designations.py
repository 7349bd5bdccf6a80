"""The guide says what each designation asks for, whom it is for, and for which regions there is one."""

from __future__ import annotations

from engine.authoring.diff.programs import compare_programs
from engine.authoring.guide.changes import in_plain
from engine.authoring.guide.guide import texts_in
from engine.authoring.wording.conditions import say_requirements
from engine.authoring.wording.voice import Naming, Voice
from tests.engine.authoring.services.programs import LADDERS
from tests.guides import guide_at
from tests.properties.programs import loaded

PROGRAM = loaded(LADDERS)


def test_the_section() -> None:
    """A card for what is held or not, and for each step of a ladder."""
    section = next(each for each in guide_at(PROGRAM).sections if each.id == "designations")
    said = list(texts_in(section))
    assert "Beside its tier a partner can have designations: Security specialist and Local champion." in said
    assert "Security specialist is for partners with seat is EMEA; others have none." in said
    assert "Local champion: there is one for each territory (EMEA and NA)." in said
    assert "Local champion has the steps Member and Expert, from low to high." in said
    assert {"Security specialist", "Local champion: Expert"} <= set(said)


def test_lines_that_read_designations() -> None:
    """Titles stand for names, with the region where one is named."""
    gold = PROGRAM.ladder.tiers[1].requires
    said = say_requirements(gold, Voice(PROGRAM, Naming.PLAIN))
    for each in ("the designation “security specialist”", "Local champion for EMEA", "no designation"):
        assert each.lower() in said.lower(), said


def test_changes_in_plain_words() -> None:
    """A change of a designation by its title."""
    changed = loaded(LADDERS.replace("requires: [revenue >= 100 USD]", "requires: [revenue >= 120 USD]"))
    (change,) = compare_programs(PROGRAM, changed)
    said = in_plain(change.sentence, Voice(changed, Naming.PLAIN), PROGRAM)
    assert said.startswith("the designation “security specialist” now needs")


def test_examples_suppose_a_status() -> None:
    """Where a rate goes by a designation, the example supposes the highest status."""

    def said(rate: str) -> str:
        text = LADDERS.replace("rate: {by: [local], values: {member: 1%, expert: 2%}}", f"rate: {rate}")
        guide = guide_at(loaded(text))
        return " ".join(texts_in(next(each for each in guide.sections if each.id == "incentives")))

    local = said("{by: [local], values: {member: 1%, expert: 2%}}")
    assert "is expert of Local champion" in local and "80.00 USD" in local  # 2 % of 4,000 USD
    held = said(
        "{by: [specialist, local], values: {'true': {expert: 3%, member: 1%}, 'false': {expert: 1%, member: 1%}}}"
    )
    assert "has the designation security specialist" in held and "120.00 USD" in held  # 3 % of 4,000 USD
    twice = said("{by: [local.emea], values: {member: {by: [local.na], values: {member: 1%, expert: 2%}}, expert: 5%}}")
    assert "200.00 USD" in twice  # 5 % of 4,000 USD
