"""Program text as nobody should write it: any order of keys, any indentation, quotes and braces at random, comments.

Every comment has its number. Of those whose place leaves no doubt it is known what they belong to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from tests.properties.program_text import BARE, Tree

TYPED = ("true", "false", "null", "~", "")
COMMA = ", "  # without the space two numbers look like one
AMOUNT = re.compile(r"[0-9]{1,3}(?:_[0-9]{3})+(?= [A-Z]{3}$)")


@dataclass
class Disorder:
    """Writes one tree untidily. `beside`, `above`: what the line of a comment, or the line below it, begins with."""

    random: Random
    comments: list[str] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)
    above: dict[str, str] = field(default_factory=dict)

    def text(self, sections: Mapping[str, Tree]) -> str:
        """The whole file."""
        lines = ["# yaml-language-server: $schema=rung.schema.json"] if self.chance(2) else []
        self.comments += lines
        lines += ["---"] if self.chance(8) else []
        lines += self.block(sections, self.random.choice((0, 0, 0, 2)))
        lines += [*self.gap(0), *self.gap(0)]
        end = "\r\n" if self.chance(6) else "\n"
        return end.join(lines) + self.random.choice((end, "", end * 3))

    def chance(self, of: int) -> bool:
        """True once in so many."""
        return self.random.randrange(of) == 0

    def comment(self) -> str:
        """A new comment, which may look like a program."""
        number = len(self.comments)
        words = ("", " as agreed", " old: value", " - item", " 'quote", ' "quote', " {a: [1, #2", " #", " \t é漢 ")
        self.comments.append(f"# n{number}{self.random.choice(words)}".rstrip())
        return self.comments[-1] + self.random.choice(("", "", " ", "\t "))

    def gap(self, indent: int) -> list[str]:
        """Comments and empty lines between two lines; mostly none."""
        lines = []
        while self.chance(3):
            lines.append(self.random.choice(("", "", "   ")) if self.chance(2) else self.own_line(indent))
        return lines

    def own_line(self, indent: int) -> str:
        """A comment on its own line, indented somehow."""
        return " " * self.random.choice((indent, indent, indent, 0, indent + 1, indent + 4)) + self.comment()

    def behind(self) -> str:
        """A comment behind something on its line, or nothing."""
        return " " * self.random.randint(1, 9) + self.comment() if self.chance(5) else self.random.choice(("", "", " "))

    def block(self, tree: Tree, indent: int) -> list[str]:
        """A mapping or list over several lines."""
        lines: list[str] = []
        pad = " " * indent
        if isinstance(tree, Mapping):
            for name, value in self.shuffled(tree):
                self.mark_above(lines, f"{name}:", indent)
                lines += [*self.gap(indent), *self.element(f"{pad}{self.key(name)}:", name, value, indent)]
        else:
            for value in tree:
                lines += [*self.gap(indent), *self.element(f"{pad}-", "-", value, indent)]
        return lines

    def mark_above(self, lines: list[str], start: str, indent: int) -> None:
        """Sometimes a comment right above an entry that is not the first: it stays with it."""
        if lines and self.chance(6):
            comment = self.comment()
            lines += ["", " " * indent + comment]
            self.above[comment.rstrip()] = start

    def element(self, start: str, name: str, value: Tree, indent: int) -> list[str]:
        """An entry or item whose first line begins with `start`."""
        if isinstance(value, str):
            return self.scalar(start, name, value, indent)
        if not value or self.chance(3):
            return self.flow_lines(f"{start} ", value, indent)
        deeper = indent + self.random.randint(1, 4)
        if name != "-" and not isinstance(value, Mapping) and self.chance(3):
            deeper = indent  # a list may stand below its key
        if name == "-" and self.chance(2):
            first, *rest = self.block(value, indent + 2)
            if first.strip() and not first.lstrip().startswith("#"):
                return [f"{start} {first.lstrip()}", *rest]
            return [start, first, *rest]
        return [start + self.behind(), *self.block(value, deeper)]

    def scalar(self, start: str, name: str, value: str, indent: int) -> list[str]:
        """A value behind its key, on the next line, or as a block of text."""
        pad = " " * (indent + self.random.randint(1, 4))
        if value not in TYPED and self.chance(12):
            words = value.split(" ")
            if all(words):
                sign, parts = self.random.choice(((">-", words), ("|-", [value])))
                deep = " " * (indent + 6)  # no comment that follows is indented so far, or it were text
                return [f"{start} {sign}{self.behind()}", *(deep + each for each in parts)]
        written = self.value(value, in_flow=False)
        if self.chance(10):
            return [start + self.behind(), *self.gap(0), pad + written + self.behind()]
        if name != "-" and self.chance(6):
            comment = self.comment()
            self.beside[comment.rstrip()] = f"{name}: "
            return [f"{start} {written}  {comment}"]
        return [f"{start}{' ' * self.random.randint(1, 3)}{written}{self.behind()}".rstrip(" ")]

    def flow_lines(self, start: str, tree: Tree, indent: int) -> list[str]:
        """A value in braces or brackets, on one line or on several."""
        pieces = self.flow(tree)
        if not self.chance(3):
            return [start + "".join(pieces) + self.behind()]
        lines = [start]
        for piece in pieces:
            lines[-1] += piece
            if piece in ("{", "[", COMMA) and self.chance(2):
                lines[-1] += self.behind()
                lines += [*self.gap(0), " " * (indent + self.random.randint(1, 9))]
        return [*lines[:-1], lines[-1] + self.behind()]

    def flow(self, tree: Tree) -> list[str]:
        """The pieces of a value on one line; a line may end after an opening sign and after a comma."""
        if isinstance(tree, str):
            return [self.value(tree, in_flow=True)]
        pieces: list[str] = []
        if isinstance(tree, Mapping):
            for name, value in self.shuffled(tree):
                pieces += [COMMA, f"{self.key(name)}: ", *self.flow(value)]
            return ["{", *pieces[1:], "}"]
        for value in tree:
            pieces += [COMMA, *self.flow(value)]
        return ["[", *pieces[1:], "]"]

    def shuffled(self, tree: Mapping[str, Tree]) -> list[tuple[str, Tree]]:
        """The entries in any order."""
        entries = list(tree.items())
        self.random.shuffle(entries)
        return entries

    def key(self, name: str) -> str:
        """A key, in quotes where it must be and sometimes where it need not."""
        quoted = name in TYPED or self.chance(9)
        return json.dumps(name) if quoted else name

    def value(self, text: str, in_flow: bool) -> str:
        """A value, in quotes where it must be and sometimes where it need not; digits sometimes not in groups."""
        if text in TYPED:
            return text or '""'
        if self.chance(4):
            text = AMOUNT.sub(lambda found: found.group().replace("_", ""), text)
        bare = BARE.fullmatch(text) is not None
        if bare and not self.chance(5):
            return text
        if "\\" not in text and text.isprintable() and self.chance(2):
            return "'" + text.replace("'", "''") + "'"
        return json.dumps(text, ensure_ascii=False)
