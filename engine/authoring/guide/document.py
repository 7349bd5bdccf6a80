"""A guide as data: sections of blocks. Texts are plain; whoever renders them escapes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.authoring.wording.conditions import Clause


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    kind: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list; a point may have parts."""

    kind: ClassVar[str] = "points"
    items: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; the first cell of a row heads it, `numbers` are the places of columns that align right.

    `total`: the last row is the sum of the others.
    """

    kind: ClassVar[str] = "table"
    id: str
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    total: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """A few large figures: label, value, note."""

    kind: ClassVar[str] = "figures"
    items: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Short labels with what is true of each."""

    kind: ClassVar[str] = "facts"
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """The ladder as a picture: each step a name with short notes. The page also says in words what it shows."""

    kind: ClassVar[str] = "steps"
    id: str
    title: str
    items: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A box with a heading, an opening sentence, and points."""

    title: str
    text: str
    points: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Cards:
    """Boxes side by side, from low to high."""

    kind: ClassVar[str] = "cards"
    items: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Something set apart; `blocks` are paragraphs, points and tables."""

    kind: ClassVar[str] = "note"
    title: str
    blocks: tuple[Text | Points | Table, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Words with what they mean."""

    kind: ClassVar[str] = "terms"
    items: tuple[tuple[str, str], ...]


Block = Text | Heading | Points | Table | Figures | Facts | Steps | Cards | Note | Terms


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the guide with its place in the contents; `id` is unique and safe as an anchor."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The whole guide."""

    title: str
    eyebrow: str
    lead: str
    badges: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: tuple[str, ...]
