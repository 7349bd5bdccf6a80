"""What of the machine an evaluation may use; no result depends on it."""

from __future__ import annotations

from dataclasses import dataclass

MEMORY = "2GB"


@dataclass(frozen=True, slots=True)
class Resources:
    """`shards` are ranges of partners evaluated one after the other; `threads` None: every core."""

    shards: int = 1
    threads: int | None = None
    memory_limit: str = MEMORY


USUAL = Resources()
