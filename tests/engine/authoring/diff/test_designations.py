"""What changed in designations and choices, in sentences."""

from __future__ import annotations

import pytest

from engine.authoring.diff.programs import compare_programs
from engine.authoring.diff.swap import swapped
from engine.language.essence import essence
from tests.engine.authoring.services.programs import LADDERS
from tests.properties.programs import loaded


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        (
            "applies_to: [seat is emea]",
            "applies_to: [seat is na]",
            ["the designation `specialist` now applies to `seat is na`, was `seat is emea`"],
        ),
        (
            "    by_invitation: true\n",
            "",
            ["the designation `specialist` is no longer by invitation"],
        ),
        (
            "local_revenue >= 50 USD",
            "local_revenue >= 60 USD",
            ["the designation `local` now needs `local_revenue` of at least 60 USD, was 50 USD"],
        ),
        (
            "overall: seat",
            "overall: highest",
            ["the overall status of the designation `local` is now `highest`, was `seat`"],
        ),
        (
            "\n  local:\n",
            "\n  local:\n    cumulative: true\n",
            ["every tier of the designation `local` now also requires the lines of the tiers below it"],
        ),
        (
            "share >= 0.5, reach",
            "share >= 0.6, reach",
            ["expert of the designation `local` now needs `share` of at least 0.6, was 0.5"],
        ),
    ],
)
def test_sentences(old: str, new: str, sentences: list[str]) -> None:
    """Each change is told once, and all of its designation are swapped together."""
    before, after = loaded(LADDERS), loaded(LADDERS.replace(old, new))
    changes = compare_programs(before, after)
    assert [each.sentence for each in changes] == sentences
    assert essence(swapped(before, after, {each.clause for each in changes})) == essence(after)
    assert essence(swapped(before, after, ())) == essence(before)


def test_choices_come_and_change() -> None:
    """A new value is told with the fields that may now have it; a new choice with its values."""
    more = LADDERS.replace("[emea, na]\n  depth", "[emea, na, apac]\n  size: [small]\n  depth")
    said = [each.sentence for each in compare_programs(loaded(LADDERS), loaded(more))]
    assert said[:2] == [
        "the values of the choice `territory` are now `emea`, `na` and `apac`, was `emea` and `na`",
        "there is a new choice `size`: small",
    ]
    assert any(each.startswith("the type of the field `partners.seat` is now `one of emea, na, apac`") for each in said)
    back = [each.sentence for each in compare_programs(loaded(more), loaded(LADDERS))]
    assert "there is no choice `size` any more" in back
