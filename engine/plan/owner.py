"""Whose a line is: a tier, a designation, a segment, a benefit or an incentive; as parts, never as one text to cut."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

TIERS: Final = "tiers"  # the ladder that every program may have, and without a scope

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


class OwnerKind(StrEnum):
    """What a line belongs to; the values begin its id."""

    TIER = "tier"
    DESIGNATION = "designation"
    APPLIES = "applies"  # whether a designation applies to a partner
    SEGMENT = "segment"
    BENEFIT = "benefit"
    INCENTIVE = "incentive"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a line is. `name` is that of the ladder, segment, benefit or incentive.

    `tier` is the one of the ladder; "" for a designation that is held or not. `scope` has the value of each key of
    its `per`.
    """

    kind: OwnerKind
    name: str
    tier: str = ""
    scope: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Unique: a ladder has as many keys in each of its scopes, and a value that is not a plain word is quoted."""
        named = () if self.kind is OwnerKind.TIER else (self.name,)
        last = (self.tier,) if self.tier else ()
        return ".".join((self.kind.value, *named, *map(_quoted, self.scope), *last))

    @property
    def of(self) -> str:
        """What a person calls it: "gold", "strategic", "specialist", "specialist.emea"."""
        if self.kind is OwnerKind.TIER:
            return self.tier
        return ".".join((self.name, *map(_quoted, self.scope), *((self.tier,) if self.tier else ())))


def said_scope(values: Iterable[str]) -> str:
    """The scope of a status in words, as the outputs have it: `emea`, `emea.network`."""
    return ".".join(map(_quoted, values))


def _quoted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else "'" + value.replace("'", "''") + "'"
