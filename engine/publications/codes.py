"""RNG840 to RNG849: publishing versions and amendments."""

from __future__ import annotations

from engine.language.diagnostic import Code

OTHER_MEANING = Code(
    "RNG840",
    "published-otherwise",
    """This version (or amendment) is already published, and its file now means something else.

Partners were told what was published, and decisions refer to it, so it never changes. The message shows the
hash of the published meaning and that of the file. Spacing and comments do not affect these hashes.

Cure: undo the change, or write it as an amendment (`amends`, `amendment`, `effective_from`) or as a new
version.
""",
)
NOT_PUBLISHED = Code(
    "RNG841",
    "foundation-not-published",
    """An amendment can be published only after its version and all earlier amendments.

Otherwise partners would learn of the amendment before they know the version.

Cure: publish these first, in order.
""",
)
REACHES_BACK = Code(
    "RNG842",
    "reaches-back",
    """An amendment takes effect before it is published, and does not say what happens to amounts that were already
paid.

Amounts for those days were decided by the old rules and may have been paid. There is no default.

Cure: add `on_paid: both` (differences are paid and taken back), `raise_only` (only additional amounts are paid)
or `future_only` (paid amounts do not change).
""",
)
OVERLAPS_PUBLISHED = Code(
    "RNG843",
    "overlaps-published",
    """A published version of this program is in force on some of the same days.

On such a day, two sets of rules would apply.

Cure: start this version on the day the published one ends.
""",
)
DAMAGED_PUBLICATION = Code(
    "RNG844",
    "damaged-publication",
    """A published program was changed or damaged: the hash of a file or of the publication differs.

Decisions refer to it, so it must be exactly what was published.

Cure: restore the folder from a backup.
""",
)
UNKNOWN_EDITION = Code(
    "RNG845",
    "unknown-edition",
    """No version of this name is published in this workspace.

Name a published program by family and version, as in `summit@2026`. This includes all published amendments;
`summit@2026.amendment-1` leaves out later ones.

Cure: `rung publish --list` shows what is published.
""",
)

CODES = (OTHER_MEANING, NOT_PUBLISHED, REACHES_BACK, OVERLAPS_PUBLISHED, DAMAGED_PUBLICATION, UNKNOWN_EDITION)
