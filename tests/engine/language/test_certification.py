"""Which certifications count as which."""

from __future__ import annotations

from engine.language.certification import Certification, counting_as
from engine.language.source import Span

PLACE = Span("a.yaml", 1, 1, 1, 2)


def declared(*pairs: tuple[str, str]) -> tuple[Certification, ...]:
    """Certifications with what they count as."""
    return tuple(Certification(name, PLACE, counts_as=other) for name, other in pairs)


def counted(certifications: tuple[Certification, ...], *names: str) -> list[str]:
    """The names of those that count as one of these."""
    return [each.name for each in counting_as(names, certifications)]


def test_through_others() -> None:
    """Those named come first, then what counts as them, directly before through others; one way only."""
    known = declared(("old", "middle"), ("new", ""), ("middle", "new"), ("other", ""), ("side", "new"))
    assert counted(known, "new") == ["new", "middle", "side", "old"]
    assert counted(known, "old") == ["old"]
    assert counted(known, "other", "middle") == ["other", "middle", "old"]


def test_what_is_wrong_is_left_out() -> None:
    """A name that is not declared has none, and a circle ends; both are reported elsewhere."""
    assert counted(declared(("a", "")), "b") == []
    assert counted(declared(("a", "b"), ("b", "a")), "a") == ["a", "b"]


def test_a_chain_may_be_longer_than_the_stack_is_deep() -> None:
    """Three thousand certifications, each of which counts as the one before."""
    known = declared(("c0", ""), *((f"c{number}", f"c{number - 1}") for number in range(1, 3_000)))
    assert len(counted(known, "c0")) == 3_000
    assert counted(known, "c2999") == ["c2999"]
