"""What changed, in words for partners."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.authoring.guide.changes import changes_since, in_plain
from engine.authoring.guide.guide import texts_in
from engine.authoring.wording.voice import Naming, Voice
from engine.language.program import Program
from tests.guides import shipped

SUMMIT = "programs/summit/2026.yaml"


def voice_of(program: Program) -> Voice:
    """A partner's, on the program's first day."""
    return Voice(program, Naming.PLAIN, program.effective[0])


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("gold now needs 1 USD of `revenue`", "Gold now needs 1 USD of net revenue, trailing twelve months"),
        ("the segment `strategic` is new", "the segment “strategic” is new"),
        ("the certification `security_pro` counts", "the certification Security pro counts"),
        ("there is a new tier `gold`", "there is a new tier Gold"),
        ("`volume_rebate` and `discount`", "Quarterly volume rebate and Discount"),
        ("`growth >= 10%` from 2026-02-01", "“growth over the year before of at least 10%” from 1 February 2026"),
        ("`growth >= >=` and 2026-99-99", "growth >= >= and 2026-99-99"),
        ("`former_benefit` is gone", "Old one is gone"),
        ("`never_heard_of`", "never heard of"),
        ("", ""),
    ],
)
def test_a_sentence_to_an_author_becomes_one_to_a_partner(said: str, plain: str) -> None:
    """Names become titles, also those of the version before; days are written out; lines are said."""
    program = shipped(SUMMIT)
    old = replace(program, benefits=(replace(program.benefits[0], name="former_benefit", title="Old one"),))
    assert in_plain(said, voice_of(program), old) == plain


def test_changes_stand_under_what_they_concern() -> None:
    """In the order of the guide; each once; what is the vendor's own affair is left out."""
    new = shipped(SUMMIT)
    gold = replace(new.benefits[0], when=new.benefits[-1].when)
    old = replace(
        new,
        version="2025",
        effective=(date(2025, 2, 1), date(2026, 2, 1)),
        benefits=(gold, *new.benefits[1:]),
        incentives=tuple(replace(each, accounting="expense", tax="t", limits=()) for each in new.incentives),
        certifications=(replace(new.certifications[0], grace=30), *new.certifications[1:]),
    )
    section = changes_since(old, new, voice_of(new))
    kinds = [(each.kind, getattr(each, "text", "")) for each in section.blocks]
    headings = [text for kind, text in kinds if kind == "heading"]
    assert headings == ["The program", "Benefits", "Incentives", "Certifications"]
    text = " ".join(texts_in(section))
    assert "Compared with version 2025, in force 1 February 2025 to 31 January 2026:" in text
    assert "expense" not in text and "`" not in text
    assert "now counts 90 days beyond its expiry, was 30 days." in text
