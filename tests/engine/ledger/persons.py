"""Persons with keys of their own, for the tests of the ledger."""

from __future__ import annotations

from functools import cache, partial

from engine.ledger.ledger import Person
from engine.signing.keys import SigningKey, new_key
from engine.signing.sshsig import sign


@cache
def key_of(name: str) -> SigningKey:
    """The key of a person: a new one in every run of the tests."""
    return new_key()


def person(name: str) -> Person:
    """A person who signs."""
    key = key_of(name)
    return Person(name, key.public.text, partial(sign, key))
