"""RNG840 to RNG849: publishing versions and amendments."""

from __future__ import annotations

from engine.language.diagnostic import Code

OTHER_MEANING = Code(
    "RNG840",
    "published-otherwise",
    """This version (or amendment) is already published, and its file now means something else.

Partners were told what was published, and decisions refer to it, so it never changes. The message shows the
hash of the published meaning and that of the file. Spacing and comments do not affect these hashes.

**Cure.** Undo the change, or write it as an amendment (`amends`, `amendment`, `effective_from`) or as a new
version.
""",
)
NOT_PUBLISHED = Code(
    "RNG841",
    "foundation-not-published",
    """An amendment can be published only after its version and all earlier amendments.

Otherwise partners would learn of the amendment before they know the version.

**Cure.** Publish these first, in order.
""",
)
REACHES_BACK = Code(
    "RNG842",
    "reaches-back",
    """An amendment takes effect before it is published, and does not say what happens to amounts that were already
paid.

Amounts for those days were decided by the old rules and may have been paid. There is no default.

**Cure.** Add `on_paid: both` (differences are paid and taken back), `raise_only` (only additional amounts are paid)
or `future_only` (paid amounts do not change).
""",
)
OVERLAPS_PUBLISHED = Code(
    "RNG843",
    "overlaps-published",
    """A published version of this program is in force on some of the same days.

On such a day, two sets of rules would apply.

**Cure.** Start this version on the day the published one ends.
""",
)
DAMAGED_PUBLICATION = Code(
    "RNG844",
    "damaged-publication",
    """A published program was changed or damaged, or it was seen on this machine and is gone.

Decisions refer to it, so it must be exactly what was published.

**Cure.** Restore the folder from a backup. If you removed the publications on purpose, use another workspace
(`--home`): this machine remembers that something else was published in this one.
""",
)
UNKNOWN_EDITION = Code(
    "RNG845",
    "unknown-edition",
    """No version of this name is published in this workspace.

Name a published program by family and version, as in `summit@2026`. This includes all published amendments;
`summit@2026.amendment-1` leaves out later ones.

**Cure.** `rung publish --list` shows what is published.
""",
)
CLOCK_BEHIND = Code(
    "RNG846",
    "clock-behind",
    """The last publication of this workspace is dated after today.

Either the clock of this machine is behind now, or a clock was ahead then. With a clock that is behind, an amendment
that reaches back would look as if it did not.

**Cure.** Set the clock right. If it is right and was ahead when the last publication was made, publish with
`--clock-corrected`: this publication is dated today, and the order of publications does not change.

```
rung publish programs/summit/2026.amendment-1.yaml --clock-corrected
```
""",
)

CODES = (
    OTHER_MEANING,
    NOT_PUBLISHED,
    REACHES_BACK,
    OVERLAPS_PUBLISHED,
    DAMAGED_PUBLICATION,
    UNKNOWN_EDITION,
    CLOCK_BEHIND,
)
