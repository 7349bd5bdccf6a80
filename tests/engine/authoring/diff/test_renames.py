"""Declarations that only have a new name, among thousands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, cast

from engine.authoring.diff.programs import renames
from engine.language.program import Parameter
from tests.tiny import program


@dataclass(frozen=True)
class Counted:
    """A declaration that counts how often its body is read."""

    name: str
    body: int
    reads: ClassVar[list[str]] = []

    def __getattribute__(self, name: str) -> object:
        """Any attribute."""
        if name == "body":
            Counted.reads.append(name)
        return object.__getattribute__(self, name)


def test_each_body_is_looked_at_once() -> None:
    """All of 300 have a new name: not every old one is compared with every new one."""
    old = {f"old{each}": Counted(f"old{each}", each) for each in range(300)}
    new = {f"new{each}": Counted(f"new{each}", each) for each in range(300)}
    Counted.reads.clear()
    found = renames(cast(dict[str, Parameter], old), cast(dict[str, Parameter], new))
    assert found == {f"new{each}": f"old{each}" for each in range(300)}
    assert len(Counted.reads) == 600


def test_a_body_that_two_have_is_nobodys() -> None:
    """Two of each side that are alike are no renames; neither is one that has no counterpart, nor one that stays."""

    def parameters(text: str) -> dict[str, Parameter]:
        return {each.name: each for each in program(f"parameters: {{{text}}}\n").parameters}

    old = parameters("a: 1, b: 1, c: 2, d: 3, e: 4")
    assert renames(old, parameters("x: 1, y: 1, z: 2, d: 3, f: 5")) == {"z": "c"}
    assert renames(old, parameters("a: 1, b: 1, y: 1, c: 2, d: 3, e: 4")) == {}
