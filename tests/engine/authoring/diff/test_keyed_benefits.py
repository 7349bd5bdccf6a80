"""What changed in benefits with `per`, in sentences, and swapped by itself."""

from __future__ import annotations

import pytest

from engine.authoring.diff.programs import compare_programs
from engine.authoring.diff.swap import swapped
from engine.language.essence import essence
from tests.engine.authoring.services.programs import KEYED
from tests.properties.programs import loaded


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        (
            "by_area >= 250 USD",
            "by_area >= 200 USD",
            ["`lead` now requires `by_area` of at least 200 USD, was 250 USD"],
        ),
        (
            "security: 8%",
            "security: 9%",
            ["gold security now gets 9% of `margin`, was 8%"],
        ),
        (
            "{value: flag, per: [family], when: [specialist]}",
            "{value: flag, when: [specialist.network]}",
            [
                "`badge` no longer states its list of choices, was `family`",
                "`badge` now also requires `specialist.network`",
                "`badge` no longer requires `specialist`",
            ],
        ),
    ],
)
def test_sentences(old: str, new: str, sentences: list[str]) -> None:
    """Each change is told once, and all of its benefit are swapped together."""
    assert old in KEYED
    before, after = loaded(KEYED), loaded(KEYED.replace(old, new))
    changes = compare_programs(before, after)
    assert sorted(each.sentence for each in changes) == sorted(sentences)
    assert essence(swapped(before, after, {each.clause for each in changes})) == essence(after)
    assert essence(swapped(before, after, ())) == essence(before)
