"""One edit is one change, in how many metrics it may show."""

from __future__ import annotations

from engine.authoring.diff.edits import clause_groups, edits
from engine.authoring.diff.programs import compare_programs
from tests.tiny import program

TEXT = """\
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
  before: {like: revenue, shifted: 12 months}
  growth: {formula: (revenue - before) / before}
tiers:
  ladder: [a, b]
  b: {requires: [growth >= 10%, revenue >= 10 USD]}
"""


def test_copies_go_with_what_they_are_like() -> None:
    """The window of `revenue` is that of `before`, too: one edit, and one step."""
    new = TEXT.replace("trailing 12", "trailing 6").replace(">= 10%", ">= 12%")
    found = compare_programs(program(TEXT), program(new))
    assert [[each.path for each in group] for group in edits(found)] == [
        ["metrics.revenue.window", "metrics.before.window"], ["tiers.b.requires[1]"],
    ]  # fmt: skip
    assert clause_groups(found) == (("metrics.revenue", "metrics.before"), ("tiers.b.requires[1]",))


def test_a_copy_with_a_change_of_its_own_is_swapped_with_the_rest() -> None:
    """A metric is one clause, so what else changes in it goes along; the sentences stay apart."""
    new = TEXT.replace("trailing 12", "trailing 6").replace("shifted: 12 months", "shifted: 6 months")
    found = compare_programs(program(TEXT), program(new))
    assert [each.path for each in found] == ["metrics.revenue.window", "metrics.before.days"]
    assert found[1].sentence == (
        "`before` is now measured over the trailing six months, judged 6 months earlier, "
        "was over the trailing twelve months, judged 1 year earlier"
    )
    assert len(edits(found)) == 2
    only = compare_programs(program(TEXT), program(TEXT.replace("shifted: 12 months", "shifted: 6 months")))
    assert clause_groups(only) == (("metrics.before",),)
