"""What leads to an output, in dependency order."""

from __future__ import annotations

from engine.plan.pruning import leading_to
from engine.plan.scalar import Column
from engine.plan.table import Extend, Scan
from engine.types import ID


def test_a_chain_longer_than_the_stack_is_followed() -> None:
    """Five thousand tables, each made of the one before; what nothing reads is left out."""
    scan = Scan("t0", "partners", (Column("partner_id", ID),), ("partner_id",))
    chain = [Extend(f"t{at}", f"t{at - 1}", ()) for at in range(1, 5_000)]
    unread = Extend("unread", "t7", ())
    assert leading_to((scan, *chain, unread), ["t4999", "t3"]) == (scan, *chain)
