"""The Merkle tree of RFC 6962, against the values that implementations of Certificate Transparency share."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.merkle import leaf_hash, tree_hash

# The test vectors of google/certificate-transparency: these entries, and the roots of the first 1, 2, .. of them.
ENTRIES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


@pytest.mark.parametrize("count", range(len(ROOTS)))
def test_the_shared_vectors(count: int) -> None:
    """No entry to eight entries."""
    leaves = b"".join(leaf_hash(bytes.fromhex(each)) for each in ENTRIES[:count])
    assert tree_hash(leaves).hex() == ROOTS[count]


def by_definition(entries: list[bytes]) -> bytes:
    """The recursion as section 2.1 of the RFC writes it."""
    if len(entries) <= 1:
        return sha256(b"\x00" + entries[0]).digest() if entries else sha256(b"").digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return sha256(b"\x01" + by_definition(entries[:k]) + by_definition(entries[k:])).digest()


@given(st.integers(0, 70))
def test_levels_give_the_tree_of_the_recursion(count: int) -> None:
    """For any number of entries."""
    entries = [str(each).encode() for each in range(count)]
    assert tree_hash(b"".join(map(leaf_hash, entries))) == by_definition(entries)
