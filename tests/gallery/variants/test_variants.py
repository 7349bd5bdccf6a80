"""Every one-defect edit of a shipped program is told once, at its place, with the cure."""

from __future__ import annotations

import pytest

from cli.programs import diagnose
from tests.gallery.variants import meaning_slips, shape_slips, yaml_slips
from tests.gallery.variants.variant import ADVENTUREWORKS, ROOT, SUMMIT, Variant
from tests.longer import every

VARIANTS = (*yaml_slips.VARIANTS, *shape_slips.VARIANTS, *meaning_slips.VARIANTS)


@pytest.mark.parametrize("variant", every(3, VARIANTS), ids=lambda each: each.name)
def test_one_defect_is_one_message(variant: Variant) -> None:
    """One finding, of the code expected, at the line and column of the defect, with the words of its cure."""
    found = diagnose(variant.source().encode(), variant.program)[1]
    assert [each.code for each in found] == [variant.code]
    (finding,) = found
    assert finding.span is not None
    assert (finding.span.line, finding.span.column) == variant.place()
    assert variant.cure in finding.help
    assert variant.says in finding.message
    assert finding.help, "every finding says what to do"


@pytest.mark.parametrize("program", [SUMMIT, ADVENTUREWORKS])
def test_the_programs_themselves_are_faultless(program: str) -> None:
    """What the edits break is whole before."""
    assert diagnose((ROOT / program).read_bytes(), program)[1] == ()


def test_each_edit_is_another() -> None:
    """No two variants have one name or one edit."""
    assert len({each.name for each in VARIANTS}) == len(VARIANTS)
    assert len({(each.program, each.old, each.new) for each in VARIANTS}) == len(VARIANTS)
