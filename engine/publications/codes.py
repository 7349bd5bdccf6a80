"""RNG840 to RNG849: publishing versions and amendments."""

from __future__ import annotations

from engine.language.diagnostic import Code

OTHER_MEANING = Code(
    "RNG840",
    "published-otherwise",
    """This version (or amendment) was published before, and its file now means something else.

What was published is what partners were told and what decisions name; it never changes. The message
shows the hash of what was published and that of what stands in the file now: they are hashes of the
meaning, so spacing and comments do not matter.

The cure: undo the change, or state it as an amendment (`amends`, `amendment`, `effective_from`), or as
a new version.
""",
)
NOT_PUBLISHED = Code(
    "RNG841",
    "foundation-not-published",
    """An amendment is published after what it amends: the version, and the amendments before it.

Otherwise the amendment would be the first anyone hears of the version.

The cure: publish these first, in order.
""",
)
REACHES_BACK = Code(
    "RNG842",
    "reaches-back",
    """An amendment takes effect before it is published, and does not say what becomes of what was paid meanwhile.

Amounts of those days were decided by the old rules and may have been paid. There is no default.

The cure: say `on_paid: both` (differences are paid and taken back), `raise_only` (only what is more is paid) or
`future_only` (what was paid stays as it is).
""",
)
OVERLAPS_PUBLISHED = Code(
    "RNG843",
    "overlaps-published",
    """A published version of this program governs some of the same days.

On such a day there would be two answers to every question.

The cure: let this version begin on the day the published one ends.
""",
)
DAMAGED_PUBLICATION = Code(
    "RNG844",
    "damaged-publication",
    """A published program is not what it was: a file's hash or the publication's own differs.

What decisions rest on must be proved, not believed.

The cure: restore the folder from a copy.
""",
)
UNKNOWN_EDITION = Code(
    "RNG845",
    "unknown-edition",
    """No version of this name is published in this workspace.

A published program is named by family and version, as in `summit@2026`, which includes the amendments
published so far; `summit@2026.amendment-1` leaves later ones out.

The cure: `rung publish --list` shows what is published.
""",
)

CODES = (OTHER_MEANING, NOT_PUBLISHED, REACHES_BACK, OVERLAPS_PUBLISHED, DAMAGED_PUBLICATION, UNKNOWN_EDITION)
