"""The Merkle tree of RFC 6962, section 2.1: one hash over many entries, each of which can be proved to be in it.

    leaf   SHA-256 of 0x00 and the entry
    node   SHA-256 of 0x01 and the hashes of its two halves, of which the left is the largest power of two
    empty  SHA-256 of nothing

The first byte differs for entries and nodes, so no node can be passed off as an entry.
"""

from __future__ import annotations

from hashlib import sha256

SIZE = 32  # bytes of a hash
LEAF, NODE = b"\0", b"\1"


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry."""
    return sha256(LEAF + entry).digest()


def tree_hash(leaves: bytes) -> bytes:
    """The root over the hashes of entries, one after another in their order.

    Level by level: pairs from the left, and one that is left over goes up as it is. That makes the tree
    of the RFC, whose left halves are whole powers of two.
    """
    if not leaves:
        return sha256().digest()
    level = leaves
    while len(level) > SIZE:
        pairs = range(0, len(level) - SIZE, 2 * SIZE)
        above = b"".join([sha256(NODE + level[at : at + 2 * SIZE]).digest() for at in pairs])
        level = above + level[2 * len(above) :]
    return level
