"""Program text from a tree of mappings, lists and texts, as a person would write it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

Tree = str | Sequence["Tree"] | Mapping[str, "Tree"]
"""A YAML value: a text, a list, or a mapping."""

BARE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ .<>=%+*/()-]*[A-Za-z0-9_%)]|[A-Za-z0-9_]")


def program_text(sections: Mapping[str, Tree]) -> str:
    """The sections one below the other; what is inside a named thing is written on one line."""
    lines: list[str] = []
    for key, value in sections.items():
        if isinstance(value, Mapping) and value and any(isinstance(each, Mapping) for each in value.values()):
            lines.append(f"{key}:")
            lines += [f"  {_key(name)}: {_flow(inner)}" for name, inner in value.items()]
        else:
            lines.append(f"{key}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _flow(tree: Tree) -> str:
    if isinstance(tree, str):
        return tree if BARE.fullmatch(tree) else json.dumps(tree, ensure_ascii=False)
    if isinstance(tree, Mapping):
        return "{" + ", ".join(f"{_key(name)}: {_flow(value)}" for name, value in tree.items()) + "}"
    return "[" + ", ".join(_flow(each) for each in tree) + "]"


def _key(name: str) -> str:
    return f"'{name}'" if name in ("true", "false") else name
